"""Reads what the page of a plan begins with: its words, and who can be named in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from rounds.careplan.closed import Closed, closed_in
from rounds.careplan.content import SectionContent, only
from rounds.careplan.kinds import SHAPES
from rounds.careplan.opening import Opened, may_open, open_plan
from rounds.careplan.origins import Came, follow, origins_in
from rounds.careplan.versions import present
from rounds.consent.actions import Action
from rounds.consent.relations import may
from rounds.kernel.actor import Role
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Patient, Person
from rounds.people.queries import kin_of, staff_by_id, team_of


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody an item can name: a member of the team, the patient, or family."""

    person: Person
    role: Role


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan for one reader: `content` holds the sections in sight as they are on the disk.

    From there on the socket tells, asked for each section. `may_lock` says whether the reader
    may close sections for changes and open them again, `may_give` whether they may make tasks of
    entries, `closed` which sections in sight are closed, by kind, `origins` where entries came
    from.
    """

    opened: Opened
    person: Person
    named: list[Named]
    content: Mapping[str, SectionContent]
    may_lock: bool
    closed: Mapping[str, Closed]
    may_give: bool
    origins: Mapping[str, Came]

    @property
    def patient(self) -> Patient:
        """Whose plan it is."""
        return self.opened.patient


async def show_plan_beside(unit: Unit, patient: str) -> Shown | None:
    """Return the plan for a page of staff that shows it beside a call; None for who may not."""
    return await show_plan(unit, patient) if await may_open(unit, patient) else None


async def show_plan(unit: Unit, patient: str) -> Shown:
    """Return the plan of a patient for the actor. Raises NotFound."""
    opened = await open_plan(unit, patient, Action.PLAN_OPEN)
    person = await unit.session.get_one(Person, patient)
    team = [
        one.person_id
        for one in await team_of(unit.session, patient)
        if one.ends_at is None or one.ends_at > unit.now
    ]
    staff = await staff_by_id(unit.session, team)
    named = [Named(staff[id][0], Role(staff[id][1].role)) for id in team if id in staff]
    named.append(Named(person, Role.PATIENT))
    # Family does not learn from a list who else belongs to the family.
    if unit.actor.role is not Role.RELATIVE:
        for one, _ in await kin_of(unit.session, patient):
            named.append(Named(one, Role.RELATIVE))
    found = await present(unit.session, opened.plan.id, SHAPES)
    content = only(found.content, list(opened.rights))
    may_lock = unit.actor.is_staff and await may(unit, Action.PLAN_SIGN, opened.patient)
    may_give = unit.actor.is_staff and await may(unit, Action.TASK_GIVE, opened.patient)
    origins = await follow(unit, patient, origins_in(content))
    zone = ZoneInfo((await unit.session.get_one(Clinic, opened.plan.clinic_id)).time_zone)
    closed = await closed_in(unit.session, found.locks, opened.rights, zone)
    return Shown(opened, person, named, content, may_lock, closed, may_give, origins)
