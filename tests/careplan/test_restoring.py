"""A version comes back as a change forward: everybody sees it come, nothing before it is lost."""

import pytest

from rounds.careplan.content import SectionContent, section_content
from rounds.careplan.history import history
from rounds.careplan.kinds import SHAPES
from rounds.careplan.log import read_entries
from rounds.careplan.restoring import restore
from rounds.careplan.versions import present
from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import new_id
from rounds.resources import Foundation
from rounds.sync.commands import Command, Op
from rounds.sync.live import Live
from tests.making.fixtures import on_both
from tests.making.planned import PlanDesk, Planned, make_planned
from tests.making.plans import Page

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

KIND = "problems"
SHAPE = SHAPES[KIND]


async def says(there: Planned) -> SectionContent:
    async with there.earth.units.reading(SYSTEM) as unit:
        return (await present(unit.session, there.plan, SHAPES)).content[KIND]


async def changed(there: Planned) -> SectionContent:
    """Write a version, then change everything in it; return what it said."""
    await there.write(KIND, "p1", there.gp, "Pain 😀 each day", status="active")
    await there.write(KIND, "p2", there.gp, "Sleep")
    wanted = await says(there)
    await there.write(KIND, "p1", there.therapist, " and fear", status="resolved", certainty="sure")
    await there.write(KIND, "p3", there.therapist, "Later")
    await there.put_away(KIND, "p2", there.therapist)
    return wanted


async def test_a_section_says_again_what_it_said(earth: Foundation) -> None:
    there = await make_planned(earth)
    wanted = await changed(there)
    desk, page = PlanDesk(earth), Page(there.gp, 77)
    await desk.open(there.sections[KIND], page)
    seq = await restore(desk.hub, there.sections[KIND], SHAPE, wanted, there.gp.id)
    assert await says(there) == wanted
    # Whoever has it open saw it come, and reads the same.
    assert page.told[-1].seq == seq
    assert str(page.text("t:p1.text")) == "Pain 😀 each day"
    assert {one.writer for one in page.told} == {there.gp.id}
    before = await restore(desk.hub, there.sections[KIND], SHAPE, wanted, there.gp.id)
    assert before == seq
    await desk.stop()
    async with earth.units.reading(SYSTEM) as unit:
        rows = await read_entries(unit.session, there.sections[KIND])
    events = history(SHAPE, rows).events
    assert history(SHAPE, rows).whole
    assert {one.item for one in events if one.last > seq - len(page.told)} == {"p1", "p2", "p3"}


async def test_what_others_write_meanwhile_stays(earth: Foundation) -> None:
    there = await make_planned(earth)
    wanted = await changed(there)
    desk, page = PlanDesk(earth), Page(there.therapist, 77)
    live = await desk.open(there.sections[KIND], page)
    page.write("t:p1.text", 0, "Now: ")
    await restore(desk.hub, there.sections[KIND], SHAPE, wanted, there.gp.id)
    desk.send(live, page)
    await desk.stop()
    assert live.section.text(b"t:p1.text") == "Now: Pain 😀 each day" == str(page.text("t:p1.text"))


async def test_comments_stay_as_they_are(earth: Foundation) -> None:
    there = await make_planned(earth)
    wanted = await changed(there)
    desk, page = PlanDesk(earth), Page(there.therapist, 77)
    live = await desk.open(there.sections[KIND], page)
    said = Command(new_id(), Op.ADD, "c1", "comment", "m", {"about": "p1", "body": "Why?"})
    desk.command(live, page, said)
    await restore(desk.hub, there.sections[KIND], SHAPE, wanted, there.gp.id)
    assert not live.items.all["c1"].archived
    assert content(live) == wanted
    await desk.stop()


async def test_a_section_that_is_not_there_is_not_made(earth: Foundation) -> None:
    desk = PlanDesk(earth)
    with pytest.raises(NotFound):
        await restore(desk.hub, new_id(), SHAPE, (), new_id())
    await desk.stop()


def content(live: Live) -> SectionContent:
    return section_content(SHAPE, live.items, live.section.text)
