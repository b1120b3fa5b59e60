"""A prepared statement does what the library does with the same rows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    MetaData,
    String,
    Table,
    Uuid,
    bindparam,
    create_engine,
    insert,
    text,
    update,
)  # fmt: skip
from sqlalchemy.dialects import sqlite

from rounds.kernel.database import Moment, SealedBytes
from rounds.kernel.prepared import Prepared

NAMES = ("id", "seq", "kind", "at", "data")
METADATA = MetaData()
NOTES = Table(
    "notes",
    METADATA,
    Column("id", Uuid(as_uuid=False), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(16)),
    Column("at", Moment),
    Column("data", SealedBytes),
    Column("spare", String(16)),
)
INSERT = insert(NOTES)
MOVE = (
    update(NOTES)
    .where(NOTES.c.id == bindparam("wanted"), NOTES.c.seq == bindparam("before"))
    .values(seq=bindparam("after"))
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.uuids().map(str),
            "seq": st.integers(0, 2**62),
            "kind": st.text(max_size=16),
            "at": st.datetimes().map(lambda at: at.replace(tzinfo=UTC)),
            "data": st.binary(max_size=64),
        }
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda row: row["id"],
)

Rows = Sequence[Mapping[str, Any]]


def written(rows: Rows, prepared: bool) -> tuple[list[Any], int]:
    """What stands in the file after these rows were written and moved, and how many moved."""
    engine = create_engine("sqlite://")
    moves = [{"wanted": row["id"], "before": row["seq"], "after": 7} for row in rows]
    moves.append({"wanted": rows[0]["id"], "before": -1, "after": 8})
    with engine.begin() as connection:
        METADATA.create_all(connection)
        if prepared:
            Prepared(INSERT, NAMES).run(connection, rows)
            moved = Prepared(MOVE).run(connection, moves).rowcount
        else:
            connection.execute(INSERT, rows)
            moved = connection.execute(MOVE, moves).rowcount
        raw = "SELECT id, typeof(id), seq, kind, at, typeof(at), data, spare FROM notes ORDER BY id"
        return [tuple(row) for row in connection.execute(text(raw))], moved


@given(rows=ROWS)
def test_it_writes_the_same_bytes(rows: Rows) -> None:
    found, moved = written(rows, prepared=True)
    assert (found, moved) == written(rows, prepared=False)
    assert moved == len(rows)


def test_a_moment_without_a_zone_is_refused() -> None:
    row: dict[str, Any] = {"id": "0" * 32, "seq": 1, "kind": "", "data": b""}
    row["at"] = datetime(2026, 1, 1)  # noqa: DTZ001 - the fault in question
    with pytest.raises(ValueError, match="time zone"):
        written([row], prepared=True)


def test_a_column_whose_type_is_not_known_yet_is_refused() -> None:
    lonely = Table("lonely", MetaData(), Column("of", ForeignKey("nowhere.id")))
    with pytest.raises(TypeError):
        Prepared(insert(lonely), ("of",))._make(sqlite.dialect())
