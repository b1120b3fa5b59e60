"""Rows of every table there is, full of what is hard to carry, within what its columns allow."""

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rounds.backup.rows import TableShape
from rounds.backup.schema import as_clause, read_tables
from rounds.kernel.ids import new_id
from rounds.resources import Foundation
from rounds.tables import metadata

WORDS = [
    "",
    " ",
    "Łódź",
    "مرحبا",
    "𝕏𓀀",
    "'; DROP TABLE people; --",
    '"\\n\\',
    "a\nb\tc",
    "é",
    "e\u0301",
]


async def fill_every_table(earth: Foundation, rows: int, seed: int) -> int:
    """Insert up to `rows` rows into each table; return how many there are in all."""
    rng, total = random.Random(seed), 0
    async with earth.engine.connect() as connection:
        await connection.execution_options(writes=True)
        async with connection.begin():
            for shape in await connection.run_sync(read_tables):
                total += await _fill(connection, shape, rows, rng)
    return total


async def _fill(
    connection: AsyncConnection, shape: TableShape, rows: int, rng: random.Random
) -> int:
    table, clause = metadata.tables[shape.name], as_clause(shape)
    kinds, filled = dict(shape.columns), 0
    known = {
        column.name: await _ids(connection, fk)
        for column in table.columns
        for fk in list(column.foreign_keys)[:1]
    }
    for number in range(rows):
        row = {
            column.name: _value(column, kinds[column.name], known.get(column.name), number, rng)
            for column in table.columns
        }
        try:
            async with connection.begin_nested():
                await connection.execute(sa.insert(clause).values(row))
        except sa.exc.IntegrityError:
            continue  # such as a second open row where there may be one
        filled += 1
    return filled


async def _ids(connection: AsyncConnection, reference: sa.ForeignKey) -> list[str]:
    target = reference.column
    clause = sa.table(target.table.name, sa.column(target.name, sa.Uuid(as_uuid=False)))
    return list((await connection.execute(sa.select(*clause.c))).scalars())


def _value(
    column: sa.Column[Any], kind: str, known: list[str] | None, number: int, rng: random.Random
) -> Any:
    if column.nullable and rng.random() < 0.4:
        return None
    if known is not None:
        return known[number % len(known)] if column.primary_key else rng.choice(known)
    return _VALUES[kind](rng, getattr(column.type, "length", None) or 100)


def _text(rng: random.Random, length: int) -> str:
    return (rng.choice(WORDS) + "".join(chr(rng.randrange(0x20, 0xD7FF)) for _ in range(length)))[
        : rng.randint(min(length, 6), length)
    ]


_VALUES: Mapping[str, Any] = {
    "uuid": lambda *_: new_id(),
    "text": _text,
    "int": lambda rng, _: rng.randrange(2**31),
    "float": lambda rng, _: rng.random(),
    "bool": lambda rng, _: rng.random() < 0.5,
    "bytes": lambda rng, _: rng.randbytes(rng.choice([0, 1, 7, 300, 2000])),
    "moment": lambda rng, _: (
        datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=rng.randrange(2**52))
    ),
    "date": lambda rng, _: date(1900, 1, 1) + timedelta(days=rng.randrange(90_000)),
}
