"""Plans in which people wrote keystroke by keystroke, long ago."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select

from rounds.careplan.archiving import OLD
from rounds.careplan.content import read
from rounds.careplan.kinds import SHAPES
from rounds.careplan.looking import look_back
from rounds.careplan.model import PlanSection, PlanSnapshot
from rounds.careplan.restoring import restore
from rounds.careplan.sentences import sentence
from rounds.careplan.signing import name
from rounds.careplan.stored import read_entries
from rounds.careplan.version_model import PlanVersion
from rounds.careplan.version_queries import versions_of
from rounds.careplan.versions import present
from rounds.kernel.actor import SYSTEM
from rounds.kernel.ids import new_id
from rounds.resources import Foundation
from rounds.sync.commands import Command, Op
from rounds.sync.log import Entry
from tests.making.clock import StoppedClock
from tests.making.planned import PlanDesk, Planned, make_planned
from tests.making.plans import Page, answered

KIND, TEXT = "problems", "t:p1.text"


def clock(earth: Foundation) -> StoppedClock:
    """The clock that a test moves."""
    assert isinstance(earth.clock, StoppedClock)
    return earth.clock


@dataclass(slots=True)
class OldPlan:
    """A plan whose section of problems has many rows."""

    there: Planned

    @property
    def earth(self) -> Foundation:
        return self.there.earth

    @property
    def section(self) -> str:
        return self.there.sections[KIND]

    async def type(self, letters: int, keep: bool = True) -> None:
        """Let GP and therapist write by turns, ten letters each; `keep`: keep it as it stands."""
        desk = PlanDesk(self.earth)
        pages = [Page(who, _client()) for who in (self.there.gp, self.there.therapist)]
        for page in pages:
            live = await desk.open(self.section, page)
        if "p1" not in live.items.all:
            desk.command(live, pages[0], Command(new_id(), Op.ADD, "p1", "problem", "m"))
            await answered(pages[0], 1)
        for number in range(letters):
            page = pages[number // 10 % 2]
            page.write(TEXT, number % 97, "walk 😀 "[number % 7])
            desk.send(live, page)
            clock(self.earth).move(seconds=1)
        await desk.hub._writer.settled()
        await (desk.stop() if keep else desk.die())

    async def name(self, title: str) -> None:
        """Keep a version."""
        async with self.earth.units(self.there.actor(self.there.gp)) as unit:
            await name(unit, self.there.patient.id, SHAPES, title)

    async def forget_snapshots(self) -> None:
        """Leave the newest snapshot alone, as when the others had been kept soon after it."""
        async with self.earth.units(SYSTEM) as unit:
            newest = select(func.max(PlanSnapshot.seq)).where(
                PlanSnapshot.section_id == self.section
            )
            await unit.session.execute(
                delete(PlanSnapshot).where(
                    PlanSnapshot.section_id == self.section,
                    PlanSnapshot.seq < newest.scalar_subquery(),
                )
            )

    def grow_old(self) -> None:
        """Let the time go by after which keystrokes are joined."""
        clock(self.earth).move(seconds=OLD.total_seconds() + 1)

    async def rows(self) -> list[Entry]:
        """The rows of the section as they are kept."""
        async with self.earth.units.reading(SYSTEM) as unit:
            return await read_entries(unit.session, self.section)

    async def archived(self) -> int:
        """Up to which row it was gone through."""
        async with self.earth.units.reading(SYSTEM) as unit:
            found = await unit.session.scalar(
                select(PlanSection.archived).where(PlanSection.id == self.section)
            )
            return int(found or 0)

    async def versions(self) -> list[PlanVersion]:
        """The versions, the first one first."""
        async with self.earth.units.reading(SYSTEM) as unit:
            return list(await versions_of(unit.session, self.there.plan))

    async def told(self) -> object:
        """What people read of the plan and of how it came about."""
        async with self.earth.units(self.there.actor(self.there.gp)) as unit:
            past = await look_back(unit, self.there.patient.id)
        said = [sentence(event, kind, {}, str) for kind, event in past.events]
        kept = [(one.version.number, one.version.hash, one.content) for one in past.versions]
        return past.events, said, kept, past.broken, past.damaged, past.plan.content, past.plan.hash

    async def says(self) -> str:
        """What stands in the text."""
        async with self.earth.units.reading(SYSTEM) as unit:
            content = (await present(unit.session, self.there.plan, SHAPES)).content
        return content[KIND][0].texts["text"]

    async def bring_back(self, version: PlanVersion) -> None:
        """Let the section say what it said."""
        desk = PlanDesk(self.earth)
        wanted = read(version.content)[KIND]

        async def may() -> bool:
            return True

        await restore(desk.hub, self.section, SHAPES[KIND], wanted, self.there.gp.id, may)
        await desk.stop()


async def make_old_plan(earth: Foundation, letters: int = 300) -> OldPlan:
    """Make a plan in which two wrote, with two versions, kept as it stands, and let it grow old."""
    plan = OldPlan(await make_planned(earth))
    await plan.type(letters // 2)
    await plan.name("First")
    await plan.type(letters - letters // 2)
    await plan.name("Second")
    await plan.forget_snapshots()
    plan.grow_old()
    return plan


def _client() -> int:
    return int.from_bytes(new_id().encode()[-6:])
