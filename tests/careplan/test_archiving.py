"""Old keystrokes become one row, once, and nobody who reads the plan or its history notices."""

import asyncio

import pytest
from sqlalchemy import func, select, update

from rounds.audit.model import AuditEntry
from rounds.careplan.archiving import AT_A_TIME, WORTH, Archive
from rounds.careplan.content import read
from rounds.careplan.kinds import SHAPES
from rounds.careplan.model import PlanEntry, PlanSnapshot
from rounds.kernel.actor import SYSTEM
from rounds.people.clinic import set_hold
from rounds.resources import Foundation
from tests.making.fixtures import on_both
from tests.making.old_plans import KIND, TEXT, OldPlan, clock, make_old_plan
from tests.making.planned import PlanDesk, make_planned
from tests.making.plans import Page, answered

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

DAMAGED = b"\x01\x01\x05\x00\x08\x01" + b"\x75\x01" * 2000


@pytest.fixture
def archive(earth: Foundation) -> Archive:
    return Archive(earth.units, SHAPES)


async def trail(plan: OldPlan) -> int:
    """By how many rows the trail says that the log became shorter."""
    async with plan.earth.units.reading(SYSTEM) as unit:
        found = await unit.session.scalar(
            select(func.sum(AuditEntry.count)).where(
                AuditEntry.action == "plan.archive", AuditEntry.object_id == plan.section
            )
        )
        return int(found or 0)


async def snapshots(plan: OldPlan) -> list[int]:
    async with plan.earth.units.reading(SYSTEM) as unit:
        found = await unit.session.scalars(
            select(PlanSnapshot.seq)
            .where(PlanSnapshot.section_id == plan.section)
            .order_by(PlanSnapshot.seq)
        )
        return list(found)


async def test_nothing_reads_differently_and_it_is_done_once(
    earth: Foundation, archive: Archive
) -> None:
    plan = await make_old_plan(earth)
    before, rows, told = await plan.told(), await plan.rows(), await plan.says()
    await archive.look()
    kept = await plan.rows()
    assert len(kept) < len(rows) / 2
    assert len(rows) - len(kept) == await trail(plan)
    assert await plan.told() == before
    assert await plan.says() == told
    # Every row is held by one, and by one alone.
    assert [seq for row in kept for seq in range(row.begin, row.seq + 1)] == [
        row.seq for row in rows
    ]
    assert await archive.look() == await Archive(earth.units, SHAPES).look() == 0
    assert (await plan.rows(), await plan.archived()) == (kept, rows[-1].seq)


async def test_an_old_version_comes_back_and_writing_goes_on(
    earth: Foundation, archive: Archive
) -> None:
    plan = await make_old_plan(earth)
    first, second = await plan.versions()
    assert await archive.look() > 0
    for version in (first, second):
        await plan.bring_back(version)
        assert await plan.says() == read(version.content)[KIND][0].texts["text"]
    await plan.type(250)
    await plan.forget_snapshots()
    plan.grow_old()
    before, fewer = await plan.told(), len(await plan.rows())
    assert await archive.look() > 0
    assert len(await plan.rows()) < fewer
    assert await plan.told() == before


async def test_a_page_that_was_open_all_the_time_goes_on(
    earth: Foundation, archive: Archive
) -> None:
    plan = await make_old_plan(earth)
    desk, page = PlanDesk(earth), Page(plan.there.gp, 77)
    live = await desk.open(plan.section, page)
    page.write(TEXT, 3, "before ")
    desk.send(live, page)
    assert await archive.look() > 0
    page.write(TEXT, 3, "after ")
    desk.send(live, page)
    assert await answered(page, 2) == [True, True]
    assert str(page.text(TEXT)) == await plan.says()
    await desk.stop()


async def test_the_whole_log_still_opens_when_no_snapshot_can_be_read(
    earth: Foundation, archive: Archive
) -> None:
    plan = await make_old_plan(earth)
    told = await plan.says()
    assert await archive.look() > 0
    async with earth.units(SYSTEM) as unit:
        await unit.session.execute(
            update(PlanSnapshot)
            .where(PlanSnapshot.section_id == plan.section)
            .values(state=DAMAGED)
        )
    desk, page = PlanDesk(earth), Page(plan.there.gp, 77)
    live = await desk.open(plan.section, page)
    assert (live.quarantined, live.seq) == (False, (await plan.rows())[-1].seq)
    assert str(page.text(TEXT)) == told
    await desk.stop()


