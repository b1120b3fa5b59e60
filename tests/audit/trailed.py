"""A trail to try things on: deeds, readings and refusals, some of them gathered, all sealed."""

from pathlib import Path

from sqlalchemy import select, text

from rounds.audit import trail
from rounds.audit.chain import Tail
from rounds.audit.checkpoints import Checkpoints, read_checkpoints
from rounds.audit.model import AuditEntry, AuditSeal, Unsealed
from rounds.audit.sealing import Sealer
from rounds.audit.verifying import Report, verify
from rounds.kernel.actor import SYSTEM, Actor, Role
from rounds.kernel.ids import ClinicId, PersonId, SessionId, new_id
from rounds.kernel.unit import Units
from rounds.people.model import Clinic
from rounds.resources import Foundation
from tests.making.clock import StoppedClock
from tests.making.people import make_clinic, make_patient, make_staff

KEY = bytes(range(32))


def sealer_of(earth: Foundation) -> Sealer:
    """A sealer that keeps its checkpoints in the data folder."""
    return Sealer(earth.units, KEY, Checkpoints(checkpoints_of(earth)))


def checkpoints_of(earth: Foundation) -> Path:
    """A file for each database, as folders are shared."""
    return earth.settings.data / f"checkpoints-{earth.engine.dialect.name}"


def marks_of(earth: Foundation) -> list[Tail]:
    path = checkpoints_of(earth)
    return read_checkpoints(path)[0] if path.exists() else []


async def verified(earth: Foundation) -> Report:
    """What a walk finds, beside the checkpoints of the data folder."""
    return await verify(earth.units, KEY, marks_of(earth))


def clock_of(earth: Foundation) -> StoppedClock:
    assert isinstance(earth.clock, StoppedClock)
    return earth.clock


def member(clinic: Clinic) -> Actor:
    """Somebody of the staff in a session of their own."""
    ids = ClinicId(clinic.id), PersonId(new_id())
    return Actor("staff", *ids, Role.GP, session=SessionId(new_id()))


async def write_deeds(units: Units, actor: Actor, count: int) -> list[str]:
    """Deeds one after the other, each in a transaction of its own; return their objects."""
    objects = [new_id() for _ in range(count)]
    for one in objects:
        async with units(actor) as unit:
            await trail.record(unit, "visit.note", "visit", one, new_id())
    return objects


async def write_gathered(units: Units, actor: Actor, times: int, denied: bool = False) -> str:
    """Equal readings or refusals; return their object."""
    one = new_id()
    for _ in range(times):
        async with units(actor) as unit:
            if denied:
                trail.record_denial(unit, "visit.read", "visit", one, None)
            else:
                await trail.record_reading(unit, "visit.read", "visit", one, new_id())
    return one


async def make_trail(earth: Foundation) -> None:
    """About forty lines of two days, sealed to the end."""
    clinic = await make_clinic(earth.units)
    await make_staff(earth.units, clinic)
    await make_patient(earth.units, clinic)
    sealer = sealer_of(earth)
    for _ in range(4):
        actor = member(clinic)
        await write_deeds(earth.units, actor, 5)
        await sealer.catch_up()
        await write_gathered(earth.units, actor, 3)
        await write_gathered(earth.units, actor, 1)
        await write_gathered(earth.units, actor, 2, denied=True)
        clock_of(earth).move(minutes=5)
        await sealer.catch_up()
    clock_of(earth).move(days=2)
    await sealer.catch_up()


async def lines_of(units: Units) -> list[AuditEntry]:
    async with units.reading(SYSTEM) as unit:
        return list((await unit.session.execute(select(AuditEntry))).scalars())


async def seals_of(units: Units) -> list[AuditSeal]:
    async with units.reading(SYSTEM) as unit:
        found = await unit.session.execute(select(AuditSeal).order_by(AuditSeal.seq))
        return list(found.scalars())


async def waiting_of(units: Units) -> list[Unsealed]:
    async with units.reading(SYSTEM) as unit:
        found = await unit.session.execute(select(Unsealed).order_by(Unsealed.place))
        return list(found.scalars())


async def disarm(earth: Foundation) -> None:
    """What an owner of the database does first: switch its guards off."""
    names = ("entries_wait", "entries_stay", "entries_count", "seals_stay", "seals_fixed")
    statements = [f"DROP TRIGGER audit_{name}" for name in names]
    if earth.engine.dialect.name == "postgresql":
        tables = ("audit_entries", "audit_seals")
        statements = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
    await change(earth, *statements)


async def change(earth: Foundation, *statements: str) -> None:
    """Change the database past the product."""
    async with earth.engine.connect() as connection:
        writing = await connection.execution_options(writes=True)
        async with writing.begin():
            for one in statements:
                await writing.execute(text(one))
