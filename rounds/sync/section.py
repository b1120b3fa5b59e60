"""The texts of one section in memory, and the one way by which an update gets into them."""

from collections.abc import Container, Mapping, Sequence
from typing import Any

from pycrdt import Doc, Text, merge_updates

from rounds.sync.gate import Reading, read
from rounds.sync.known import Known
from rounds.sync.refused import Refused
from rounds.sync.scan import scan
from rounds.sync.vector import check_vector

LONGEST_TEXT = 20_000
"""UTF-16 units in one field."""
LARGEST_STATE = 2 * 1024 * 1024
"""Bytes of a section's state from which it takes no more text."""
EMPTY_UPDATE = b"\x00\x00"


class Section:
    """The texts of one section.

    They live in root values named by the field; nothing else is in the document (see `gate`).
    """

    __slots__ = ("_doc", "_texts", "known")

    def __init__(self, state: bytes = b"", known: list[Any] | None = None) -> None:
        """Begin from a stored state. Raises Refused when it is damaged.

        `known` is what was known of it (`Known.told`), of which the caller is sure; without it the
        state is read for that, which takes longer than all the rest.
        """
        self._doc: Doc[Text] = Doc()
        self._texts: dict[bytes, Text] = {}
        self.known = Known()
        if state:
            self.known = scan(state) if known is None else Known.read(known)
            try:
                self._doc.apply_update(state)
            except (ValueError, RuntimeError):
                raise Refused("damaged") from None

    def accept(self, update: bytes, own: Container[int], writable: Container[bytes]) -> Reading:
        """Take in what a writer sends; see `gate.read`. Raises Refused; then nothing changed."""
        reading = read(update, self.known, own, writable)
        if reading.pieces:
            self._check_sizes(reading)
        if reading.pieces or reading.deletions:
            self._doc.apply_update(update)
            self._note(reading)
        return reading

    def replay(self, update: bytes) -> None:
        """Take in a row of the log, which was accepted once. Raises Refused when it is damaged."""
        self.accept(update, Anything(), Anything())

    def text(self, field: bytes) -> str:
        """Return what stands in a field."""
        return str(self._text(field))

    def state(self) -> bytes:
        """Return everything as one update."""
        return self._doc.get_update()

    def vector(self) -> bytes:
        """Return how far each writer's text is known, as Yjs encodes it."""
        return self._doc.get_state()

    def since(self, vector: bytes) -> bytes:
        """Return what somebody who has `vector` lacks. Raises Refused when it is no such vector."""
        check_vector(vector)
        try:
            return self._doc.get_update(vector)
        except ValueError:
            raise Refused("vector") from None

    def _text(self, field: bytes) -> Text:
        text = self._texts.get(field)
        if text is None:
            text = self._texts[field] = self._doc.get(field.decode(), type=Text)
        return text

    def _check_sizes(self, reading: Reading) -> None:
        more: dict[bytes, int] = {}
        for _, _, units, field, gone in reading.pieces:
            if not gone:
                more[field] = more.get(field, 0) + units
        for field, units in more.items():
            if self.known.sizes.get(field, 0) + units > LONGEST_TEXT:
                raise Refused("too_long")

    def _note(self, reading: Reading) -> None:
        known = self.known
        for client, clock, units, field, gone in reading.pieces:
            known.write(client, clock, units, field)
            if gone:
                known.delete(client, clock, clock + units, field)
        for deletion in reading.deletions:
            known.delete(*deletion)
        known.low.update(reading.low)


class Anything:
    """Contains whatever is asked for."""

    def __contains__(self, _: object) -> bool:
        return True


def first_words(client: int, fields: Mapping[bytes, str]) -> bytes:
    """Return an update that writes at the beginning of fields, under a client id of its own."""
    doc: Doc[Text] = Doc(client_id=client)
    for field, words in fields.items():
        doc.get(field.decode(), type=Text).insert(0, words)
    return doc.get_update()


def as_one(updates: Sequence[bytes]) -> bytes:
    """Return an update that does what several do; it costs the square of their number.

    Raises Refused when one is damaged.
    """
    try:
        return merge_updates(*updates)
    except (ValueError, RuntimeError):
        raise Refused("damaged") from None
