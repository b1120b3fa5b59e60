"""What a section took in is told and answered when it is on the disk, and stands there once."""

import asyncio
import json

import pytest
from sqlalchemy import func, select, update

from rounds.careplan.log import PlanLog
from rounds.careplan.model import PlanEntry, PlanSection, PlanSnapshot
from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import new_id
from rounds.resources import Foundation
from rounds.sync.commands import Command, Op
from rounds.sync.live import ROWS_TO_SNAPSHOT
from rounds.sync.log import Entry, EntryKind
from rounds.sync.refused import Refused
from tests.making.fixtures import on_both
from tests.making.people import make_clinic, make_patient, make_staff
from tests.making.plans import Desk, Page, answered, make_section
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

GOAL = "t:g1.text"
ADD = Command(id="1", op=Op.ADD, item="g1", kind="goal", rank="m")


class Ground:
    """A section with one goal, and two people who have it open at one desk."""

    def __init__(self, earth: Foundation) -> None:
        self.earth = earth
        self.desk = Desk(earth)

    async def lay(self) -> "Ground":
        units = self.earth.units
        clinic = await make_clinic(units)
        self.section = await make_section(units, clinic, await make_patient(units, clinic))
        self.one = Page(await make_staff(units, clinic), 5)
        self.other = Page(await make_staff(units, clinic), 6)
        self.live = await self.desk.open(self.section, self.one)
        await self.desk.open(self.section, self.other)
        self.desk.command(self.live, self.one, ADD)
        assert await answered(self.one, 1) == [True]
        self.one.answers.clear()
        return self

    async def rows(self) -> int:
        async with self.earth.units.reading(SYSTEM) as unit:
            found = await unit.session.scalar(
                select(func.count())
                .select_from(PlanEntry)
                .where(PlanEntry.section_id == self.section)
            )
            return found or 0


async def laid(earth: Foundation) -> Ground:
    return await Ground(earth).lay()


async def test_two_who_write_read_the_same_also_after_the_server_was_killed(
    earth: Foundation,
) -> None:
    there = await laid(earth)
    for number in range(20):
        for page, letter in ((there.one, "a"), (there.other, "😀")):
            page.write(GOAL, number, letter)
            there.desk.send(there.live, page)
    assert await answered(there.one, 20) == await answered(there.other, 20) == [True] * 20
    text = there.live.section.text(GOAL.encode())
    assert len(text) == 40
    assert str(there.one.text(GOAL)) == str(there.other.text(GOAL)) == text
    assert [entry.seq for entry in there.one.told] == list(range(1, 42))
    await there.desk.die()
    again = Desk(earth)
    late = Page(there.one.person, 7)
    live = await again.open(there.section, late)
    assert (str(late.text(GOAL)), live.seq, live.stored) == (text, 41, 41)
    await again.stop()


async def test_nothing_is_told_or_answered_before_it_is_on_the_disk(earth: Foundation) -> None:
    there = await laid(earth)
    told = len(there.other.told)
    async with earth.units(SYSTEM) as unit:
        # Whoever writes waits for this deed: by the queue, or by the row that it holds.
        await unit.session.execute(
            update(PlanSection).where(PlanSection.id == there.section).values(kind="goals")
        )
        there.one.write(GOAL, 0, "walk")
        there.desk.send(there.live, there.one)
        # Sent again on another way: what is in memory is not yet an answer.
        there.desk.hub.write(
            there.live,
            there.one,
            there.one.person.id,
            there.one.doc.get_update(),
            there.one.answers.append,
        )
        for _ in range(50):
            await asyncio.sleep(0)
        assert (there.one.answers, len(there.other.told)) == ([], told)
        assert await there.rows() == 1
    assert await answered(there.one, 2) == [True, True]
    assert str(there.other.text(GOAL)) == "walk"
    assert await there.rows() == 2
    await there.desk.stop()


