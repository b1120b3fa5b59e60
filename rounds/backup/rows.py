"""Rows as lines of JSON that read the same whichever database they came from."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from rounds.kernel.errors import Invalid
from rounds.kernel.ids import is_id

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
Write = Callable[[Any], Any]
Read = Callable[[Any], Any]


class Column(NamedTuple):
    """A column and the kind of its values, one of `KINDS`."""

    name: str
    kind: str


class TableShape(NamedTuple):
    """A table: its columns in order, and those of its primary key, by which rows are ordered."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]


def write_row(writers: Sequence[Write], values: Sequence[Any]) -> bytes:
    """Return one row as a line."""
    told = [
        None if value is None else write(value)
        for write, value in zip(writers, values, strict=True)
    ]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def writers_of(table: TableShape) -> list[Write]:
    """Return what turns each column's value into JSON."""
    return [_WRITE[column.kind] for column in table.columns]


def read_row(table: TableShape, readers: Sequence[Read], told: Any) -> Mapping[str, Any]:
    """Return a row by column. Raises Invalid for values that the columns cannot hold."""
    if not isinstance(told, list) or len(told) != len(readers):
        raise Invalid(f"A row of {table.name} does not fit its table.")
    try:
        return {
            column.name: None if value is None else read(value)
            for column, read, value in zip(table.columns, readers, told, strict=True)
        }
    except (ValueError, OverflowError, binascii.Error):
        raise Invalid(f"A row of {table.name} does not fit its table.") from None


def readers_of(table: TableShape) -> list[Read]:
    """Return what turns JSON back into each column's value."""
    return [_READ[column.kind] for column in table.columns]


def _plain(*kinds: type) -> Read:
    def read(value: Any) -> Any:
        if type(value) not in kinds:
            raise ValueError
        return value

    return read


def _read_text(value: Any) -> str:
    if type(value) is not str or "\x00" in value:
        raise ValueError
    value.encode()  # half of a surrogate pair is no text
    return value


def _read_id(value: Any) -> str:
    if not is_id(value):
        raise ValueError
    return str(value)


def _read_bytes(value: Any) -> bytes:
    return base64.b64decode(_read_text(value), validate=True)


def _read_moment(value: Any) -> datetime:
    moment: datetime = EPOCH + _plain(int)(value) * MICROSECOND
    return moment


def _read_date(value: Any) -> date:
    return date.fromisoformat(_read_text(value))


def _read_number(value: Any) -> int:
    number: int = _plain(int)(value)
    if not -(1 << 63) <= number < 1 << 63:
        raise ValueError
    return number


def _same(value: Any) -> Any:
    return value


_WRITE: dict[str, Write] = {
    "uuid": _same,
    "text": _same,
    "int": _same,
    "float": _same,
    "bool": bool,
    "bytes": lambda value: base64.b64encode(value).decode(),
    "moment": lambda value: (value - EPOCH) // MICROSECOND,
    "date": lambda value: value.isoformat(),
}
_READ: dict[str, Read] = {
    "uuid": _read_id,
    "text": _read_text,
    "int": _read_number,
    "float": _plain(float, int),
    "bool": _plain(bool),
    "bytes": _read_bytes,
    "moment": _read_moment,
    "date": _read_date,
}
KINDS = frozenset(_WRITE)
