"""One section in memory with those who have it open: what may come in, and in which order."""

from collections import OrderedDict
from collections.abc import Callable, Container, Mapping, Sequence
from typing import Protocol

from rounds.sync.commands import Command
from rounds.sync.commands import unwritten as command_of
from rounds.sync.items import Items, Shape
from rounds.sync.locks import unwritten as lock_of
from rounds.sync.log import Entry, EntryKind, Lock, Snapshot, Stored
from rounds.sync.refused import Refused
from rounds.sync.section import Section

COMMANDS_REMEMBERED = 200
ROWS_TO_SNAPSHOT = 500
BYTES_TO_SNAPSHOT = 64 * 1024


class Editor(Protocol):
    """Somebody's open page of a section, as far as this package must know it."""

    @property
    def clients(self) -> Container[int]:
        """The client ids bound to this person in this section."""

    def writable(self, fields: set[bytes]) -> Container[bytes]:
        """Return which of the section's fields this person may write in now."""


class Live:
    """A section that is open.

    `seq` is the number of the last row taken in, `stored` of the last one that is on the disk;
    between the two rows wait. `quarantined` says that a stored row was refused: what stood before
    it can be read, and nothing be written. `lost` says that memory is ahead of the disk for good,
    so that nobody may rely on it any more. `lock` says who locked it, while it is.
    """

    def __init__(self, id: str, shape: Shape, stored: Stored) -> None:
        """Build the section from what is stored."""
        self.id = id
        self.epoch = stored.epoch
        self.clients: dict[int, str] = dict(stored.clients)
        self.editors: set[Editor] = set()
        self.idle_since: float | None = None
        self.quarantined = False
        self.lost = False
        self.lock: Lock | None = None
        self._waiting: list[tuple[int, Callable[[bool], None]]] = []
        self._commands: OrderedDict[str, int] = OrderedDict()
        self._rows = self._bytes = 0
        self._snapshot: Snapshot | None = None
        try:
            self.section = Section(stored.snapshot.state, stored.snapshot.known)
            self.items = Items.read(shape, stored.snapshot.items)
            self.seq = stored.snapshot.seq
            self.lock = stored.snapshot.lock
            self._commands.update(stored.snapshot.commands)
            for entry in stored.tail:
                self._replay(entry)
        except Refused:
            self._quarantine(shape)
        self.stored = self.seq

    def accept_text(self, update: bytes, editor: Editor) -> bool:
        """Take in an update; say whether it brought anything. Raises Refused."""
        self._check_open()
        writable = editor.writable(self.items.fields)
        reading = self.section.accept(update, editor.clients, writable)
        if not reading.pieces and not reading.deletions:
            return False
        self._count(len(update))
        return True

    def accept_command(self, command: Command, writer: str, size: int) -> None:
        """Take in a command of `writer`; `size` is its bytes in the log. Raises Refused."""
        self._check_open()
        self.items.check(command)
        self._count(size)
        self.items.apply(command, self.seq, writer)
        self._remember(command.id)

    def accept_lock(self, lock: Lock | None, size: int) -> bool:
        """Lock the section, or open it; say whether that changed anything. Raises Refused.

        Why somebody locks what is locked already is not taken in, unless they said the same before:
        whoever wrote a reason learns that it stands nowhere.
        """
        self._check_sound()
        if (lock is None) == (self.lock is None):
            if lock is not None and lock.reason and not _same(lock, self.lock):
                raise Refused("locked")
            return False
        self.lock = lock
        self._count(size)
        return True

    def done_as(self, command: str) -> int | None:
        """Return the number under which a command was done already, or None. Raises Refused.

        What was done in memory alone, and never comes to the disk, was not done.
        """
        if self.lost:
            raise Refused("reopen")
        return self._commands.get(command)

    def when_stored(self, seq: int, settle: Callable[[bool], None]) -> None:
        """Call `settle` once row `seq` is on the disk (True) or is not going to be (False)."""
        if self.lost or seq <= self.stored:
            settle(not self.lost)
        else:
            self._waiting.append((seq, settle))

    def note_stored(self, seq: int) -> Snapshot | None:
        """Note that rows up to `seq` are on the disk; return a snapshot to keep when one is due."""
        self.stored = seq
        ready = [settle for wanted, settle in self._waiting if wanted <= seq]
        self._waiting = [one for one in self._waiting if one[0] > seq]
        for settle in ready:
            settle(True)
        return self._due()

    @property
    def is_calm(self) -> bool:
        """Say whether memory holds exactly what is on the disk, as far as this process knows."""
        return not self.lost and not self.quarantined and self.seq == self.stored

    def catch_up(self, entries: Sequence[Entry]) -> None:
        """Take in rows that another process appended. Raises Refused for one that is damaged."""
        for entry in entries:
            self._replay(entry)

    def give_up(self) -> None:
        """Note that what waits does not come to the disk."""
        self.lost = True
        waiting, self._waiting = self._waiting, []
        for _, settle in waiting:
            settle(False)

    def snapshot(self) -> Snapshot:
        """Return everything as it stands in memory."""
        return Snapshot(
            self.seq,
            self.section.state(),
            self.items.told(),
            list(self._commands.items()),
            self.lock,
            self.section.known.told(),
        )

    @property
    def has_news(self) -> bool:
        """Say whether rows came since the last snapshot."""
        return self._rows > 0

    def _due(self) -> Snapshot | None:
        # Taken when it is due, handed out when all it holds is on the disk: the log is the truth.
        if self._snapshot is None and (
            self._rows >= ROWS_TO_SNAPSHOT or self._bytes >= BYTES_TO_SNAPSHOT
        ):
            self._snapshot = self.snapshot()
            self._rows = self._bytes = 0
        snapshot = self._snapshot
        if snapshot is None or snapshot.seq > self.stored:
            return None
        self._snapshot = None
        return snapshot

    def _check_open(self) -> None:
        self._check_sound()
        if self.lock is not None:
            raise Refused("locked")

    def _check_sound(self) -> None:
        if self.lost:
            raise Refused("reopen")
        if self.quarantined:
            raise Refused("quarantined")

    def _count(self, size: int, rows: int = 1) -> None:
        self.seq += rows
        self._rows += 1
        self._bytes += size

    def _remember(self, command: str) -> None:
        self._commands[command] = self.seq
        if len(self._commands) > COMMANDS_REMEMBERED:
            self._commands.popitem(last=False)

    def _replay(self, entry: Entry) -> None:
        if entry.begin != self.seq + 1:
            raise Refused("gap")
        if entry.kind is EntryKind.TEXT:
            self.section.replay(entry.data)
        elif entry.kind is EntryKind.LOCK:
            self.lock = lock_of(entry)
        else:
            command = command_of(entry.data)
            self.items.check(command)
            self.items.apply(command, entry.seq, entry.writer)
        self._count(len(entry.data), entry.seq - self.seq)
        if entry.kind is EntryKind.COMMAND:
            self._remember(command.id)

    def _quarantine(self, shape: Shape) -> None:
        self.quarantined = True
        if not hasattr(self, "seq"):
            self.section, self.items, self.seq = Section(), Items(shape), 0


def _same(one: Lock, other: Lock | None) -> bool:
    return other is not None and (one.by, one.reason) == (other.by, other.reason)


Shapes = Mapping[str, Shape]
"""The shape of each kind of section."""
