"""A unit stands or falls as a whole, and what it tells is heard at the right time."""

import asyncio
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from rounds.audit import trail
from rounds.audit.model import AuditEntry
from rounds.kernel.actor import SYSTEM
from rounds.kernel.bus import Bus
from rounds.kernel.database import is_sqlite, make_sessions
from rounds.kernel.errors import Conflict
from rounds.kernel.straight import Straight
from rounds.kernel.unit import Unit, Units
from rounds.people.model import Clinic
from rounds.people.queries import clinics
from rounds.resources import Foundation
from tests.making.clock import StoppedClock
from tests.making.fixtures import on_both
from tests.making.people import make_clinic

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


@dataclass(frozen=True)
class Happened:
    """A fact."""

    what: str


@dataclass(frozen=True)
class Followed:
    """A fact that follows."""

    what: str


def units_over(earth: Foundation, bus: Bus) -> Units:
    engine = earth.engine
    return Units(make_sessions(engine), bus, StoppedClock(), is_sqlite(engine), Straight(engine))


async def names(earth: Foundation) -> list[str]:
    async with earth.units.reading(SYSTEM) as unit:
        return [one.name for one in await clinics(unit.session)]


async def rename(unit: Unit, clinic: Clinic, name: str) -> None:
    row = await unit.session.get_one(Clinic, clinic.id)
    row.name = name
    await trail.record(unit, "clinic.rename", "clinic", clinic.id, clinic=clinic.id)


async def test_facts_are_heard_before_and_after_the_commit(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units, "before")
    bus, heard = Bus(), []
    units = units_over(earth, bus)

    async def before(unit: Unit, fact: Happened) -> None:
        heard.append(f"before {fact.what}: {await names(earth)}")
        unit.tell(Followed(fact.what))

    async def follow(_: Unit, fact: Followed) -> None:
        heard.append(f"followed {fact.what}")

    async def after(fact: Happened) -> None:
        heard.append(f"after {fact.what}: {await names(earth)}")

    bus.before_commit(Happened, before)
    bus.before_commit(Followed, follow)
    bus.after_commit(Happened, after)
    earlier = await names(earth)
    async with units(SYSTEM) as unit:
        await rename(unit, clinic, "renamed")
        unit.tell(Happened("it"))
    later = ["renamed" if name == "before" else name for name in earlier]
    assert heard == [f"before it: {earlier}", "followed it", f"after it: {later}"]
    async with units(SYSTEM) as unit:
        await rename(unit, clinic, "done")


async def test_a_reaction_that_fails_before_the_commit_undoes_everything(
    earth: Foundation,
) -> None:
    clinic = await make_clinic(earth.units, "untouched")
    bus, heard = Bus(), []
    units = units_over(earth, bus)

    async def fail(_: Unit, __: Happened) -> None:
        raise Conflict("No.")

    async def after(fact: Happened) -> None:
        heard.append(fact)

    bus.before_commit(Happened, fail)
    bus.after_commit(Happened, after)
    with pytest.raises(Conflict):  # noqa: PT012 - the deed
        async with units(SYSTEM) as unit:
            await rename(unit, clinic, "touched")
            unit.tell(Happened("it"))
    assert "touched" not in await names(earth)
    assert heard == []
    async with earth.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(
            select(AuditEntry).where(AuditEntry.action == "clinic.rename")
        )
        assert clinic.id not in {line.object_id for line in found.scalars()}


async def test_a_reaction_that_fails_after_the_commit_undoes_nothing(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units, "old")
    bus, heard = Bus(), []
    units = units_over(earth, bus)

    async def fail(_: Happened) -> None:
        raise RuntimeError("an echo")

    async def after(fact: Happened) -> None:
        heard.append(fact.what)

    bus.after_commit(Happened, fail)
    bus.after_commit(Happened, after)
    async with units(SYSTEM) as unit:
        await rename(unit, clinic, "new")
        unit.tell(Happened("it"))
    assert "new" in await names(earth)
    assert heard == ["it"]