async def test_who_stands_on_rows_of_another_process_opens_anew_and_sends_again(
    earth: Foundation,
) -> None:
    there = await laid(earth)
    second = Desk(earth)
    stranger = Page(there.other.person, 8)
    elsewhere = await second.open(there.section, stranger)
    stranger.write(GOAL, 0, "rest ")
    second.send(elsewhere, stranger)
    assert await answered(stranger, 1) == [True]
    there.one.write(GOAL, 0, "walk")
    kept = there.one.doc.get_update()
    there.desk.send(there.live, there.one)
    assert await answered(there.one, 1) == [False]
    assert there.one.resets == there.other.resets == 1
    with pytest.raises(Refused, match="reopen"):
        there.desk.hub.write(
            there.live, there.one, there.one.person.id, kept, there.one.answers.append
        )
    live = await there.desk.open(there.section, there.one)
    there.desk.hub.write(live, there.one, there.one.person.id, kept, there.one.answers.append)
    assert await answered(there.one, 2) == [False, True]
    text = live.section.text(GOAL.encode())
    assert (str(there.one.text(GOAL)), "walk" in text, "rest " in text) == (text, True, True)
    await there.desk.stop()
    await second.die()


async def test_what_another_process_appended_is_taken_in_and_told(earth: Foundation) -> None:
    there = await laid(earth)
    second = Desk(earth)
    stranger = Page(there.other.person, 8)
    elsewhere = await second.open(there.section, stranger)
    stranger.write(GOAL, 0, "rest ")
    second.send(elsewhere, stranger)
    second.command(elsewhere, stranger, Command("2", Op.SET, "g1", values={"status": "done"}))
    assert await answered(stranger, 2) == [True, True]
    await there.desk.hub.catch_up()
    assert [entry.seq for entry in there.one.told] == [1, 2, 3]
    assert str(there.one.text(GOAL)) == "rest "
    assert there.live.items.all["g1"].values == {"status": "done"}
    # What is written on it is taken in without opening anew, and so it goes on.
    for desk, live, page, answers in (
        (there.desk, there.live, there.one, 1),
        (second, elsewhere, stranger, 3),
    ):
        page.write(GOAL, 5, "walk")
        desk.send(live, page)
        assert await answered(page, answers) == [True] * answers
        for other in (there.desk, second):
            await other.hub.catch_up()
    assert there.one.resets == stranger.resets == 0
    assert str(there.one.text(GOAL)) == str(stranger.text(GOAL)) == "rest walkwalk"
    await there.desk.stop()
    await second.stop()


async def test_a_damaged_row_of_another_process_is_not_taken_in(earth: Foundation) -> None:
    there = await laid(earth)
    await PlanLog(earth.units).append(
        [Entry(there.section, 2, EntryKind.TEXT, there.other.person.id, earth.clock.now(), b"\x01")]
    )
    await there.desk.hub.catch_up()
    await eventually(lambda: there.one.resets == there.other.resets == 1)
    live = await there.desk.open(there.section, there.one)
    assert (live.quarantined, live.seq) == (True, 1)
    await there.desk.hub.catch_up()
    assert (there.one.resets, there.other.resets) == (1, 1)
    await there.desk.stop()


async def test_a_command_sent_twice_is_done_once_also_after_a_restart(earth: Foundation) -> None:
    there = await laid(earth)
    done = Command(id="2", op=Op.SET, item="g1", values={"status": "done"})
    for _ in range(2):
        there.desk.command(there.live, there.one, done)
    assert await answered(there.one, 2) == [True, True]
    await there.desk.stop()
    again = Desk(earth)
    live = await again.open(there.section, there.one)
    again.command(live, there.one, done)
    assert await answered(there.one, 3) == [True] * 3
    assert await there.rows() == 2
    assert live.items.all["g1"].values == {"status": "done"}
    await again.stop()


async def test_a_command_says_what_it_had_seen(earth: Foundation) -> None:
    there = await laid(earth)
    seen = there.live.seq
    first = Command(id="2", op=Op.SET, item="g1", values={"status": "done"}, if_seq=seen)
    there.desk.command(there.live, there.one, first)
    late = Command(id="3", op=Op.SET, item="g1", values={"status": "open"}, if_seq=seen)
    with pytest.raises(Refused, match="precondition"):
        there.desk.command(there.live, there.other, late)
    assert await answered(there.one, 1) == [True]
    await there.desk.stop()


