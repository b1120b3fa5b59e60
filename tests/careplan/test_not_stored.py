"""While the disk takes nothing, nothing is acknowledged or shown; later it comes, once."""

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import event, func, select, text

from rounds.careplan.model import CarePlan, PlanEntry, PlanSection
from rounds.kernel.actor import SYSTEM
from rounds.kernel.database import is_sqlite
from rounds.kernel.ids import new_id
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.plan_pages import PlanCast, PlanPage, data, make_plan_cast
from tests.making.plan_pages import text as sent
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

GOAL = "t:g1.text"
EVERY_PAGE = 0xFFFFFFFE
"""SQLite's own limit."""
LONG = "daily " * 2500
"""More than fits into a page of the database that is already there."""


@contextlib.asynccontextmanager
async def read_only(house: House) -> AsyncIterator[None]:
    """Let the database take no change, as when its disk was mounted anew for reading alone."""
    if is_sqlite(house.foundation.engine):
        async with pragma(house, "query_only = 1", "query_only = 0"):
            yield
        return

    def refuse(connection: Any) -> None:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    engine = house.foundation.engine.sync_engine
    event.listen(engine, "begin", refuse)
    try:
        yield
    finally:
        event.remove(engine, "begin", refuse)


@contextlib.asynccontextmanager
async def full(house: House) -> AsyncIterator[None]:
    """Let SQLite have no more pages than it has, none of them free; PostgreSQL takes no change."""
    engine = house.foundation.engine
    if not is_sqlite(engine):  # has no limit that one database could be given
        async with read_only(house):
            yield
        return
    async with house.units(SYSTEM) as unit:
        run = unit.session.execute
        free = int((await run(text("PRAGMA freelist_count"))).scalar_one())
        await run(text("CREATE TABLE ballast (x)"))
        await run(text("INSERT INTO ballast VALUES (zeroblob(:size))"), {"size": free * 4096})
    async with engine.connect() as connection:
        count = int(await connection.scalar(text("PRAGMA page_count")) or 0)
    async with pragma(house, f"max_page_count = {count}", f"max_page_count = {EVERY_PAGE}"):
        yield


@contextlib.asynccontextmanager
async def pragma(house: House, now: str, later: str) -> AsyncIterator[None]:
    """Give SQLite a setting on every connection of the server, and take it back."""
    setting = [now]

    def prepare(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA {setting[0]}")

    for engine in (house.foundation.engine.sync_engine, *house.foundation.straight.engines):
        event.listen(engine, "checkout", prepare)
    try:
        yield
    finally:
        # Left listening: connections that are in use now come back later.
        setting[0] = later


FAULTS = pytest.mark.parametrize("fault", [read_only, full])
Fault = Callable[[House], contextlib.AbstractAsyncContextManager[None]]


async def written(house: House) -> tuple[PlanCast, PlanPage, PlanPage, int]:
    """A goal that the GP and the therapist both read; the number of its last row."""
    cast = await make_plan_cast(house)
    one, other = await cast.page(cast.gp, "goals"), await cast.page(cast.therapist, "goals")
    await one.add("g1", "goal")
    last = await one.type(GOAL, 0, "walk ")
    await one.until(last)
    await other.until(last)
    return cast, one, other, last


async def rows(house: House, cast: PlanCast) -> int:
    """How many rows the log of the goals has."""
    async with house.units.reading(SYSTEM) as unit:
        found = await unit.session.scalar(
            select(func.count())
            .select_from(PlanEntry)
            .join(PlanSection, PlanSection.id == PlanEntry.section_id)
            .join(CarePlan, CarePlan.id == PlanSection.plan_id)
            .where(CarePlan.patient_id == cast.patient.id, PlanSection.kind == "goals")
        )
        return found or 0


def reason(refusal: Any) -> tuple[Any, ...]:
    """What a page acts on."""
    return tuple(refusal.get(name) for name in ("code", "reason", "class", "retry_after"))


STORAGE = ("refused", "storage", "retry", 5)


@FAULTS
async def test_what_is_not_on_the_disk_is_not_acknowledged_or_shown_and_comes_later_once(
    house: House, fault: Fault
) -> None:
    cast, one, other, last = await written(house)
    told = len(other.line.told("update"))
    async with fault(house):
        one.write(GOAL, 5, LONG)
        (update,) = one.send()
        assert reason(await one.refusal("update", update=sent(update))) == STORAGE
        for page in (one, other):
            # Who has it open is told that what was not answered is not there.
            await page.line.until("reset", lambda reset: reset["section"] == "goals")
            answer = await page.refusal("update", update=sent(update))
            assert (answer["reason"], answer["class"]) == ("reopen", "resync")
        # Reading goes on, and gives what is on the disk.
        assert (await other.open())["seq"] == (await one.open())["seq"] == last
        assert str(other.text(GOAL)) == "walk "
        # Again and again, to whoever tries.
        assert reason(await one.refusal("update", update=sent(update))) == STORAGE
        assert len(other.line.told("update")) == told
        assert await rows(house, cast) == last
    await eventually(lambda: len(other.line.told("reset")) == 2)
    vector = (await one.open())["vector"]
    again = sent(one.doc.get_update(data(vector)))
    await other.open()
    for _ in range(2):
        assert await one.line.ask("update", section="goals", update=again) == {"seq": last + 1}
    await other.until(last + 1)
    assert str(other.text(GOAL)) == str(one.text(GOAL)) == f"walk {LONG}"
    assert await rows(house, cast) == last + 1
    late = await cast.page(cast.coordinator, "goals")
    assert str(late.text(GOAL)) == f"walk {LONG}"


async def test_a_command_that_was_not_stored_is_done_when_it_is_sent_again_and_once(
    house: House,
) -> None:
    cast, one, other, last = await written(house)
    deed = {"id": new_id(), "op": "set", "item": "g1", "values": {"status": "on_the_way"}}
    async with read_only(house):
        for _ in range(2):
            assert reason(await one.refusal("command", **deed)) == STORAGE
            again = await one.refusal("command", **deed)
            assert reason(again) == ("refused", "reopen", "resync", None)
            told = await one.open()
            assert (told["seq"], told["items"][0]["values"]) == (last, {})
    await one.open()
    await other.open()
    for _ in range(2):
        assert await one.line.ask("command", section="goals", **deed) == {"seq": last + 1}
    told = await other.line.until("command", lambda one: one["seq"] == last + 1)
    assert told["command"]["values"] == {"status": "on_the_way"}
    assert await rows(house, cast) == last + 1
    assert [one["seq"] for one in other.line.told("command")].count(last + 1) == 1


async def test_other_patients_plans_are_not_in_doubt_and_go_on(house: House) -> None:
    """What waited in the same commit is answered alike, and both come back."""
    first, second = await written(house), await written(house)
    async with read_only(house):
        for _, page, _, _ in (first, second):
            page.write(GOAL, 0, "I ")
            (update,) = page.send()
            assert reason(await page.refusal("update", update=sent(update))) == STORAGE
    for cast, page, other, last in (first, second):
        await other.open()
        again = page.doc.get_update(data((await page.open())["vector"]))
        told = await page.line.ask("update", section="goals", update=sent(again))
        assert told == {"seq": last + 1}
        await other.until(last + 1)
        assert str(other.text(GOAL)) == "I walk "
        assert await rows(house, cast) == last + 1
