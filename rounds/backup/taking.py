"""Takes the backup: every row of one moment, table by table, with counts and hashes."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from rounds.backup.files import written
from rounds.backup.rows import TableShape, write_row, writers_of
from rounds.backup.schema import as_clause, read_tables, snapshot
from rounds.kernel.errors import Invalid
from rounds.migrations.runner import revision_of

FORMAT = 1
AT_A_TIME = 1000

Put = Callable[[bytes], None]
Watch = Callable[[str, int], None]


def nobody(*_: object) -> None:
    """Hear rows or progress without use for them."""


class Sum(NamedTuple):
    """How many rows a table has, and the SHA-256 of their lines in the order of its key."""

    rows: int
    sha256: str


async def take(
    engine: AsyncEngine,
    put: Put,
    version: str,
    now: datetime,
    files: Mapping[str, bytes],
    watch: Watch = nobody,
) -> Mapping[str, Sum]:
    """Write everything to `put`; return each table's sum. Raises Invalid for an empty database."""
    async with snapshot(engine) as connection:
        revision = await connection.run_sync(revision_of)
        if revision is None:
            raise Invalid("There is nothing in this database yet.\n  Fix: rounds migrate")
        tables = await connection.run_sync(read_tables)
        clinics = await connection.scalar(sa.text("SELECT count(*) FROM clinics"))
        put(
            line(
                {
                    "backup": FORMAT,
                    "version": version,
                    "revision": revision,
                    "made_at": now.isoformat(),
                    "clinics": clinics,
                    "tables": len(tables),
                }
            )
        )
        sums = {}
        for table in tables:
            put(line({"table": table.name, "columns": table.columns, "key": table.key}))
            sums[table.name] = await add_up(connection, table, put)
            put(line({"end": table.name, **sums[table.name]._asdict()}))
            watch(table.name, sums[table.name].rows)
    for name, content in sorted(files.items()):
        put(line(written(name, content)))
    put(line({"end": "backup", "rows": sum(one.rows for one in sums.values())}))
    return sums


async def add_up(connection: AsyncConnection, table: TableShape, put: Put = nobody) -> Sum:
    """Read a table in the order of its key and return its sum; each line goes to `put`."""
    clause, writers, digest, rows = as_clause(table), writers_of(table), hashlib.sha256(), 0
    statement = sa.select(*clause.c).order_by(*(clause.c[name] for name in table.key))
    found = await connection.stream(statement, execution_options={"yield_per": AT_A_TIME})
    async for part in found.partitions():
        lines = b"".join([write_row(writers, row) for row in part])
        rows += len(part)
        digest.update(lines)
        put(lines)
    return Sum(rows, digest.hexdigest())


def line(record: Mapping[str, Any]) -> bytes:
    """Return a record that is no row as a line."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
