"""Tells a section's log as events: what was written together, and each deed on an item (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rounds.careplan.kinds import COMMENT
from rounds.careplan.sittings import Sitting, Sittings
from rounds.sync.commands import Command, Op, unwritten
from rounds.sync.items import Items, Shape
from rounds.sync.locks import unwritten as lock_of
from rounds.sync.log import Entry, EntryKind
from rounds.sync.refused import Refused
from rounds.sync.replay import Replay
from rounds.sync.words import Piece, Sign, compare

NAMES = ("name", "observation")
"""Values by which an item without a text is known."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to one item from row `first` to row `last`, and who did it.

    With `op` it is a command, and `values` holds what it set as (before, after). Without, somebody
    wrote in the text `field`, and `pieces` tells how it reads differently; several writers when
    they wrote at once. `about` is the item a comment speaks of. `locked` is told when the section
    itself was locked, for a `reason` or without one, or opened again; then there is no item.
    """

    item: str
    kind: str
    name: str
    """The first words of the item's text, so that people know which it is."""
    writers: tuple[str, ...]
    begins: datetime
    ends: datetime
    first: int
    last: int
    op: Op | None = None
    values: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    field: str = ""
    pieces: Sequence[Piece] = ()
    about: str = ""
    locked: bool | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """The events of a section, the oldest first.

    `whole` is false when a row could not be read: what stood before it is told.
    """

    events: Sequence[Event]
    whole: bool = True


def origin_named(event: Event) -> object:
    """Return what an event names as where it came from; None for what nobody brought."""
    return event.values.get("origin", (None, None))[1]


def history(shape: Shape, entries: Sequence[Entry]) -> History:
    """Return the history of a section from all its rows, the first row first."""
    telling = _Telling(shape)
    whole = True
    try:
        for entry in entries:
            telling.take(entry)
    except Refused:
        whole = False
    finally:
        events = telling.close()
    return History(events, whole)


class _Telling:
    """Goes along the log and keeps what is being written until it is done."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._items = Items(shape)
        self._texts = Replay()
        self._sittings = Sittings()
        self._before: dict[bytes, str] = {}
        """What stood in each text that is being written in."""
        self._events: list[Event] = []

    def take(self, entry: Entry) -> None:
        if entry.kind is EntryKind.TEXT:
            self._write(entry)
        elif entry.kind is EntryKind.LOCK:
            self._lock(entry)
        else:
            self._do(unwritten(entry.data), entry)

    def close(self) -> list[Event]:
        for sitting in self._sittings.leave():
            self._told(sitting)
        self._texts.close()
        return sorted(self._events, key=lambda one: one.last)

    def _write(self, entry: Entry) -> None:
        fields = self._texts.fields_of(entry.data)
        for one in fields:
            ended = self._sittings.over(one, entry)
            if ended is not None:
                self._told(ended)
            if one not in self._sittings:
                self._before[one] = self._texts.text(one)
            self._sittings.write(one, entry)
        self._texts.take(entry.data, entry.seq, entry.writer, fields)

    def _lock(self, entry: Entry) -> None:
        lock = lock_of(entry)
        for sitting in self._sittings.leave():
            self._told(sitting)
        self._events.append(
            Event(
                item="",
                kind="",
                name="",
                writers=(entry.writer,),
                begins=entry.at,
                ends=entry.at,
                first=entry.seq,
                last=entry.seq,
                locked=lock is not None,
                reason=lock.reason if lock else "",
            )
        )

    def _do(self, command: Command, entry: Entry) -> None:
        self._items.check(command)
        for sitting in self._sittings.leave(command.item):
            self._told(sitting)
        before = self._items.all.get(command.item)
        old = dict(before.values) if before else {}
        self._items.apply(command, entry.seq, entry.writer)
        item = self._items.all[command.item]
        about = str(item.values.get("about", "")) if item.kind == COMMENT else ""
        self._events.append(
            Event(
                item=item.id,
                kind=item.kind,
                name=self._name(about or item.id),
                writers=(entry.writer,),
                begins=entry.at,
                ends=entry.at,
                first=entry.seq,
                last=entry.seq,
                op=command.op,
                values={
                    name: (old.get(name), value)
                    for name, value in command.values.items()
                    if old.get(name) != value
                },
                about=about,
            )
        )

    def _told(self, sitting: Sitting) -> None:
        pieces = compare(self._before.pop(sitting.field), self._texts.text(sitting.field))
        if all(one.sign is Sign.KEPT for one in pieces):
            return
        id, _, name = sitting.field.decode().removeprefix("t:").partition(".")
        authors = self._texts.writers_since(sitting.field, sitting.first)
        self._events.append(
            Event(
                item=id,
                kind=self._items.all[id].kind if id in self._items.all else "",
                name=self._name(id),
                writers=tuple(sitting.writers),
                begins=sitting.begins,
                ends=sitting.ends,
                first=sitting.first,
                last=sitting.last,
                field=name,
                pieces=_with_writers(pieces, authors),
            )
        )

    def _name(self, id: str) -> str:
        item = self._items.all.get(id)
        if item is None:
            return ""
        texts = (self._texts.text(f"t:{id}.{one}".encode()) for one in self._shape[item.kind].texts)
        values = (str(item.values.get(one, "")) for one in NAMES)
        return first_words(next((one for one in (*texts, *values) if one.strip()), ""))


def first_words(text: str, most: int = 48) -> str:
    """Return the beginning of a text in one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return line[:most].rpartition(" ")[0] + "…" if " " in line[:most] else line[:most] + "…"


def _with_writers(pieces: Sequence[Piece], authors: Sequence[str]) -> list[Piece]:
    """Say of each new piece who wrote it: whoever wrote most of its letters."""
    told, at = [], 0
    for piece in pieces:
        if piece.sign is Sign.GONE:
            told.append(piece)
            continue
        wrote = [one for one in authors[at : at + len(piece.text)] if one]
        at += len(piece.text)
        own = piece.sign is Sign.NEW and wrote
        told.append(
            piece._replace(writer=max(dict.fromkeys(wrote), key=wrote.count)) if own else piece
        )
    return told
