"""What the engine's statistics say of each seat, and what happened between two looks (pure)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Key = tuple[str, str]
"""Room and seat."""


@dataclass(slots=True)
class SeatFigures:
    """One look at a seat.

    `quiet` seconds since anything was heard of it, `flowing` whether media flowed then. `up` says
    per kind how many packets were expected and came; `down` per sender and kind how many were
    sent, and the share of them the receiver last reported lost. `round_trip` is in seconds.
    """

    connected: bool = False
    quiet: float = 0.0
    flowing: bool = False
    up: dict[str, tuple[int, int]] = field(default_factory=dict)
    down: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)
    round_trip: float | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """What happened between two looks: packets expected and lost each way, seconds there and back.

    Up, a packet that was sent again counts as received; down, receivers report what did not come
    at first, and what others had lost on their way to us is not among it.
    """

    up_packets: int = 0
    up_lost: int = 0
    down_packets: int = 0
    down_lost: int = 0
    round_trip: float | None = None

    @property
    def up_loss(self) -> float:
        """Share lost on the way to us, 0 to 1."""
        return self.up_lost / self.up_packets if self.up_packets else 0.0

    @property
    def down_loss(self) -> float:
        """Share lost on the way from us, 0 to 1."""
        return self.down_lost / self.down_packets if self.down_packets else 0.0


def read_figures(statistics: Mapping[str, Any]) -> dict[Key, SeatFigures]:
    """Return the figures of every seat in the engine."""
    found: dict[Key, SeatFigures] = defaultdict(SeatFigures)
    for told in statistics["participants"]:
        seat = found[told["room"], told["seat"]]
        seat.connected, seat.quiet = told["connected"], told["quiet"]
        seat.flowing = told["flowing"]
        for source in told["sources"]:
            expected, received = seat.up.get(source["kind"], (0, 0))
            seat.up[source["kind"]] = (
                expected + source["expected"],
                received + source["received"],
            )
    for told in statistics["streams"]:
        seat = found[told["room"], told["to"]]
        seat.down[told["from"], told["kind"]] = (told["sent"], told["own_lost"])
        if told["round_trip"] is not None:
            # All streams take one way: the least is the one that waited for nothing else.
            seat.round_trip = min(told["round_trip"], seat.round_trip or told["round_trip"])
    return dict(found)


def between(before: SeatFigures | None, now: SeatFigures) -> Span:
    """Return what happened; a stream that began or began anew meanwhile counts from the next."""
    if before is None:
        return Span(round_trip=now.round_trip)
    up_packets = up_lost = down_packets = down_lost = 0
    for kind, (expected, received) in now.up.items():
        if kind not in before.up:
            continue
        due, came = expected - before.up[kind][0], received - before.up[kind][1]
        if due > 0 and came >= 0:
            up_packets += due
            up_lost += max(0, due - came)
    for way, (sent, lost) in now.down.items():
        gone = sent - before.down[way][0] if way in before.down else 0
        if gone > 0:
            down_packets += gone
            down_lost += round(gone * lost)
    return Span(up_packets, up_lost, down_packets, down_lost, now.round_trip)
