"""Replays the texts of a section from its log: what each row changed, and who wrote what stands."""

from array import array
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

from pycrdt import Subscription, TextEvent

from rounds.sync.gate import read
from rounds.sync.section import Anything, Section


class Run(NamedTuple):
    """Letters that stand beside each other and came with rows of one writer.

    `seq` is the newest of these rows.
    """

    writer: str
    seq: int
    text: str


class _Written:
    """A text, and for each of its bytes the number of the row that brought it.

    The document library counts bytes of UTF-8, so that is what its changes are taken over as.
    """

    __slots__ = ("letters", "rows", "watch")

    def __init__(self) -> None:
        self.letters = bytearray()
        self.rows = array("q")
        self.watch: Subscription | None = None

    def take(self, delta: Iterable[Mapping[str, object]], seq: int) -> None:
        at = 0
        for step in delta:
            match step:
                case {"retain": int(count)}:
                    at += count
                case {"delete": int(count)}:
                    del self.letters[at : at + count]
                    del self.rows[at : at + count]
                case {"insert": str(text)}:
                    new = text.encode()
                    self.letters[at:at] = new
                    self.rows[at:at] = array("q", [seq]) * len(new)
                    at += len(new)


class Replay(Section):
    """The texts of a section as they became what they are.

    Rows are given from the first one on; `close` lets go of the document's watches, without which
    its memory would never come free.
    """

    __slots__ = ("_seq", "_writers", "_written")

    def __init__(self) -> None:
        """Begin before the first row."""
        super().__init__()
        self._written: dict[bytes, _Written] = {}
        self._writers: dict[int, str] = {}
        self._seq = 0

    def fields_of(self, update: bytes) -> set[bytes]:
        """Return the fields that the next row changes. Raises Refused when it is damaged."""
        reading = read(update, self.known, Anything(), Anything())
        return {piece[3] for piece in reading.pieces} | {part[3] for part in reading.deletions}

    def take(self, update: bytes, seq: int, writer: str, fields: Iterable[bytes]) -> None:
        """Take in row `seq`, which changes `fields`. Raises Refused when it is damaged."""
        for field in fields:
            self._watch(field)
        self._seq = seq
        self._writers[seq] = writer
        self.replay(update)

    def text(self, field: bytes) -> str:
        """Return what stands in a field."""
        written = self._written.get(field)
        return written.letters.decode() if written else ""

    def runs(self, field: bytes) -> list[Run]:
        """Return the text of a field cut where the writer changes."""
        written = self._written.get(field)
        if written is None:
            return []
        found, at = [], 0
        for writer, rows in groupby(written.rows, self._writers.__getitem__):
            numbers = list(rows)
            text = written.letters[at : at + len(numbers)].decode()
            at += len(numbers)
            found.append(Run(writer, max(numbers), text))
        return found

    def writers_since(self, field: bytes, seq: int) -> list[str]:
        """Return for each letter of a field who brought it with row `seq` or later, else nothing.

        Letters are characters (code points), in order.
        """
        written = self._written.get(field)
        if written is None:
            return []
        # Of each character the first byte tells; 10xxxxxx goes on with one (RFC 3629).
        return [
            self._writers[row] if row >= seq else ""
            for byte, row in zip(written.letters, written.rows, strict=True)
            if byte & 0xC0 != 0x80
        ]

    def close(self) -> None:
        """Watch nothing more."""
        for field, written in self._written.items():
            if written.watch is not None:
                self._text(field).unobserve(written.watch)
                written.watch = None

    def _watch(self, field: bytes) -> None:
        if field in self._written:
            return
        written = self._written[field] = _Written()

        def changed(event: TextEvent) -> None:
            written.take(event.delta, self._seq)  # type: ignore[attr-defined]

        written.watch = self._text(field).observe(changed)
