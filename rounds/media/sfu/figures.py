"""Numbers of each stream, made once a second from counters that are kept anyway."""

from typing import Any, Protocol

from rounds.media.engine import Kind

CLOCK = {Kind.AUDIO: 48_000, Kind.VIDEO: 90_000, Kind.SCREEN: 90_000}
"""Ticks of the RTP timestamp per second (RFC 7587 §4.1, RFC 7741 §4.1)."""
ARRIVAL_SECOND = 1 << 18
ARRIVAL_CYCLE = 1 << 24
"""Arrivals are told in abs-send-time's 6.18 fixed point, which begins anew every 64 s."""
LOOKS_APART = 150_000
"""Microseconds between two looks at the newest packet."""


class Rate:
    """Packets and bits per second between two counts."""

    __slots__ = ("_at", "_octets", "_packets", "bits", "packets")

    def __init__(self) -> None:
        """Begin without a count."""
        self._at = self._packets = self._octets = 0
        self.packets = self.bits = 0

    def count(self, now: int, packets: int, octets: int) -> None:
        """Take the totals at `now` (µs)."""
        passed = now - self._at
        if self._at and passed > 0:
            self.packets = max(0, packets - self._packets) * 1_000_000 // passed
            self.bits = max(0, octets - self._octets) * 8_000_000 // passed
        self._at, self._packets, self._octets = now, packets, octets


class Jitter:
    """Interarrival jitter (RFC 3550 §6.4.1, A.8), estimated from a few packets a second.

    The estimate is the same mean of |D|; it only hears of fewer packets, so it costs nothing per
    packet. What was sent again is left out by whoever looks: its arrival says nothing of the way.
    """

    __slots__ = ("_arrival", "_looked", "_rate", "_timestamp", "seconds")

    def __init__(self, kind: Kind) -> None:
        """Begin without a packet."""
        self._rate = CLOCK[kind]
        self._arrival = self._timestamp = self._looked = -1
        self.seconds = 0.0

    def due(self, now: int) -> bool:
        """Return whether the next look is worth it at `now` (µs)."""
        return now - self._looked >= LOOKS_APART

    def look(self, now: int, timestamp: int, arrival: int) -> None:
        """Take the newest packet's RTP timestamp and its arrival in abs-send-time."""
        self._looked = now
        if timestamp == self._timestamp:
            return
        if self._arrival >= 0:
            came = _nearest(arrival - self._arrival, ARRIVAL_CYCLE) / ARRIVAL_SECOND
            sent = _nearest(timestamp - self._timestamp, 1 << 32) / self._rate
            self.seconds += (min(abs(came - sent), 1.0) - self.seconds) / 16
        self._arrival, self._timestamp = arrival, timestamp


class OwnLoss:
    """What was lost on the way to one receiver, without what had been lost on the way to us.

    Copies keep the sender's numbering, so a receiver counts both. Between two of its reports the
    gaps of the source are known: they are taken out of the share it tells.
    """

    __slots__ = ("_gone", "_sent", "share")

    def __init__(self) -> None:
        """Begin before the first report."""
        self._sent = self._gone = 0
        self.share = 0.0

    def begin(self, sent: int, gone: int) -> None:
        """Count from these totals on: packets sent to the receiver, packets the source misses."""
        self._sent, self._gone = sent, gone

    def hear(self, fraction: float, sent: int, gone: int) -> None:
        """Take the share a report tells, 0 to 1, and the totals now."""
        passed, gaps = sent - self._sent, max(0, gone - self._gone)
        due = passed + gaps
        self.share = max(0.0, fraction - gaps / due) if due > 0 else fraction
        self.begin(sent, gone)


class Missing(Protocol):
    """The losses of an incoming track, as its figures see them."""

    received: int
    missed: int

    def expected(self, newest: int) -> int:
        """Return how many packets there should have been up to this extended number."""


class UpFigures:
    """What one incoming track brings; totals only grow."""

    __slots__ = ("jitter", "key_frames_asked", "kind", "rate", "requested")

    def __init__(self, kind: Kind) -> None:
        """Begin before the first packet."""
        self.kind = kind
        self.rate = Rate()
        self.jitter = Jitter(kind)
        self.key_frames_asked = 0
        self.requested = 0
        """Packets asked again of the sender."""

    def report(self, losses: Missing, newest: int) -> dict[str, Any]:
        """Return the track's numbers.

        `expected` packets there should have been, `received` came (late ones and repetitions
        among them), `missed` did not come in their turn; rates in packets and bit/s of payload.
        """
        return {
            "kind": self.kind.value,
            "expected": losses.expected(newest) if newest >= 0 else 0,
            "received": losses.received,
            "missed": losses.missed,
            "packet_rate": self.rate.packets,
            "bit_rate": self.rate.bits,
            "jitter": round(self.jitter.seconds, 4),
            "key_frames_asked": self.key_frames_asked,
            "requested": self.requested,
        }


class Pulse:
    """When anything was last heard of a seat, to the second, and whether media flowed then."""

    __slots__ = ("_heard", "_received", "at", "flowing")

    def __init__(self, now: int) -> None:
        """Begin at `now` (µs), as if just heard."""
        self.at = now
        self.flowing = False
        self._received = self._heard = 0

    def look(self, now: int, received: int, heard: int, control: bool) -> None:
        """Take total packets, the last check (µs) and whether RTCP came in this second."""
        flows = received > self._received
        if flows or control or heard > self._heard:
            self.at, self.flowing = now, flows
        self._received, self._heard = received, heard

    def quiet(self, now: int) -> float:
        """Return the seconds since anything was heard."""
        return max(0, now - self.at) / 1_000_000


def _nearest(difference: int, cycle: int) -> int:
    return (difference + cycle // 2) % cycle - cycle // 2
