"""Numbers of one outgoing stream: continuous over pauses and layers, and resolvable backwards.

A receiver's SRTP context follows the sequence number by its low 16 bits (RFC 3711 §3.3.1), so a
stream that pauses, or changes to another layer, must not jump. While open, outgoing = incoming +
offset; each opening is one span with its own offsets. What arrived while closed has no number and
never gets one.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

SPANS = 16
"""Openings remembered; older packets have long left the cache."""


class Bend(NamedTuple):
    """What a copy adds to a packet of its layer beside the sequence number."""

    timestamp: int = 0
    picture: int = 0
    """For the picture's running number."""
    base: int = 0
    """For the one that counts frames of the lowest temporal layer."""


STRAIGHT = Bend()


class Numbered(Protocol):
    """What spans know of a layer."""

    newest: int
    """Highest extended sequence number seen."""

    def cached(self, index: int) -> bytes | None:
        """Return a packet as it was forwarded."""


@dataclass(slots=True)
class Span:
    """One opening: a layer's extended numbers from `first` up to and with `last`."""

    layer: Numbered
    first: int
    offset: int
    bend: Bend
    last: int | None = None


class PacketMap:
    """Incoming extended numbers of a layer <-> outgoing extended numbers."""

    __slots__ = ("_next", "_spans")

    def __init__(self, start: int) -> None:
        """Begin closed; the first packet goes out as `start` (below 2^15, RFC 3711 §3.3.1)."""
        self._next = start
        self._spans: list[Span] = []

    @property
    def open(self) -> bool:
        """Whether packets pass now."""
        return bool(self._spans) and self._spans[-1].last is None

    @property
    def offset(self) -> int:
        """What to add to an incoming number of the present opening."""
        return self._spans[-1].offset

    @property
    def bend(self) -> Bend:
        """What the present or last opening adds beside that."""
        return self._spans[-1].bend if self._spans else STRAIGHT

    def resume(self, layer: Numbered, first: int, bend: Bend = STRAIGHT) -> None:
        """Open for the layer's numbers from `first` on."""
        if self.open:
            return
        self._spans.append(Span(layer, first, self._next - first, bend))
        del self._spans[:-SPANS]

    def pause(self) -> None:
        """Close behind the highest number the layer has seen so far."""
        if not self.open:
            return
        span = self._spans[-1]
        span.last = max(span.layer.newest, span.first - 1)
        self._next = span.last + 1 + span.offset

    def outgoing(self, layer: Numbered, incoming: int) -> tuple[int, Bend] | None:
        """Return number and bend a packet goes out with, None if it arrived while closed."""
        for span in reversed(self._spans):
            if span.layer is layer and incoming >= span.first:
                if span.last is not None and incoming > span.last:
                    return None
                return incoming + span.offset, span.bend
        return None

    def incoming(self, outgoing: int) -> tuple[Numbered, int, Bend] | None:
        """Return layer, number and bend behind a 16-bit outgoing number, None if never sent."""
        for span in reversed(self._spans):
            last = span.layer.newest if span.last is None else span.last
            index = last - ((last + span.offset - outgoing) & 0xFFFF)
            if span.first <= index <= last:
                return span.layer, index, span.bend
        return None
