"""The sealer: within a second, in order, one at a time, after a crash, with checkpoints."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.exc import DBAPIError

from rounds.audit import trail
from rounds.audit.chain import GRACE
from rounds.audit.model import AuditEntry
from rounds.audit.sealing import BATCH, CHECKPOINT_SEALS, Sealer
from rounds.kernel.actor import SYSTEM
from rounds.kernel.ids import new_id
from rounds.resources import Foundation, lay_foundation
from tests.audit.trailed import (
    change,
    clock_of,
    lines_of,
    marks_of,
    member,
    sealer_of,
    seals_of,
    verified,
    waiting_of,
    write_deeds,
    write_gathered,
)
from tests.making.fixtures import on_both
from tests.making.people import make_clinic
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def test_lines_are_sealed_in_the_order_they_were_written(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units)
    await sealer_of(earth).catch_up()
    before = len(await seals_of(earth.units))
    objects = await write_deeds(earth.units, member(clinic), BATCH + 10)
    assert (await verified(earth)).waiting.count == len(objects)
    await sealer_of(earth).catch_up()
    seals = (await seals_of(earth.units))[before:]
    async with earth.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(select(AuditEntry.id, AuditEntry.object_id))
        object_of = {row.id: row.object_id for row in found}
    assert [object_of[seal.entry_id] for seal in seals] == objects
    assert [seal.seq for seal in seals] == list(range(before + 1, before + len(objects) + 1))
    report = await verified(earth)
    assert (report.status, report.waiting.count) == (0, 0)
    assert await waiting_of(earth.units) == []


async def test_what_was_committed_before_a_crash_is_sealed_after_it(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units)
    await sealer_of(earth).catch_up()
    before = len(await seals_of(earth.units))
    await write_deeds(earth.units, member(clinic), 3)
    report = await verified(earth)
    assert (report.status, report.waiting.count) == (0, 3)
    assert report.waiting.since == clock_of(earth).now()
    clock_of(earth).move(hours=5)
    await sealer_of(earth).catch_up()
    assert len(await seals_of(earth.units)) == before + 3
    report = await verified(earth)
    assert (report.status, report.waiting.count) == (0, 0)


async def test_a_batch_that_breaks_half_way_is_sealed_whole_later(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units)
    sealer = sealer_of(earth)
    await sealer.catch_up()
    seals, tail = await seals_of(earth.units), sealer.tail
    await write_deeds(earth.units, member(clinic), 5)
    await change(earth, *refuse_seals(earth, tail.seq + 4))
    with pytest.raises(DBAPIError):
        await sealer.catch_up()
    assert len(await seals_of(earth.units)) == len(seals)
    assert (sealer.tail, len(await waiting_of(earth.units))) == (tail, 5)
    await change(earth, "DROP TRIGGER no_seals" + on_seals(earth))
    await sealer.catch_up()
    assert len(await seals_of(earth.units)) == len(seals) + 5
    assert (await verified(earth)).status == 0


def on_seals(earth: Foundation) -> str:
    return " ON audit_seals" if earth.engine.dialect.name == "postgresql" else ""


def refuse_seals(earth: Foundation, seq: int) -> list[str]:
    """A disk that is full after some seals."""
    if earth.engine.dialect.name == "sqlite":
        when = f"BEFORE INSERT ON audit_seals WHEN NEW.seq >= {seq}"
        return [f"CREATE TRIGGER no_seals {when} BEGIN SELECT RAISE(ABORT, 'full'); END"]
    body = "$$ BEGIN RAISE EXCEPTION 'full'; END $$"
    when = f"BEFORE INSERT ON audit_seals FOR EACH ROW WHEN (NEW.seq >= {seq})"
    return [
        f"CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS {body}",
        f"CREATE TRIGGER no_seals {when} EXECUTE FUNCTION full_disk()",
    ]


async def test_two_sealers_at_once_under_load_make_one_chain(earth: Foundation) -> None:
    """Each in a process of its own, as far as the database can tell."""
    clinic = await make_clinic(earth.units)
    other = lay_foundation(earth.settings, clock_of(earth))
    sealers = [sealer_of(earth), sealer_of(other)]
    done = asyncio.Event()

    async def seal(sealer: Sealer) -> None:
        while not done.is_set():
            await sealer.seal_some()
            await asyncio.sleep(0)

    try:
        sealing = [asyncio.create_task(seal(one)) for one in sealers]
        people = [member(clinic) for _ in range(8)]
        written = await asyncio.gather(
            *(write_deeds(earth.units if n % 2 else other.units, one, 12)
              for n, one in enumerate(people))
        )  # fmt: skip
        await write_gathered(earth.units, people[0], 5)
        done.set()
        await asyncio.gather(*sealing)
        await sealers[0].catch_up()
    finally:
        await other.close()
    seals = await seals_of(earth.units)
    assert [seal.seq for seal in seals] == list(range(1, len(seals) + 1))
    assert (await verified(earth)).status == 0
    async with earth.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(select(AuditEntry.id, AuditEntry.object_id))
        place = {row.object_id: row.id for row in found}
    order = {seal.entry_id: seal.seq for seal in seals if seal.kind == "entry"}
    for objects in written:
        own = [order[place[one]] for one in objects]
        assert own == sorted(own)


async def test_a_number_is_sealed_when_nothing_can_come_to_it_any_more(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units)
    clock, sealer, someone = clock_of(earth), sealer_of(earth), member(clinic)
    clock.move(days=1)
    read = await write_gathered(earth.units, someone, 3)
    refused = await write_gathered(earth.units, someone, 2, denied=True)
    await sealer.catch_up()

    async def sealed_numbers() -> dict[str, list[int]]:
        numbers = [one.entry_id for one in await seals_of(earth.units) if one.kind == "count"]
        async with earth.units.reading(SYSTEM) as unit:
            lines = select(AuditEntry).where(AuditEntry.object_id.in_([read, refused]))
            found = (await unit.session.execute(lines)).scalars().all()
        return {
            name: sorted(one.count for one in found if one.object_id == which and one.id in numbers)
            for name, which in (("read", read), ("refused", refused))
        }

    assert await sealed_numbers() == {"read": [], "refused": []}
    clock.move(minutes=1)
    await sealer.catch_up()
    assert await sealed_numbers() == {"read": [], "refused": []}
    clock.move(seconds=GRACE.total_seconds())
    await sealer.catch_up()
    assert await sealed_numbers() == {"read": [], "refused": [2]}
    clock.move(days=1)
    await sealer.catch_up()
    assert await sealed_numbers() == {"read": [3], "refused": [2]}
    assert (await verified(earth)).status == 0


async def test_a_clock_set_back_makes_new_lines_and_breaks_no_sealed_number(
    earth: Foundation,
) -> None:
    clinic = await make_clinic(earth.units)
    clock, sealer, someone = clock_of(earth), sealer_of(earth), member(clinic)
    one = await write_gathered(earth.units, someone, 2, denied=True)
    clock.move(minutes=10)
    await sealer.catch_up()
    clock.move(minutes=-10)
    async with earth.units(someone) as unit:
        for _ in range(2):
            trail.record_denial(unit, "visit.read", "visit", one, None)
    async with earth.units.reading(SYSTEM) as unit:
        lines = select(AuditEntry.count).where(AuditEntry.object_id == one)
        counts = sorted((await unit.session.execute(lines)).scalars())
    assert counts == [1, 1, 2]
    await sealer.catch_up()
    clock.move(minutes=20)
    await sealer.catch_up()
    assert (await verified(earth)).status == 0


async def test_with_nothing_to_do_nothing_is_written(earth: Foundation) -> None:
    sealer = sealer_of(earth)
    await sealer.catch_up()
    seen: list[str] = []

    def note(_: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(earth.engine.sync_engine, "before_cursor_execute", note)
    try:
        for _ in range(3):
            assert await sealer.seal_some() == 0
    finally:
        event.remove(earth.engine.sync_engine, "before_cursor_execute", note)
    assert seen
    assert {one.split()[0] for one in seen} <= {"BEGIN", "SELECT"}
    assert not any("IMMEDIATE" in one or "lock" in one for one in seen)


async def test_checkpoints_come_every_minute_when_there_is_something_new(
    earth: Foundation,
) -> None:
    clinic = await make_clinic(earth.units)
    sealer, clock, someone = sealer_of(earth), clock_of(earth), member(clinic)
    await sealer.catch_up()
    before = len(marks_of(earth))
    await write_deeds(earth.units, someone, 2)
    await sealer.catch_up()
    clock.move(seconds=59)
    await sealer.catch_up()
    assert len(marks_of(earth)) == before
    clock.move(seconds=1)
    await sealer.catch_up()
    clock.move(minutes=5)
    await sealer.catch_up()
    assert len(marks_of(earth)) == before + 1
    assert marks_of(earth)[-1] == sealer.tail
    # After a start it goes on where it was; a clock set back holds nothing up.
    again = sealer_of(earth)
    assert again.tail == sealer.tail
    await write_deeds(earth.units, someone, 1)
    clock.move(hours=-1)
    await again.catch_up()
    assert marks_of(earth)[-1] == again.tail
    assert again.tail.seq == sealer.tail.seq + 1
    clock.move(hours=1)


async def test_many_seals_are_a_checkpoint_at_once(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units)
    sealer = sealer_of(earth)
    await sealer.catch_up()
    before, tail = len(marks_of(earth)), sealer.tail
    await write_deeds(earth.units, member(clinic), 1)
    line = max(await lines_of(earth.units), key=lambda one: one.id)
    row = {column.name: getattr(line, column.name) for column in AuditEntry.__table__.columns}
    many = [row | {"id": new_id()} for _ in range(CHECKPOINT_SEALS - 1)]
    async with earth.units(SYSTEM) as unit:
        await unit.session.execute(insert(AuditEntry), many)
    await sealer.catch_up()
    assert len(marks_of(earth)) == before + 1
    assert sealer.tail.seq == tail.seq + CHECKPOINT_SEALS


async def nothing_waits(earth: Foundation) -> bool:
    return await waiting_of(earth.units) == []


async def test_a_stop_leaves_a_checkpoint_of_the_last_seal(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units)
    sealer = sealer_of(earth)
    await sealer.catch_up()
    await write_deeds(earth.units, member(clinic), 2)
    task = earth.tasks.start("seal", sealer.run)
    await eventually(lambda: nothing_waits(earth))
    assert marks_of(earth)[-1] != sealer.tail
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert marks_of(earth)[-1] == sealer.tail
