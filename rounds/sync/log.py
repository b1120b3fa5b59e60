"""The ordered log of sections, as a port: what was appended there is what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class EntryKind(StrEnum):
    """What a row of the log holds."""

    TEXT = "text"
    """An update of the texts."""
    COMMAND = "command"
    LOCK = "lock"
    """That nothing may be written from here on, or that it may again; `rounds.sync.locks`."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Who locked a section, when (UTC), and why, in their own words; "" where they did not say."""

    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: the `seq`-th of its section, by `writer`, a person.

    A row of the archive stands for several that were written in one go: `first` is the number of
    the first of them and `begun_at` its time, `seq` and `at` are those of the last.
    """

    section: str
    seq: int
    kind: EntryKind
    writer: str
    at: datetime
    data: bytes
    first: int | None = None
    begun_at: datetime | None = None

    @property
    def begin(self) -> int:
        """The number of the first row that this one holds."""
        return self.seq if self.first is None else self.first

    @property
    def began(self) -> datetime:
        """When the first row that this one holds was written (UTC)."""
        return self.begun_at or self.at


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A section as it stood after row `seq`: the state of its texts, and its items as told.

    `known` is what the gate has to know of the state (`rounds.sync.known.Known.told`), None where
    that is not there or not sure to belong to it. `commands` are the ids of the last commands with
    their numbers, so that none is done twice; `lock` says who locked it, if somebody did.
    """

    seq: int
    state: bytes
    items: list[dict[str, Any]] = field(default_factory=list)
    commands: list[tuple[str, int]] = field(default_factory=list)
    lock: Lock | None = None
    known: list[Any] | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A section on the disk: a snapshot, the rows after it, and whose client ids are whose.

    `kind` names its shape; `epoch` changes when a section begins anew, with another history.
    """

    kind: str
    epoch: int
    snapshot: Snapshot
    tail: Sequence[Entry]
    clients: Mapping[int, str]


class Superseded(Exception):
    """Another process appended to one of the sections since it was read here."""


class Log(Protocol):
    """Where sections are kept. Whatever returns without an error is on the disk."""

    async def load(self, section: str, before: int | None = None) -> Stored:
        """Return what is stored. Raises NotFound; a section is never made by reading it.

        With `before` it begins from the last snapshot with a smaller number, or from nothing.
        """

    async def since(self, section: str, seq: int) -> Sequence[Entry]:
        """Return the rows of a section after a number."""

    async def reached(self, sections: Sequence[str]) -> Mapping[str, int]:
        """Return the number of the last row of each section."""

    async def append(self, entries: Sequence[Entry]) -> None:
        """Append rows, all or none. Raises Superseded, or Unavailable when nothing is stored."""

    async def keep(self, section: str, snapshot: Snapshot) -> None:
        """Keep a snapshot, so that the section opens fast; the rows before it stay."""

    async def bind(self, section: str, client: int, writer: str, at: datetime) -> bool:
        """Bind a client id to a person for good; False when it is somebody else's."""
