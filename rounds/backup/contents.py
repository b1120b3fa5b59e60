"""Reads a backup's stream as records, and believes nothing of it that was not checked."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, NoReturn

from rounds.backup.rows import KINDS, Column, TableShape
from rounds.backup.sealing import opened
from rounds.backup.taking import FORMAT
from rounds.kernel.errors import Invalid

LONGEST_LINE = 64 << 20
"""A row that is longer than this many bytes is none of ours."""

Record = tuple[bytes, Any]
"""A line as it stands, and what it says: a list for a row, an object for everything else."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup says of itself: of which version, revision and moment, with how much in it."""

    version: str
    revision: str
    made_at: datetime
    clinics: int
    tables: int


def records(file: BinaryIO, key: bytes) -> Iterator[Record]:
    """Return the records in order. Raises Invalid for what is no backup or not whole."""
    waiting = b""
    for piece in opened(file, key):
        lines = (waiting + piece).split(b"\n")
        waiting = lines.pop()
        if len(waiting) > LONGEST_LINE:
            refuse()
        for one in lines:
            yield one + b"\n", _say(one)
    if waiting:
        refuse()


def read_header(record: Record) -> Header:
    """Return the header. Raises Invalid for a format this version does not know."""
    told = as_object(record)
    if told.get("backup") != FORMAT:
        raise Invalid("This backup has a format that this version of rounds does not know.")
    try:
        made_at = datetime.fromisoformat(str(told.get("made_at")))
    except ValueError:
        refuse()
    version, revision = told.get("version"), told.get("revision")
    clinics, tables = told.get("clinics"), told.get("tables")
    if not isinstance(version, str) or not isinstance(revision, str):
        refuse()
    if not isinstance(clinics, int) or not isinstance(tables, int):
        refuse()
    return Header(version[:40], revision[:40], made_at, clinics, tables)


def read_shape(told: Mapping[str, Any], known: Mapping[str, TableShape]) -> TableShape:
    """Return the table that rows follow of; it has to be one of `known`, column by column."""
    name, columns, key = told.get("table"), told.get("columns"), told.get("key")
    if not isinstance(name, str) or not isinstance(columns, list) or not isinstance(key, list):
        refuse()
    pairs = [pair for pair in columns if isinstance(pair, list) and len(pair) == 2]
    shape = TableShape(
        name, tuple(Column(str(one), str(kind)) for one, kind in pairs), tuple(map(str, key))
    )
    wanted = known.get(name)
    fits = (
        wanted is not None
        and sorted(shape.columns) == sorted(wanted.columns)
        and shape.key == wanted.key
        and all(column.kind in KINDS for column in shape.columns)
    )
    if not fits:
        raise Invalid("This backup has a table that does not fit its own revision.")
    return shape


def as_object(record: Record | None) -> Mapping[str, Any]:
    """Return what a record says if it is an object. Raises Invalid at the end and for rows."""
    if record is None or not isinstance(record[1], dict):
        refuse()
    return record[1]


def refuse() -> NoReturn:
    """Say that the stream is none of ours."""
    raise Invalid("This backup cannot be understood. Nothing was restored from it.")


def _say(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        refuse()
