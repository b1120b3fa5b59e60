"""Sequence numbers of one outgoing stream: continuous over pauses, and resolvable backwards.

A receiver's SRTP context follows the sequence number by its low 16 bits (RFC 3711 §3.3.1), so a
stream that pauses and goes on must not jump. While open, outgoing = incoming + offset; each opening
is one span with its own offset. What arrived while closed has no number and never gets one.
"""

from dataclasses import dataclass

SPANS = 16
"""Openings remembered; older packets have long left the cache."""


@dataclass(slots=True)
class Span:
    """One opening: incoming extended numbers from `first` up to and with `last`."""

    first: int
    offset: int
    last: int | None = None


class PacketMap:
    """Incoming extended numbers <-> outgoing extended numbers."""

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

    def resume(self, first: int) -> None:
        """Open for incoming numbers from `first` on."""
        if self.open:
            return
        self._spans.append(Span(first, self._next - first))
        del self._spans[:-SPANS]

    def pause(self, newest: int) -> None:
        """Close; `newest` is the highest incoming number seen so far."""
        if not self.open:
            return
        span = self._spans[-1]
        span.last = max(newest, span.first - 1)
        self._next = span.last + 1 + span.offset

    def outgoing(self, incoming: int) -> int | None:
        """Return the number a packet goes out with, None if it arrived while closed."""
        for span in reversed(self._spans):
            if incoming >= span.first:
                if span.last is not None and incoming > span.last:
                    return None
                return incoming + span.offset
        return None

    def incoming(self, outgoing: int, newest: int) -> int | None:
        """Return the incoming number of a 16-bit outgoing one, None if it was never sent.

        `newest` is the highest incoming number seen so far.
        """
        for span in reversed(self._spans):
            last = newest if span.last is None else span.last
            index = last - ((last + span.offset - outgoing) & 0xFFFF)
            if span.first <= index <= last:
                return index
        return None