async def test_the_deed_and_its_line_stand_or_fall_together(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units, "still")
    with pytest.raises(RuntimeError):  # noqa: PT012 - the deed
        async with earth.units(SYSTEM) as unit:
            await rename(unit, clinic, "moved")
            await unit.session.flush()
            raise RuntimeError("a fault in the deed")
    assert "moved" not in await names(earth)
    # An entry that cannot be written takes the deed with it.
    with pytest.raises(Exception, match="not done"):  # noqa: PT012 - the deed
        async with earth.units(SYSTEM) as unit:
            row = await unit.session.get_one(Clinic, clinic.id)
            row.name = "unseen"
            await trail.record(unit, None, "clinic", clinic.id)  # type: ignore[arg-type]
    assert "unseen" not in await names(earth)


async def test_what_must_stand_stands_when_the_deed_does_not(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units, "kept")

    async def deed(own: Unit) -> None:
        await rename(own, clinic, "kept on")

    for opened in (earth.units, earth.units.reading):
        with pytest.raises(Conflict):  # noqa: PT012 - the deed
            async with opened(SYSTEM) as unit:
                unit.keep(deed)
                raise Conflict("No.")
    assert "kept on" in await names(earth)


async def test_reading_keeps_nothing(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units, "read")
    async with earth.units.reading(SYSTEM) as unit:
        row = await unit.session.get_one(Clinic, clinic.id)
        row.name = "written"
        await unit.session.flush()
    assert row.phone
    assert "written" not in await names(earth)


async def test_fifty_writers_at_once_all_come_to_their_turn_in_order(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units, "0")
    async with earth.units(SYSTEM) as unit:
        await rename(unit, clinic, "0")
    turns: list[int] = []

    async def write(number: int) -> None:
        async with earth.units(SYSTEM) as unit:
            found = await unit.session.execute(
                select(Clinic).where(Clinic.id == clinic.id).with_for_update()
            )
            row = found.scalar_one()
            turns.append(number)
            row.name = str(int(row.name) + 1)

    async with asyncio.timeout(20):
        await asyncio.gather(*(write(number) for number in range(50)))
    assert "50" in await names(earth)
    if is_sqlite(earth.engine):
        assert turns == list(range(50))
    assert sorted(turns) == list(range(50))


async def test_writers_wait_for_no_reader_and_readers_for_no_writer(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units, "seen")
    async with earth.units.reading(SYSTEM) as reader:
        before = [one.name for one in await clinics(reader.session)]
        async with earth.units(SYSTEM) as unit:
            await rename(unit, clinic, "unseen yet")
            assert "unseen yet" not in await names(earth)
        assert "unseen yet" in await names(earth)
    assert "seen" in before


async def test_what_is_noted_while_reading_stands_afterwards_and_not_for_a_refusal(
    earth: Foundation,
) -> None:
    clinic = await make_clinic(earth.units, "read")
    order: list[str] = []

    async def read(refuse: bool) -> None:
        async with earth.units.reading(SYSTEM) as unit:

            async def note(own: Unit) -> None:
                order.append("noted")
                assert own is not unit
                await rename(own, clinic, "noted")

            await unit.note(note)
            order.append("read")
            if refuse:
                raise Conflict("No.")

    with pytest.raises(Conflict):
        await read(refuse=True)
    assert order == ["read"]
    await read(refuse=False)
    assert order == ["read", "read", "noted"]
    assert "noted" in await names(earth)


async def test_what_is_noted_while_writing_stands_or_falls_with_it(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units, "kept")
    with pytest.raises(Conflict):  # noqa: PT012 - the deed
        async with earth.units(SYSTEM) as unit:
            await unit.note(lambda own: rename(own, clinic, "lost"))
            raise Conflict("No.")
    assert "lost" not in await names(earth)
