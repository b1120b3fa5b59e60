"""Plans with a section, and pages that have it open."""

from collections.abc import Container, Sequence

from rounds.careplan.log import PlanLog
from rounds.careplan.model import CarePlan, PlanSection
from rounds.kernel.actor import SYSTEM
from rounds.kernel.ids import new_id
from rounds.kernel.tasks import Tasks
from rounds.kernel.unit import Units
from rounds.people.model import Clinic
from rounds.resources import Foundation
from rounds.sync.commands import Command
from rounds.sync.hub import Hub
from rounds.sync.items import Kind
from rounds.sync.live import Live
from rounds.sync.log import Entry, EntryKind
from tests.making.people import Someone
from tests.making.waiting import eventually
from tests.making.writers import Writer

SHAPES = {
    "goals": {
        "goal": Kind(
            texts=("text", "step"), values={"status": lambda value: value in ("open", "done")}
        )
    }
}


async def make_section(units: Units, clinic: Clinic, patient: Someone) -> str:
    """Begin a plan with an empty section of goals; return the section's id."""
    async with units(SYSTEM) as unit:
        plan = CarePlan(id=new_id(), clinic_id=clinic.id, patient_id=patient.id, begun_at=unit.now)
        unit.session.add(plan)
        await unit.session.flush()
        section = PlanSection(
            id=new_id(), clinic_id=clinic.id, plan_id=plan.id, kind="goals", epoch=1, seq=0
        )
        unit.session.add(section)
        return section.id


class Page(Writer):
    """One open page of a section: a copy of its own, and what it was told."""

    def __init__(self, person: Someone, client: int) -> None:
        """Belong to a person, under a client id."""
        super().__init__(client)
        self.person = person
        self.told: list[Entry] = []
        self.resets = 0
        self.may_write = True
        self.answers: list[bool] = []

    @property
    def clients(self) -> Container[int]:
        """Only this page's own."""
        return {self.client}

    def writable(self, fields: set[bytes]) -> Container[bytes]:
        """Everything or nothing."""
        return fields if self.may_write else set()


class Desk:
    """A hub of its own on a database, as one process has it."""

    def __init__(self, earth: Foundation) -> None:
        """Begin with nothing open."""
        self.tasks = Tasks()
        self.hub = Hub(
            PlanLog(earth.units), SHAPES, self.tasks, earth.clock, self._told, self._reset
        )

    def _told(self, live: Live, entries: Sequence[Entry]) -> int:
        for page in (one for one in live.editors if isinstance(one, Page)):
            page.told += entries
            page.hear(one.data for one in entries if one.kind is EntryKind.TEXT)
        return len(live.editors)

    def _reset(self, live: Live) -> None:
        for page in (one for one in live.editors if isinstance(one, Page)):
            page.resets += 1

    async def open(self, section: str, page: Page) -> Live:
        """Open a section for a page, which then has what is there."""
        live = await self.hub.open(section, page)
        assert await self.hub.bind(live, page.client, page.person.id)
        page.hear([live.section.since(page.doc.get_state())])
        return live

    def send(self, live: Live, page: Page) -> None:
        """Send what a page has not sent yet."""
        for update in page.send():
            self.hub.write(live, page, page.person.id, update, page.answers.append)

    def command(self, live: Live, page: Page, command: Command) -> None:
        """Send a command."""
        self.hub.command(live, page.person.id, command, page.answers.append)

    async def stop(self) -> None:
        """End as a server ends that was asked to."""
        await self.hub.stop()
        await self.tasks.stop()

    async def die(self) -> None:
        """End as a server ends that was killed: nothing more is kept."""
        await self.tasks.stop()


async def answered(page: Page, count: int) -> list[bool]:
    """Wait until a page has so many answers; return them."""
    return list(await eventually(lambda: page.answers if len(page.answers) >= count else None))
