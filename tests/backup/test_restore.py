"""A backup taken while others write comes back whole, in either kind of database, or not at all."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from rounds.backup.restoring import restore, verify
from rounds.backup.schema import read_tables, snapshot
from rounds.backup.sealing import SealedWriter
from rounds.backup.taking import Sum, add_up, take
from rounds.kernel.actor import Role
from rounds.kernel.config import Settings
from rounds.kernel.database import make_engine
from rounds.kernel.errors import Conflict, Invalid
from rounds.migrations.runner import current, migrate, newest
from rounds.resources import Foundation
from rounds.tables import metadata
from tests.backup.filling import fill_every_table
from tests.databases import PostgreSQL
from tests.making.clock import START
from tests.making.fixtures import on_both
from tests.making.people import make_clinic, make_staff

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both, pytest.mark.postgresql]

KEY, OTHER_KEY = bytes(range(32)), bytes(32)
FILES = {"secret": bytes(32), "audit-key": b"k" * 32}


async def backup(engine: AsyncEngine) -> tuple[io.BytesIO, Mapping[str, Sum]]:
    file = io.BytesIO()
    sealed = SealedWriter(file, KEY)
    sums = await take(engine, sealed.write, "0.1.0", START, FILES)
    sealed.finish()
    return file, sums


async def sums_of(engine: AsyncEngine) -> dict[str, Sum]:
    async with snapshot(engine) as connection:
        shapes = await connection.run_sync(read_tables)
        return {shape.name: await add_up(connection, shape) for shape in shapes}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def full(earth: Foundation) -> Foundation:
    """A database with rows in every table."""
    await fill_every_table(earth, 6, seed=7)
    return earth


@pytest_asyncio.fixture(loop_scope="module")
async def empty(
    shared_kind: str, postgresql: PostgreSQL, tmp_path: Path
) -> AsyncIterator[AsyncEngine]:
    """A database without anything, of the other kind."""
    address = postgresql.new_database() if shared_kind == "sqlite" else ""
    engine = make_engine(Settings(data=tmp_path, database=address).database_url)
    yield engine
    await engine.dispose()


async def is_empty(engine: AsyncEngine) -> bool:
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda plain: sa.inspect(plain).get_table_names())
    return set(names) <= {"alembic_version"} and await current(engine) is None


async def test_every_table_has_rows_and_an_order(full: Foundation) -> None:
    found = await sums_of(full.engine)
    assert set(found) == set(metadata.tables)
    assert [name for name, one in found.items() if one.rows == 0] == []
    async with snapshot(full.engine) as connection:
        shapes = await connection.run_sync(read_tables)
    kinds = {shape.name: dict(shape.columns) for shape in shapes}
    # Ids and numbers are ordered alike by both databases; texts would follow a locale.
    assert {kinds[one.name][key] for one in shapes for key in one.key} <= {"uuid", "int"}
    places = {shape.name: place for place, shape in enumerate(shapes)}
    for table in metadata.tables.values():
        for reference in table.foreign_keys:
            assert places[reference.column.table.name] < places[table.name], reference


async def test_it_comes_back_in_the_other_kind_of_database(
    full: Foundation, empty: AsyncEngine
) -> None:
    file, sums = await backup(full.engine)
    restored = await restore(empty, file, KEY)
    assert restored.sums == sums == await sums_of(full.engine) == await sums_of(empty)
    assert restored.files == FILES
    assert (restored.header.revision, await current(empty)) == (newest(), newest())
    with pytest.raises(Conflict, match="not empty"):
        await restore(empty, file, KEY)
    assert await sums_of(empty) == sums


async def test_it_is_one_moment_though_others_write(full: Foundation, empty: AsyncEngine) -> None:
    clinic = await make_clinic(full.units)
    written = 0

    async def write() -> None:
        nonlocal written
        while True:
            # Person, role, account and trail in two transactions, each whole.
            await make_staff(full.units, clinic, Role.GP)
            written += 1

    writer = asyncio.create_task(write())
    file, sums = await backup(full.engine)
    writer.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await writer
    assert written > 0
    await restore(empty, file, KEY)
    assert await sums_of(empty) == sums
    async with empty.connect() as connection:
        alone = sa.text(
            "SELECT count(*) FROM staff_members s LEFT JOIN accounts a"
            " ON a.person_id = s.person_id WHERE s.clinic_id = :clinic AND a.id IS NULL"
        ).bindparams(sa.bindparam("clinic", clinic.id, sa.Uuid(as_uuid=False)))
        # Nobody is torn: each who was added has the account of the same transaction.
        assert await connection.scalar(alone) == 0


async def test_verify_touches_nothing(full: Foundation) -> None:
    before = await sums_of(full.engine)
    file, sums = await backup(full.engine)
    assert (await verify(file, KEY)).sums == sums
    assert await sums_of(full.engine) == before


async def test_an_older_backup_is_brought_to_this_version(
    shared_kind: str, postgresql: PostgreSQL, empty: AsyncEngine, tmp_path: Path
) -> None:
    address = "" if shared_kind == "sqlite" else postgresql.new_database()
    (tmp_path / "old").mkdir()
    old = make_engine(Settings(data=tmp_path / "old", database=address).database_url)
    await migrate(old, "0002")
    clinic = "01a216ae-c61e-769b-8c85-9f9f183bafdd"
    async with old.begin() as connection:
        await connection.execute(
            sa.text(
                "INSERT INTO clinics (id, name, phone, time_zone, language, country,"
                " crisis_number, crisis_text, crisis_source, is_demo) VALUES"
                " (:id, 'Hill', '1', 'UTC', 'en', 'GB', '999', 'x', 'y', false)"
            ).bindparams(sa.bindparam("id", clinic, sa.Uuid(as_uuid=False)))
        )
    file, _ = await backup(old)
    await old.dispose()
    restored = await restore(empty, file, KEY)
    assert (restored.header.revision, await current(empty)) == ("0002", newest())
    async with empty.connect() as connection:
        assert await connection.scalar(sa.text("SELECT name FROM clinics")) == "Hill"


async def test_another_key_or_a_damaged_file_is_refused(
    full: Foundation, empty: AsyncEngine
) -> None:
    file, _ = await backup(full.engine)
    with pytest.raises(Invalid, match="not the key"):
        await restore(empty, file, OTHER_KEY)
    data = bytearray(file.getvalue())
    data[len(data) // 2] ^= 1
    for damaged in (bytes(data), file.getvalue()[:-1], file.getvalue()[: len(data) // 3]):
        with pytest.raises(Invalid, match="damaged"):
            await restore(empty, io.BytesIO(damaged), KEY)
    assert await is_empty(empty)


async def test_a_database_of_something_else_is_left_alone(
    full: Foundation, empty: AsyncEngine
) -> None:
    file, _ = await backup(full.engine)
    async with empty.begin() as connection:
        await connection.execute(sa.text("CREATE TABLE letters (id INTEGER PRIMARY KEY)"))
    with pytest.raises(Conflict, match="something else"):
        await restore(empty, file, KEY)
    async with empty.begin() as connection:
        await connection.execute(sa.text("INSERT INTO letters VALUES (1)"))
    with pytest.raises(Conflict, match="not empty"):
        await restore(empty, file, KEY)
