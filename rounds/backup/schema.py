"""The tables as they stand in a database, read from it: a backup fits any revision."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import TypeEngine

from rounds.backup.rows import Column, TableShape
from rounds.kernel.database import Moment

VERSION_TABLE = "alembic_version"
TYPES: dict[str, TypeEngine[Any]] = {
    "uuid": sa.Uuid(as_uuid=False),
    "text": sa.Text(),
    "int": sa.BigInteger(),
    "float": sa.Double(),
    "bool": sa.Boolean(),
    "bytes": sa.LargeBinary(),
    "moment": Moment(),
    "date": sa.Date(),
}


# Filled by the database itself when the rows of other tables come in.
BY_TRIGGERS = ("audit_unsealed",)


def read_tables(connection: sa.Connection) -> list[TableShape]:
    """Return every table, those that others refer to or fill first."""
    inspector = sa.inspect(connection)
    names = [name for name, _ in inspector.get_sorted_table_and_fkc_names() if name is not None]
    names.sort(key=lambda name: name in BY_TRIGGERS)
    return [_shape(inspector, name) for name in names if name != VERSION_TABLE]


async def go_on_counting(connection: AsyncConnection) -> None:
    """Let counters of the database go on behind the rows that were put in with their numbers."""
    if connection.dialect.name != "postgresql":
        return
    found = await connection.execute(
        sa.text(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() "
            "AND (column_default LIKE 'nextval(%' OR is_identity = 'YES')"
        )
    )
    for table, column in found.all():
        rows = sa.table(table, sa.column(column, sa.BigInteger()))
        newest = sa.select(sa.func.max(rows.c[column])).scalar_subquery()
        counter = sa.func.pg_get_serial_sequence(table, column)
        await connection.execute(sa.select(sa.func.setval(counter, newest)))


def as_clause(table: TableShape) -> sa.TableClause:
    """Return the table for statements; sealed columns are their stored bytes here."""
    return sa.table(table.name, *(sa.column(name, TYPES[kind]) for name, kind in table.columns))


@contextlib.asynccontextmanager
async def snapshot(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open a transaction that sees one moment of the whole database and stops no writer."""
    async with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            await connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        async with connection.begin():
            await take_all_the_time(connection)
            yield connection


async def take_all_the_time(connection: AsyncConnection) -> None:
    """Lift the limits that a request's statements have, for this transaction."""
    if connection.dialect.name == "postgresql":
        for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
            await connection.execute(sa.text(f"SET LOCAL {name} = 0"))


def _shape(inspector: sa.Inspector, name: str) -> TableShape:
    columns = tuple(
        Column(column["name"], _kind(name, column["name"], column["type"]))
        for column in inspector.get_columns(name)
    )
    return TableShape(
        name, columns, tuple(inspector.get_pk_constraint(name)["constrained_columns"])
    )


def _kind(table: str, column: str, kind: TypeEngine[Any]) -> str:
    if isinstance(kind, sa.Uuid) or (isinstance(kind, sa.CHAR) and kind.length == 32):
        return "uuid"  # SQLite keeps it as 32 characters
    for ours, theirs in (
        ("bool", sa.Boolean),
        ("moment", sa.DateTime),
        ("date", sa.Date),
        ("bytes", sa.LargeBinary),
        ("int", sa.Integer),
        ("float", sa.Float),
        ("text", sa.String),
    ):
        if isinstance(kind, theirs):
            return ours
    raise NotImplementedError(f"{table}.{column} has a type that backups do not know: {kind!r}")
