"""How much a receiver's line has for pictures: falls at once when it is full, rises when calm.

The browser's REMB is a signal and no target. It counts pictures alone, and never says more than
about 1.5 times of what it gets, so that following it upwards would starve a picture for ever. When
it falls below what arrives, packets queue on the way: but a busy computer looks the same to it, so
it counts only where packets are late, too. Voices are sent whatever it says.
"""

FULL = 0.95
"""Estimate by what arrives; below it the line is full."""
KEEP = 0.9
"""Share of the estimate that is used then, so that the queue empties …"""
MOST_TAKEN = 0.7
"""… but at least this share of what was sent: a single wild estimate must not end a picture."""
GROWTH = 1.25
"""Factor per second while calm …"""
SLOW = 1.1
"""… where voices would pay, and near to where the line was full: too much shows then before
anything is dropped …"""
NEAR = (0.7, 1.6)
"""… from and to these shares of it …"""
RETURN = 1.4
"""… and while every picture rests: nothing is tried with it before the limit lets one in."""
LATE = 0.2
"""Seconds that a round trip takes longer than the shortest when packets queue; another way, such as
from Wi-Fi to mobile data, adds less."""
QUEUED = 0.1
"""Seconds that are enough where much is lost besides."""
CREEP = 0.005
"""Seconds by which the shortest is taken for longer each second: a longer way is learned."""
LOSS = 0.15
"""Share of lost packets from which less is sent whatever the browser says: a line may drop at once
what it does not carry. Others lose as much without being full, so this ends no picture."""
LEAST_AT_LOSS = 200_000
"""Bit/s below which loss alone takes nothing."""
SETTLED = 1_000_000
"""Microseconds until what was changed shows in what the browser says."""
CALM = 4_000_000
"""Microseconds without a sign of fullness before more is tried …"""
LONGEST_CALM = 8_000_000
"""… doubling up to this when what was tried was too much."""
ENOUGH = 1.5
"""A limit of so many times what everything takes is none."""
LEAST = 40_000
"""Bit/s below which the limit does not fall: every picture rests by then, and it is from here that
they come back."""
NARROW = 200_000
"""Bit/s below which voices go without their repeats; loss alone never leads there."""
NOTICED = 30_000
"""Bit/s; about less nobody's estimate says anything."""


class LineBudget:
    """Bit/s of pictures that may be sent to one receiver."""

    __slots__ = ("_calm", "_full", "_full_at", "_rose_at", "limit")

    def __init__(self) -> None:
        """Begin without a limit."""
        self.limit: int | None = None
        self._calm = CALM
        self._full = 0
        """What it had room for when it was full last."""
        self._full_at = self._rose_at = -LONGEST_CALM

    def heard(self, estimate: int, arrives: int, late: bool, now: int) -> bool:
        """Take an estimate beside what arrived in the last second (bit/s); True if it is full."""
        if not late or arrives < NOTICED or now - self._full_at < SETTLED:
            return False
        if estimate >= FULL * arrives:
            return False
        self._fill(int(max(KEEP * estimate, MOST_TAKEN * arrives)), now)
        return True

    @property
    def narrow(self) -> bool:
        """Whether the line is too narrow to say anything twice."""
        return self.limit is not None and self.limit < NARROW

    def overflowed(self, share: float, sent: int, voices: int, now: int) -> bool:
        """Take the share that a line missed whose packets are late; True if it is full.

        What arrives is all that it carries: of this, `voices` (bit/s) have their place first.
        """
        if share <= LOSS or sent < NOTICED or now - self._full_at < SETTLED:
            return False
        self._fill(int(KEEP * (sent + voices) * (1 - share)) - voices, now)
        return True

    def lost(self, share: float, sent: int, now: int) -> bool:
        """Take the share of packets that the receiver missed lately; True if it is too much."""
        if share <= LOSS or sent <= LEAST_AT_LOSS or now - self._full_at < SETTLED:
            return False
        self._fill(max(LEAST_AT_LOSS, int(sent * (1 - share / 2))), now)
        return True

    def tick_second(self, takes: int, rest: bool, now: int) -> None:
        """Let the limit rise, where the line has been calm.

        `takes` is what everything would; `rest` whether every picture rests now.
        """
        if self.limit is None or now - self._full_at < self._calm:
            return
        slow = self.narrow or NEAR[0] * self._full < self.limit < NEAR[1] * self._full
        self.limit = int(self.limit * (RETURN if rest else SLOW if slow else GROWTH))
        self._rose_at = now
        if self.limit > ENOUGH * takes:
            self.limit = None
            self._calm = CALM

    def _fill(self, limit: int, now: int) -> None:
        if self._rose_at > self._full_at:
            self._calm = min(2 * self._calm, LONGEST_CALM)
        self._full_at, self._full = now, limit
        self.limit = max(LEAST, min(limit, self.limit or limit))
