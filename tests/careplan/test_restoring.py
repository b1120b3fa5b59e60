"""A version comes back as a change forward: everybody sees it come, nothing before it is lost."""

from functools import partial

import pytest

from rounds.careplan.bringing_back import decide_return, look_at_return, may_still
from rounds.careplan.content import SectionContent, section_content
from rounds.careplan.history import history
from rounds.careplan.kinds import SHAPES
from rounds.careplan.narrowing import lower
from rounds.careplan.restoring import restore
from rounds.careplan.rights import Right
from rounds.careplan.stored import read_entries
from rounds.careplan.version_model import Reason
from rounds.careplan.versions import keep_version, present
from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import new_id
from rounds.resources import Foundation
from rounds.sync.commands import Command, Op
from rounds.sync.live import Live
from rounds.sync.refused import Refused
from tests.making.fixtures import on_both
from tests.making.planned import PlanDesk, Planned, make_planned
from tests.making.plans import Page

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

KIND = "problems"
SHAPE = SHAPES[KIND]


async def yes() -> bool:
    return True


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
    seq = await restore(desk.hub, there.sections[KIND], SHAPE, wanted, there.gp.id, yes)
    assert await says(there) == wanted
    # Whoever has it open saw it come, and reads the same.
    assert page.told[-1].seq == seq
    assert str(page.text("t:p1.text")) == "Pain 😀 each day"
    assert {one.writer for one in page.told} == {there.gp.id}
    before = await restore(desk.hub, there.sections[KIND], SHAPE, wanted, there.gp.id, yes)
    assert before == seq
    await desk.stop()
    async with earth.units.reading(SYSTEM) as unit:
        rows = await read_entries(unit.session, there.sections[KIND])
    events = history(SHAPE, rows).events
    assert history(SHAPE, rows).whole
    assert {one.item for one in events if one.last > seq - len(page.told)} == {"p1", "p2", "p3"}


async def test_a_right_that_was_taken_away_since_it_was_decided_is_asked_again(
    earth: Foundation,
) -> None:
    there = await make_planned(earth)
    await changed(there)
    async with earth.units(there.actor(there.gp)) as unit:
        version = await keep_version(unit, there.plan, SHAPES, Reason.NAMED, "Then")
    await there.write(KIND, "p1", there.gp, " and more")
    await there.write("roles", "r1", there.gp, "Mira leads")
    before = await says(there)
    async with earth.units(there.actor(there.therapist)) as unit:
        seen = {
            one.kind: one.seen
            for one in (await look_at_return(unit, there.patient.id, version.id)).sections
        }
        _, sections = await decide_return(unit, there.patient.id, version.id, seen)
    assert {one.kind for one in sections} == {KIND, "roles"}
    async with earth.units(there.actor(there.gp)) as unit:
        await lower(unit, there.patient.id, there.therapist.id, KIND, Right.COMMENT)

    async def may(kind: str) -> bool:
        async with earth.units(there.actor(there.therapist)) as unit:
            return await may_still(unit, there.patient.id, kind)

    desk = PlanDesk(earth)
    for one in sections:
        back = restore(
            desk.hub,
            one.id,
            SHAPES[one.kind],
            one.wanted,
            there.therapist.id,
            partial(may, one.kind),
        )
        if one.kind == KIND:
            with pytest.raises(Refused, match="forbidden"):
                await back
        else:
            await back
    await desk.stop()
    assert await says(there) == before
    async with earth.units.reading(SYSTEM) as unit:
        assert (await present(unit.session, there.plan, SHAPES)).content.get("roles", ()) == ()


async def test_what_others_write_meanwhile_stays(earth: Foundation) -> None:
    there = await make_planned(earth)
    wanted = await changed(there)
    desk, page = PlanDesk(earth), Page(there.therapist, 77)
    live = await desk.open(there.sections[KIND], page)
    page.write("t:p1.text", 0, "Now: ")
    await restore(desk.hub, there.sections[KIND], SHAPE, wanted, there.gp.id, yes)
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
    await restore(desk.hub, there.sections[KIND], SHAPE, wanted, there.gp.id, yes)
    assert not live.items.all["c1"].archived
    assert content(live) == wanted
    await desk.stop()


async def test_a_section_that_is_not_there_is_not_made(earth: Foundation) -> None:
    desk = PlanDesk(earth)
    with pytest.raises(NotFound):
        await restore(desk.hub, new_id(), SHAPE, (), new_id(), yes)
    await desk.stop()


def content(live: Live) -> SectionContent:
    return section_content(SHAPE, live.items, live.section.text)
