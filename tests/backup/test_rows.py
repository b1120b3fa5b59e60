"""Rows cross from one database to the other without losing a bit, and hostile ones do not cross."""

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.backup.rows import (
    KINDS,
    Column,
    TableShape,
    read_row,
    readers_of,
    write_row,
    writers_of,
)
from rounds.kernel.errors import Invalid

SHAPE = TableShape("things", tuple(Column(kind, kind) for kind in sorted(KINDS)), ("uuid",))
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "uuid": st.uuids().map(str),
    "text": TEXT,
    "int": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(allow_nan=False),
    "bool": st.booleans(),
    "bytes": st.binary(),
    "moment": st.datetimes(timezones=st.just(UTC)),
    "date": st.dates(),
}


def test_every_kind_is_tried() -> None:
    assert set(VALUES) == KINDS


@given(st.fixed_dictionaries({kind: st.none() | one for kind, one in VALUES.items()}))
def test_a_row_comes_back_the_same(row: dict[str, Any]) -> None:
    line = write_row(writers_of(SHAPE), [row[column.name] for column in SHAPE.columns])
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert read_row(SHAPE, readers_of(SHAPE), json.loads(line)) == row


WRONG: list[tuple[str, Any]] = [
    ("uuid", "../../etc/passwd"),
    ("uuid", str(UUID(int=1)).upper() + " "),
    ("uuid", 7),
    ("text", 7),
    ("text", "a\x00b"),
    ("text", "\ud800"),
    ("text", ["a"]),
    ("int", "7"),
    ("int", True),
    ("int", 1.5),
    ("int", 2**63),
    ("float", "1"),
    ("bool", 1),
    ("bytes", "not base64!"),
    ("bytes", 7),
    ("moment", "2026-11-26"),
    ("moment", 10**30),
    ("moment", True),
    ("date", "2026-02-30"),
    ("date", 20260230),
]


@pytest.mark.parametrize(("kind", "value"), WRONG)
def test_a_value_that_does_not_fit_is_refused(kind: str, value: Any) -> None:
    shape = TableShape("things", (Column("it", kind),), ("it",))
    with pytest.raises(Invalid, match="things"):
        read_row(shape, readers_of(shape), [value])


@pytest.mark.parametrize("told", [[], [None] * 9, "row", 7, None, {"uuid": None}])
def test_a_row_of_another_shape_is_refused(told: Any) -> None:
    with pytest.raises(Invalid):
        read_row(SHAPE, readers_of(SHAPE), told)


def test_moments_keep_their_microseconds() -> None:
    shape = TableShape("things", (Column("at", "moment"), Column("day", "date")), ("at",))
    row = [datetime(2026, 3, 29, 1, 59, 59, 999_999, UTC), date(2028, 2, 29)]
    line = write_row(writers_of(shape), row)
    assert list(read_row(shape, readers_of(shape), json.loads(line)).values()) == row
