"""Transport-wide congestion feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01)."""

import struct
from collections.abc import Callable, Sequence
from operator import sub

TICK = 250
"""Microseconds of one arrival delta."""
REFERENCE = 64_000
"""Microseconds of the reference time's unit."""
MOST_LOGGED = 4096
"""Arrivals kept between two reports."""
LONGEST_RUN = 8191
LARGEST_REPORT = 2048
"""Bytes of a report; an honest one has a tenth of that."""
WIDEST = 32768
"""Packets one report may span, far below the 16 bits of its count."""


class ArrivalLog:
    """When each transport-wide number arrived, until the next report.

    A packet only adds to a list, the cheapest there is; numbers are put in order once a report is
    written. How long the list gets is bounded by the packets that one connection may bring.
    """

    __slots__ = ("_arrived", "_highest", "note", "reported_at", "reports")

    def __init__(self) -> None:
        """Begin with nothing received."""
        self._arrived: list[tuple[int, int]] = []
        self.note: Callable[[tuple[int, int]], None] = self._arrived.append
        """Keep a 16-bit number and its arrival (µs)."""
        self._highest = -1
        self.reports = 0
        self.reported_at = 0

    @property
    def count(self) -> int:
        """How many arrivals wait to be reported."""
        return min(len(self._arrived), MOST_LOGGED)

    def take(self, now: int) -> list[tuple[int, int]]:
        """Return and forget what arrived, in order of number; of a repeated one the first."""
        highest = self._highest
        first: dict[int, int] = {}
        for number, arrival in self._arrived[:MOST_LOGGED]:
            if highest < 0:
                highest = number + 0xFFFF
            ahead = ((number - highest + 0x8000) & 0xFFFF) - 0x8000
            index = highest + ahead
            if ahead > 0:
                highest = index
            first.setdefault(index, arrival)
        self._arrived.clear()
        self._highest = highest
        self.reported_at = now
        log = sorted(first.items())
        while log and log[-1][0] - log[0][0] >= WIDEST:
            del log[0]
        return log

    def due(self, now: int) -> bool:
        """Return whether a report is worth its packet: 100 ms, or 250 ms when little arrives."""
        waited = now - self.reported_at
        if waited < 100_000:
            return False
        count = self.count
        return count >= 12 or (count > 0 and waited >= 250_000)

    def write(self, ssrc: int, media: int, now: int) -> bytes:
        """Return the next report, from `ssrc` about the sender of `media`, and forget what it told.

        Empty where no datagram could hold it: only a sender that wants that makes it so long.
        """
        data = report(ssrc, media, self.reports, self.take(now))
        self.reports += 1
        return data if len(data) <= LARGEST_REPORT else b""


def report(ssrc: int, media: int, number: int, log: list[tuple[int, int]]) -> bytes:
    """Write the feedback packet for (unwrapped number, arrival in µs) in order of number."""
    base = log[0][0]
    reference = min(arrival for _, arrival in log) // REFERENCE
    symbols, deltas = _deltas(log, reference * REFERENCE)
    body = struct.pack(
        "!IIHHI",
        ssrc,
        media,
        base & 0xFFFF,
        len(symbols),
        (reference & 0xFFFFFF) << 8 | number & 0xFF,
    )
    body += _chunks(symbols) + deltas
    padding = -len(body) % 4
    if padding:
        body += bytes(padding - 1) + bytes((padding,))
    return struct.pack("!BBH", (0xA0 if padding else 0x80) | 15, 205, len(body) // 4) + body


def _deltas(log: Sequence[tuple[int, int]], previous: int) -> tuple[bytes | bytearray, bytes]:
    """Return one symbol per number (0 lost, 1 small delta, 2 large) and the deltas."""
    if log[-1][0] - log[0][0] == len(log) - 1:  # none is missing, as nearly always
        ticks = [(arrival - previous) // TICK for _, arrival in log]
        steps = [ticks[0], *map(sub, ticks[1:], ticks)]
        if min(steps) >= 0 and max(steps) <= 255:
            return b"\x01" * len(log), bytes(steps)
    symbols, deltas = bytearray(), bytearray()
    following = log[0][0]
    for index, arrival in log:
        if index > following:
            symbols += bytes(index - following)
        delta = (arrival - previous) // TICK
        if 0 <= delta <= 255:
            symbols.append(1)
            deltas.append(delta)
        else:
            delta = max(-32768, min(32767, delta))
            symbols.append(2)
            deltas += delta.to_bytes(2, "big", signed=True)
        previous += delta * TICK
        following = index + 1
    return symbols, bytes(deltas)


def _chunks(symbols: bytes | bytearray) -> bytes:
    """Return run-length chunks where a symbol repeats, else vectors of seven."""
    chunks: list[int] = []
    at, count = 0, len(symbols)
    while at < count:
        symbol = symbols[at]
        rest = symbols[at : at + LONGEST_RUN]
        run = len(rest) - len(rest.lstrip(bytes((symbol,))))
        if run >= 7 or at + run == count:
            chunks.append(symbol << 13 | run)
            at += run
        else:
            vector = 0xC000
            for place, value in enumerate(symbols[at : at + 7]):
                vector |= value << (12 - 2 * place)
            chunks.append(vector)
            at += 7
    return struct.pack(f"!{len(chunks)}H", *chunks)
