"""The databases that tests are given: each empty, of the kind asked for, and alone."""

import sqlalchemy
from sqlalchemy.ext.asyncio import create_async_engine

from rounds.kernel.config import Settings
from tests.databases import on_both_databases


@on_both_databases
async def test_a_test_gets_an_empty_database(database_kind: str, database_url: str) -> None:
    engine = create_async_engine(Settings(database=database_url).database_url)
    async with engine.connect() as connection:
        assert connection.dialect.name == database_kind
        tables = await connection.run_sync(lambda c: sqlalchemy.inspect(c).get_table_names())
    await engine.dispose()
    assert tables == []