async def test_who_may_not_write_changes_nothing(earth: Foundation) -> None:
    there = await laid(earth)
    there.other.may_write = False
    there.other.write(GOAL, 0, "no")
    with pytest.raises(Refused, match="field"):
        there.desk.send(there.live, there.other)
    assert (there.live.section.text(GOAL.encode()), await there.rows()) == ("", 1)
    await there.desk.stop()


async def test_a_client_id_belongs_to_one_person(earth: Foundation) -> None:
    there = await laid(earth)
    assert not await there.desk.hub.bind(there.live, 5, there.other.person.id)
    await there.desk.stop()
    again = Desk(earth)
    live = await again.open(there.section, Page(there.one.person, 5))
    assert not await again.hub.bind(live, 5, there.other.person.id)
    await again.stop()


async def test_a_section_that_grows_is_kept_whole_and_opens_from_there(earth: Foundation) -> None:
    there = await laid(earth)
    for number in range(ROWS_TO_SNAPSHOT + 10):
        there.one.write(GOAL, number, "a")
        there.desk.send(there.live, there.one)
    await answered(there.one, ROWS_TO_SNAPSHOT + 10)
    snapshots = await eventually(lambda: _snapshots(earth, there.section))
    assert snapshots[0] >= ROWS_TO_SNAPSHOT
    await there.desk.die()
    again = Desk(earth)
    late = Page(there.one.person, 7)
    await again.open(there.section, late)
    assert str(late.text(GOAL)) == "a" * (ROWS_TO_SNAPSHOT + 10)
    await again.stop()
    # Let go of in peace, it is kept as it stands.
    assert (await _snapshots(earth, there.section))[-1] == ROWS_TO_SNAPSHOT + 11


async def test_a_damaged_row_leaves_what_stood_before_it_to_be_read(earth: Foundation) -> None:
    there = await laid(earth)
    for letter in "abc":
        there.one.write(GOAL, 9, letter)
        there.desk.send(there.live, there.one)
    await answered(there.one, 3)
    await there.desk.die()
    async with earth.units(SYSTEM) as unit:
        await unit.session.execute(
            update(PlanEntry)
            .where(PlanEntry.section_id == there.section, PlanEntry.seq == 3)
            .values(data=b"\x01\x01\x05\x00\x08\x01" + b"\x75\x01" * 2000)
        )
    again = Desk(earth)
    page = Page(there.one.person, 7)
    live = await again.open(there.section, page)
    assert (live.quarantined, str(page.text(GOAL))) == (True, "a")
    page.write(GOAL, 0, "x")
    with pytest.raises(Refused, match="quarantined"):
        again.send(live, page)
    await again.stop()
    assert await there.rows() == 4
    assert await _snapshots(earth, there.section) == []


async def test_a_damaged_snapshot_costs_nothing_but_time(earth: Foundation) -> None:
    there = await laid(earth)
    there.one.write(GOAL, 0, "walk")
    there.desk.send(there.live, there.one)
    there.desk.hub.lock(there.live, there.other.person.id, True, there.one.answers.append)
    assert await answered(there.one, 2) == [True, True]
    await there.desk.stop()
    async with earth.units(SYSTEM) as unit:
        await unit.session.execute(
            update(PlanSnapshot)
            .where(PlanSnapshot.section_id == there.section)
            .values(state=b"\x01\x01\x05\x00\x08\x01" + b"\x75\x01" * 2000)
        )
    again = Desk(earth)
    page = Page(there.one.person, 7)
    live = await again.open(there.section, page)
    assert (live.quarantined, live.seq, str(page.text(GOAL))) == (False, 3, "walk")
    assert live.lock is not None
    assert live.lock.by == there.other.person.id
    await again.stop()


