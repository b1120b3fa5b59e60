"""Statements that are carried out many times a second: compiled once, not for every row."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, Insert, Update
from sqlalchemy.types import NullType, TypeEngine

Write = Callable[[Any], Any]


class Prepared:
    """An insert or update whose values are bound by name.

    On SQLite the library spends more on finding the values of a row than the database on writing
    it; there the text and the order of its values are kept. Other databases get the statement.
    """

    def __init__(self, statement: Insert | Update, names: Sequence[str] | None = None) -> None:
        """Prepare a statement; `names` are the columns an insert fills."""
        self._statement = statement
        self._names = names
        self._made: tuple[str, list[tuple[str, Write]]] | None = None

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> CursorResult[Any]:
        """Carry it out for each of these rows."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, rows)
        if self._made is None:
            self._made = self._make(connection.dialect)
        text, values = self._made
        return connection.exec_driver_sql(
            text, [tuple([write(row[name]) for name, write in values]) for row in rows]
        )

    def _make(self, dialect: Dialect) -> tuple[str, list[tuple[str, Write]]]:
        compiled = self._statement.compile(dialect=dialect, column_keys=self._names)
        values = [
            (name, _writes(compiled.binds[name].type, dialect))
            for name in compiled.positiontup or ()
        ]
        return compiled.string, values


def _writes(kind: TypeEngine[Any], dialect: Dialect) -> Write:
    if isinstance(kind, NullType):
        # A foreign key takes the type of its target, which is not known before that is read.
        raise TypeError("a column's type is not known yet")
    return kind.dialect_impl(dialect).bind_processor(dialect) or _as_is


def _as_is(value: Any) -> Any:
    return value
