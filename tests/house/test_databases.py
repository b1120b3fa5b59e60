"""The databases that tests are given: each empty, of the kind asked for, and alone."""

from pathlib import Path

import sqlalchemy
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from rounds.kernel.config import Settings
from rounds.kernel.database import make_engine
from rounds.migrations.runner import current, migrate, newest
from tests.databases import on_both_databases
from tests.making.clock import StoppedClock
from tests.making.ground import ground, make_settings


@on_both_databases
async def test_a_test_gets_an_empty_database(database_kind: str, database_url: str) -> None:
    engine = create_async_engine(Settings(database=database_url).database_url)
    async with engine.connect() as connection:
        assert connection.dialect.name == database_kind
        tables = await connection.run_sync(lambda c: sqlalchemy.inspect(c).get_table_names())
    await engine.dispose()
    assert tables == []


async def test_a_copied_database_is_the_one_that_migrations_make(tmp_path: Path) -> None:
    found = []
    for name in ("first", "copied"):
        folder = tmp_path / name
        folder.mkdir()
        async with ground(make_settings(folder, ""), StoppedClock()) as earth:
            found.append((await _shape(earth.engine), await current(earth.engine)))
    engine = make_engine(Settings(data=tmp_path).database_url)
    try:
        await migrate(engine)
        assert found == [(await _shape(engine), newest())] * 2
    finally:
        await engine.dispose()


async def _shape(engine: AsyncEngine) -> list[tuple[str, ...]]:
    """Everything in a SQLite database by type and name."""
    named = sqlalchemy.text("SELECT type, name FROM sqlite_master ORDER BY type, name")
    async with engine.connect() as connection:
        return [tuple(map(str, row)) for row in await connection.execute(named)]