async def test_what_is_newer_than_the_oldest_snapshot_stays(
    earth: Foundation, archive: Archive
) -> None:
    plan = OldPlan(await make_planned(earth))
    for letters in (WORTH // 2, WORTH):
        await plan.type(letters)
    plan.grow_old()
    rows, (oldest, next_one) = await plan.rows(), await snapshots(plan)
    assert oldest < WORTH < next_one
    # Too little lies before the oldest one.
    await archive.look()
    assert (await plan.rows(), await plan.archived()) == (rows, 0)
    for letters in (20, 20):
        await plan.type(letters)
    await plan.type(30, keep=False)
    plan.grow_old()
    rows = await plan.rows()
    assert (await snapshots(plan))[0] == next_one
    await archive.look()
    kept = await plan.rows()
    assert (len(kept) < len(rows), await plan.archived()) == (True, next_one)
    assert [row for row in kept if row.seq > next_one] == [
        row for row in rows if row.seq > next_one
    ]


async def test_what_is_young_stays(earth: Foundation, archive: Archive) -> None:
    plan = await make_old_plan(earth)
    young = await plan.rows()
    # The first of them were written 300 seconds before the last.
    clock(earth).move(seconds=-300)
    await archive.look()
    assert await plan.rows() == young
    # Now half of them are old enough.
    clock(earth).move(seconds=150)
    await archive.look()
    assert await plan.archived() == 0
    clock(earth).move(seconds=100)
    await archive.look()
    kept = await plan.rows()
    assert WORTH < await plan.archived() < len(young) - 10
    assert kept[-10:] == young[-10:]
    plan.grow_old()
    await archive.look()
    # Fewer than are worth it are left.
    assert await plan.rows() == kept


async def test_a_hold_keeps_every_keystroke(earth: Foundation, archive: Archive) -> None:
    plan = await make_old_plan(earth)
    rows = await plan.rows()
    async with earth.units(SYSTEM) as unit:
        await set_hold(unit, plan.there.clinic.id, True)
    await archive.look()
    assert await plan.rows() == rows
    async with earth.units(SYSTEM) as unit:
        await set_hold(unit, plan.there.clinic.id, False)
    assert await archive.look() > 0


async def test_a_hold_that_comes_meanwhile_counts_from_then_on(earth: Foundation) -> None:
    plan = await make_old_plan(earth, 2 * AT_A_TIME + 100)

    class Holding(Archive):
        """An archive during whose work an administrator puts the clinic on hold."""

        async def _rows(self, section, after, until):  # type: ignore[no-untyped-def]
            found = await super()._rows(section, after, until)
            if after >= AT_A_TIME:
                async with earth.units(SYSTEM) as unit:
                    await set_hold(unit, plan.there.clinic.id, True)
            return found

    before = await plan.told()
    await Holding(earth.units, SHAPES).look()
    assert await plan.archived() == AT_A_TIME
    assert await plan.told() == before


@pytest.mark.parametrize("place", ["old", "tail"])
async def test_a_damaged_section_is_left_as_it_is(
    earth: Foundation, archive: Archive, place: str
) -> None:
    plan, sound = await make_old_plan(earth), await make_old_plan(earth)
    await plan.type(5, keep=False)
    rows = await plan.rows()
    damaged = rows[2] if place == "old" else rows[-1]
    async with earth.units(SYSTEM) as unit:
        await unit.session.execute(
            update(PlanEntry)
            .where(PlanEntry.section_id == plan.section, PlanEntry.seq == damaged.seq)
            .values(data=DAMAGED)
        )
    rows = await plan.rows()
    # Others are not kept waiting by it.
    await archive.look()
    assert await trail(sound) > 0
    assert (await plan.rows(), await plan.archived()) == (rows, 0)


async def test_two_at_once_do_it_once(earth: Foundation) -> None:
    plan = await make_old_plan(earth, AT_A_TIME + 200)
    before, rows = await plan.told(), await plan.rows()
    both = await asyncio.gather(*(Archive(earth.units, SHAPES).look() for _ in range(2)))
    await Archive(earth.units, SHAPES).look()
    kept = await plan.rows()
    assert len(rows) - len(kept) == await trail(plan) >= sum(both) > 0
    assert await plan.archived() == rows[-1].seq
    assert await plan.told() == before