@pytest.mark.parametrize("known", [None, "[[], [], []]"])
async def test_what_is_known_of_a_snapshot_is_read_from_it_where_it_is_not_sure(
    earth: Foundation, known: str | None
) -> None:
    there = await laid(earth)
    there.one.write(GOAL, 0, "walk")
    there.desk.send(there.live, there.one)
    assert await answered(there.one, 1) == [True]
    await there.desk.stop()
    async with earth.units(SYSTEM) as unit:
        snapshot = await unit.session.get_one(PlanSnapshot, (there.section, there.live.seq))
        held = json.loads(snapshot.items)
        assert json.loads(held["known"]) == there.live.section.known.told()
        snapshot.items = json.dumps(held | {"known": known})
    again = Desk(earth)
    page = Page(there.one.person, 7)
    live = await again.open(there.section, page)
    assert (live.quarantined, str(page.text(GOAL))) == (False, "walk")
    assert live.section.known.told() == there.live.section.known.told()
    await again.stop()


@pytest.mark.parametrize("reason", ["", "Until the report of Monday is here"])
@pytest.mark.parametrize("from_snapshot", [True, False])
async def test_a_lock_lasts_until_it_is_opened_also_after_a_restart(
    earth: Foundation, from_snapshot: bool, reason: str
) -> None:
    there = await laid(earth)
    there.desk.hub.lock(there.live, there.one.person.id, True, there.one.answers.append, reason)
    assert await answered(there.one, 1) == [True]
    await (there.desk.stop() if from_snapshot else there.desk.die())
    again = Desk(earth)
    page = Page(there.one.person, 7)
    live = await again.open(there.section, page)
    page.write(GOAL, 0, "no")
    with pytest.raises(Refused, match="locked"):
        again.send(live, page)
    lock = live.lock
    assert lock is not None
    assert (lock.by, lock.reason) == (there.one.person.id, reason)
    again.hub.lock(live, page.person.id, False, page.answers.append)
    again.hub.write(live, page, page.person.id, page.doc.get_update(), page.answers.append)
    assert await answered(page, 2) == [True, True]
    assert (live.lock, live.section.text(GOAL.encode())) == (None, "no")
    await again.stop()


@pytest.mark.parametrize("from_snapshot", [True, False])
async def test_a_lock_from_before_reasons_were_asked_for_is_read(
    earth: Foundation, from_snapshot: bool
) -> None:
    there = await laid(earth)
    there.desk.hub.lock(there.live, there.one.person.id, True, there.one.answers.append)
    assert await answered(there.one, 1) == [True]
    await there.desk.stop()
    async with earth.units(SYSTEM) as unit:
        row = await unit.session.get_one(PlanEntry, (there.section, 2))
        assert row.data == b"locked"
        snapshot = await unit.session.get_one(PlanSnapshot, (there.section, 2))
        held = json.loads(snapshot.items)
        # As it was written then: two values, whatever is written today.
        held["lock"] = [there.one.person.id, "2026-01-02T03:04:05+00:00"]
        snapshot.items = json.dumps(held)
        if not from_snapshot:
            await unit.session.delete(snapshot)
    again = Desk(earth)
    live = await again.open(there.section, Page(there.one.person, 7))
    assert (live.quarantined, live.seq) == (False, 2)
    assert live.lock is not None
    assert (live.lock.by, live.lock.reason) == (there.one.person.id, "")
    assert (live.lock.at.isoformat() == "2026-01-02T03:04:05+00:00") == from_snapshot
    await again.stop()


async def test_a_section_is_never_made_by_opening_it(earth: Foundation) -> None:
    desk = Desk(earth)
    there = await laid(earth)
    with pytest.raises(NotFound):
        await desk.hub.open(new_id(), there.one)
    assert len(desk.hub) == 0
    await desk.stop()
    await there.desk.stop()


async def test_two_who_open_at_once_get_the_same(earth: Foundation) -> None:
    there = await laid(earth)
    await there.desk.stop()
    desk = Desk(earth)
    one, other = await asyncio.gather(
        desk.hub.open(there.section, there.one), desk.hub.open(there.section, there.other)
    )
    assert one is other
    await desk.stop()


async def _snapshots(earth: Foundation, section: str) -> list[int]:
    async with earth.units.reading(SYSTEM) as unit:
        found = await unit.session.scalars(
            select(PlanSnapshot.seq)
            .where(PlanSnapshot.section_id == section)
            .order_by(PlanSnapshot.seq)
        )
        return list(found)
