"""Puts many rows into a table, each database the fastest way it has."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from rounds.backup.rows import TableShape
from rounds.backup.schema import as_clause

REFUSED = (DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What a database says of rows that break its rules."""


async def insert_rows(
    connection: AsyncConnection, table: TableShape, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows whose columns stand in the table's order. Raises one of `REFUSED`."""
    if connection.dialect.name != "postgresql":
        await connection.execute(sa.insert(as_clause(table)), rows)
        return
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.copy_records_to_table(
        table.name,
        columns=[column.name for column in table.columns],
        records=[tuple(row.values()) for row in rows],
    )
