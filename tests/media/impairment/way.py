"""One direction of a bad line: which datagram arrives, and when. Pure arithmetic, no clock."""

import math
import random
from dataclasses import dataclass

HEADERS = 28
"""Bytes of IPv4 and UDP header that a link carries beside each datagram."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How bad a direction is; the default is a perfect one."""

    loss: float = 0.0
    """Share of datagrams lost, below 1."""
    burst: float = 1.0
    """Mean length of a run of losses (Gilbert's two states); 1 loses each for itself."""
    delay: float = 0.0
    """Seconds that every datagram takes …"""
    jitter: float = 0.0
    """… and up to how many more, evenly spread."""
    reorders: bool = False
    """Whether a datagram may overtake another one; most lines keep the order."""
    rate: float = 0.0
    """Bit/s the link carries, headers included; 0 carries all."""
    queue: float = 0.3
    """Seconds a datagram waits at most for the link; a longer queue drops it."""

    def __post_init__(self) -> None:
        """Raise ValueError for what no line can be."""
        if not 0 <= self.loss < 1 or self.burst < 1 or self.loss > self.burst / (self.burst + 1):
            raise ValueError("no such loss")
        if min(self.delay, self.jitter, self.rate, self.queue) < 0:
            raise ValueError("a line takes no negative time")


CLEAR = Conditions()


class Way:
    """Carries datagrams under conditions that may change at any time; counts what became of them.

    The n-th datagram's fate depends on the seed and the conditions alone, never on time: each takes
    exactly one draw for loss and one for jitter, whatever the conditions are.
    """

    def __init__(self, seed: str | int, conditions: Conditions = CLEAR) -> None:
        """Begin with an empty queue; the same seed loses the same datagrams."""
        self.conditions = conditions
        self.passed = self.lost = self.overflowed = self.octets = 0
        self._losses = random.Random(f"{seed} losses")
        self._jitter = random.Random(f"{seed} jitter")
        self._losing = False
        self._free = 0.0
        self._last = 0.0

    @property
    def given(self) -> int:
        """All datagrams that were to be carried so far."""
        return self.passed + self.lost + self.overflowed

    def carry(self, size: int, now: float) -> float | None:
        """Return when a datagram of `size` bytes given at `now` (s) arrives, None if never.

        The queue stands before the link, and the link loses: what is lost has used it.
        """
        how = self.conditions
        lost, extra = self._loses(how), self._jitter.random() * how.jitter
        sent = now
        if how.rate:
            begins = max(self._free, now)
            if begins - now > how.queue:
                self.overflowed += 1
                return None
            sent = self._free = begins + (size + HEADERS) * 8 / how.rate
        if lost:
            self.lost += 1
            return None
        self.passed += 1
        self.octets += size
        arrives = sent + how.delay + extra
        if not how.reorders:
            # Strictly later than the one before: timers of the same moment fire in any order.
            arrives = self._last = max(arrives, math.nextafter(self._last, math.inf))
        return arrives

    def _loses(self, how: Conditions) -> bool:
        draw = self._losses.random()
        if how.burst <= 1:
            self._losing = draw < how.loss
        elif self._losing:
            self._losing = draw < 1 - 1 / how.burst
        else:
            self._losing = draw < how.loss / (how.burst * (1 - how.loss))
        return self._losing
