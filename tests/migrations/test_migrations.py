"""The database's shape: up, down and up again on both databases, and the same as the models."""

from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from rounds import migrations
from rounds.kernel.actor import SYSTEM
from rounds.migrations.runner import current, migrate, newest
from rounds.resources import Foundation
from rounds.rooms.model import Seat
from rounds.tables import metadata
from tests.making.fixtures import on_both
from tests.making.people import make_clinic
from tests.making.visits import make_visit

VERSIONS = Path(migrations.__file__).parent / "versions"
FIRST = {"accounts", "audit_entries", "clinics", "invitations", "people", "seats", "visits"}
"""Tables of the first revision; what a later one made goes with it, what it only widened stays."""

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def tables(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        return set(await connection.run_sync(lambda c: sqlalchemy.inspect(c).get_table_names()))


async def rows(earth: Foundation) -> dict[str, int]:
    async with earth.units.reading(SYSTEM) as unit:
        counts = {}
        for table in metadata.sorted_tables:
            found = await unit.session.execute(select(func.count()).select_from(table))
            counts[table.name] = int(found.scalar_one())
        return counts


async def test_models_and_migrations_have_one_shape(earth: Foundation) -> None:
    def differences(connection: Connection) -> object:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)

    async with earth.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    assert await current(earth.engine) == newest()


async def test_up_again_loses_nothing(earth: Foundation) -> None:
    await make_visit(earth.units, with_pin=True)
    before = await rows(earth)
    assert before["visits"] == 1
    await migrate(earth.engine)
    assert newest() is not None
    await migrate(earth.engine, str(newest()))
    assert await rows(earth) == before


async def test_down_with_data_and_up_again(earth: Foundation) -> None:
    await make_visit(earth.units, with_pin=True)
    await migrate(earth.engine, "base")
    assert await current(earth.engine) is None
    assert await tables(earth.engine) == {"alembic_version"}
    await migrate(earth.engine)
    assert await tables(earth.engine) == {"alembic_version", *metadata.tables}
    visit = await make_visit(earth.units)
    assert (await rows(earth))["visits"] == 1
    assert visit.links


async def test_every_step_goes_down_and_up_with_data(earth: Foundation) -> None:
    await make_visit(earth.units, with_pin=True)
    names = sorted(step.name for step in VERSIONS.glob("0*.py"))
    before = await rows(earth)
    for step in reversed([name[:4] for name in names[:-1]]):
        await migrate(earth.engine, step)
        assert await current(earth.engine) == step
    await migrate(earth.engine)
    kept = {name: count for name, count in (await rows(earth)).items() if name in FIRST}
    assert kept == {name: before[name] for name in FIRST}


async def test_every_reference_holds(earth: Foundation) -> None:
    """A row cannot point at nothing, on either database."""
    clinic = await make_clinic(earth.units)
    with pytest.raises(sqlalchemy.exc.IntegrityError):
        async with earth.units(SYSTEM) as unit:
            unit.session.add(
                Seat(
                    id=clinic.id,
                    clinic_id=clinic.id,
                    room_id=clinic.id,
                    person_id=clinic.id,
                    role="gp",
                )
            )
