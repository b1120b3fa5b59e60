"""A patient with a care team and a plan in which somebody has written."""

from dataclasses import dataclass

from rounds.careplan.beginning import plan_of
from rounds.careplan.kinds import SHAPES
from rounds.careplan.log import PlanLog
from rounds.kernel.actor import SYSTEM, Actor, Role
from rounds.kernel.ids import ClinicId, PersonId, SessionId, new_id
from rounds.kernel.tasks import Tasks
from rounds.people.model import Clinic, Patient
from rounds.people.teams import begin_team, join
from rounds.resources import Foundation
from rounds.sync.commands import Command, Op, Value
from rounds.sync.hub import Hub
from tests.making.people import Someone, make_clinic, make_patient, make_staff
from tests.making.plans import Desk, Page, answered


@dataclass(slots=True)
class Planned:
    """A plan with its people; `sections` are the ids of its sections by kind."""

    earth: Foundation
    clinic: Clinic
    patient: Someone
    gp: Someone
    therapist: Someone
    coordinator: Someone
    plan: str
    sections: dict[str, str]

    def actor(self, who: Someone) -> Actor:
        """Somebody as the actor of a unit, with a session."""
        kind = "my" if who.role in (Role.PATIENT, Role.RELATIVE) else "staff"
        return Actor(
            kind, ClinicId(self.clinic.id), PersonId(who.id), who.role, SessionId(new_id())
        )

    async def write(
        self,
        kind: str,
        item: str,
        who: Someone,
        text: str = "",
        field: str = "text",
        **values: Value,
    ) -> None:
        """Add an item, or set its values if it is there, and write at the end of a text."""
        desk = PlanDesk(self.earth)
        page = Page(who, int.from_bytes(new_id().encode()[-6:]))
        live = await desk.open(self.sections[kind], page)
        if item not in live.items.all:
            main = next(iter(SHAPES[kind]))
            desk.command(live, page, Command(new_id(), Op.ADD, item, main, "m", values))
        elif values:
            desk.command(live, page, Command(new_id(), Op.SET, item, values=values))
        if text:
            page.write(f"t:{item}.{field}", 10**6, text)
            desk.send(live, page)
        await desk.stop()
        assert page.answers
        assert all(page.answers)

    async def put_away(self, kind: str, item: str, who: Someone) -> None:
        """Put an item away."""
        desk = PlanDesk(self.earth)
        page = Page(who, int.from_bytes(new_id().encode()[-6:]))
        live = await desk.open(self.sections[kind], page)
        desk.command(live, page, Command(new_id(), Op.ARCHIVE, item))
        assert await answered(page, 1) == [True]
        await desk.stop()


class PlanDesk(Desk):
    """A desk that knows the sections of real plans."""

    def __init__(self, earth: Foundation) -> None:
        """Begin with nothing open."""
        self.tasks = Tasks()
        self.hub = Hub(
            PlanLog(earth.units), SHAPES, self.tasks, earth.clock, self._told, self._reset
        )


async def make_planned(earth: Foundation) -> Planned:
    """Make a patient with a team of three and an empty plan."""
    units = earth.units
    clinic = await make_clinic(units)
    patient = await make_patient(units, clinic)
    gp = await make_staff(units, clinic)
    therapist = await make_staff(units, clinic, Role.THERAPIST)
    coordinator = await make_staff(units, clinic, Role.COORDINATOR)
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Patient, patient.id)
        await begin_team(unit, row, gp.id, coordinator.id)
        await join(unit, row, therapist.id)
        plan, sections = await plan_of(unit, row)
    return Planned(earth, clinic, patient, gp, therapist, coordinator, plan.id, sections)
