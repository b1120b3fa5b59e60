"""Finds rows of a section's log that are kept as one: what one person wrote in one go (pure).

Nothing that is read from the log may read differently afterwards. So only rows become one that
follow each other, change one text alone, come from one tab of one person, and belong to the same
sitting, which is what the history tells as one sentence. The two logs are kept up beside each
other, row by row and through the gate, and compared before anything is given out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rounds.careplan.sittings import Sitting, Sittings
from rounds.sync.commands import unwritten
from rounds.sync.gate import Reading, read
from rounds.sync.items import Items, Shape
from rounds.sync.known import Known
from rounds.sync.locks import unwritten as lock_of
from rounds.sync.log import Entry, EntryKind
from rounds.sync.refused import Refused
from rounds.sync.section import LONGEST_TEXT, Anything, Section, as_one

MOST_ROWS = 400
"""Rows that become one at most: joining more of them costs their square."""
MOST_BYTES = 32 * 1024
"""Of these rows together; the gate takes twice as much."""


class Unlike(Exception):
    """The rows that were joined do not say what the rows say that they stand for."""


@dataclass(slots=True)
class _Group:
    """Rows that may become one. `room` is how much longer their text may still grow."""

    sitting: Sitting
    clients: set[int]
    room: int
    rows: list[Entry]
    size: int


class Coalescing:
    """Goes along the log of one section from its first row on."""

    def __init__(self, shape: Shape) -> None:
        """Begin before the first row."""
        self._items = Items(shape)
        self._before = Section()
        self._after = Section()
        self._sittings = Sittings()
        self._seq = 0
        self._group: _Group | None = None
        self._joined: list[Entry] = []

    def skip(self, entries: Sequence[Entry]) -> None:
        """Go along rows that stay as they are. Raises Refused for one that is damaged."""
        for entry in entries:
            self._take(entry, may_join=False)

    def join(self, entries: Sequence[Entry]) -> list[Entry]:
        """Go along rows; return those that stand for several of them from now on, in order.

        Raises Refused for a row that is damaged, and Unlike; then nothing is to be changed.
        """
        self._joined = []
        for entry in entries:
            self._take(entry, may_join=True)
        self._close()
        if not _same(self._before, self._after):
            raise Unlike
        return self._joined

    def _take(self, entry: Entry, may_join: bool) -> None:
        if entry.begin != self._seq + 1:
            raise Refused("gap")
        if entry.kind is EntryKind.TEXT:
            self._write(entry, may_join)
        else:
            self._close()
            self._do(entry)
        self._seq = entry.seq

    def _do(self, entry: Entry) -> None:
        if entry.kind is EntryKind.LOCK:
            lock_of(entry)
            self._sittings.leave()
            return
        command = unwritten(entry.data)
        self._items.check(command)
        self._items.apply(command, entry.seq, entry.writer)
        self._sittings.leave(command.item)

    def _write(self, entry: Entry, may_join: bool) -> None:
        reading = read(entry.data, self._before.known, Anything(), Anything())
        fields = {one[3] for one in reading.pieces} | {one[3] for one in reading.deletions}
        sitting = None
        for field in fields:
            self._sittings.over(field, entry)
            sitting = self._sittings.write(field, entry)
        group = self._group
        if sitting is None or len(fields) > 1 or not may_join or entry.first is not None:
            self._close()
            self._after.replay(entry.data)
        elif group is not None and _goes_on(group, entry, reading, sitting):
            group.rows.append(entry)
            group.size += len(entry.data)
            group.room -= _grown(reading)
            group.clients |= _clients(reading)
        else:
            self._close()
            self._open(entry, reading, sitting)
        self._before.replay(entry.data)

    def _open(self, entry: Entry, reading: Reading, sitting: Sitting) -> None:
        room = LONGEST_TEXT - self._before.known.sizes.get(sitting.field, 0) - _grown(reading)
        self._group = _Group(sitting, _clients(reading), room, [entry], len(entry.data))

    def _close(self) -> None:
        """Let go of the rows that were gathered: as one, or as they are where that cannot be."""
        group, self._group = self._group, None
        if group is None:
            return
        if len(group.rows) > 1:
            try:
                data = as_one([one.data for one in group.rows])
                self._after.replay(data)
            except Refused:
                pass
            else:
                self._joined.append(_one(group.rows, data))
                return
        for entry in group.rows:
            self._after.replay(entry.data)


def _goes_on(group: _Group, entry: Entry, reading: Reading, sitting: Sitting) -> bool:
    last = group.rows[-1]
    return (
        group.sitting is sitting
        and last.writer == entry.writer
        # A clock that was put back is told as it was.
        and last.at <= entry.at
        and len(group.rows) < MOST_ROWS
        and group.size + len(entry.data) <= MOST_BYTES
        and _grown(reading) <= group.room
        and len(group.clients | _clients(reading)) <= 1
    )


def _grown(reading: Reading) -> int:
    """Return how many UTF-16 units come to a text; what goes meanwhile is not taken off."""
    return sum(units for _, _, units, _, gone in reading.pieces if not gone)


def _clients(reading: Reading) -> set[int]:
    return {one[0] for one in reading.pieces}


def _one(rows: Sequence[Entry], data: bytes) -> Entry:
    first, last = rows[0], rows[-1]
    return Entry(
        last.section,
        last.seq,
        EntryKind.TEXT,
        last.writer,
        last.at,
        data,
        first=first.seq,
        begun_at=first.at,
    )


def _same(one: Section, other: Section) -> bool:
    return _facts(one.known) == _facts(other.known) and all(
        one.text(field) == other.text(field) for field in one.known.sizes
    )


def _facts(known: Known) -> object:
    return (
        known.clocks,
        known.sizes,
        known.low,
        {client: list(gone) for client, gone in known.deleted.items()},
        {client: (runs.starts, runs.fields) for client, runs in known.runs.items()},
    )
