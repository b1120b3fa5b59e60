"""How the media process is: how late its clock rings, and which share of a core it uses."""

import math
from collections import deque

TICKS = 200
"""Rings of the clock that lateness is judged by: ten seconds of them."""
MARKS = 6
"""Seconds, less one, that the share of a core is averaged over: one handshake is no load."""


class Pulse:
    """Numbers of the last seconds; a clock that rings late means that packets waited as long."""

    def __init__(self) -> None:
        """Begin without any."""
        self._late: deque[float] = deque(maxlen=TICKS)
        self._marks: deque[tuple[float, float]] = deque(maxlen=MARKS)

    def rang(self, late: float) -> None:
        """Note that the clock rang, so many seconds after its time."""
        self._late.append(late)

    def mark(self, now: float, used: float) -> None:
        """Note, each second, the time and the seconds of a core used until then."""
        self._marks.append((now, used))

    @property
    def late(self) -> float:
        """Seconds of lateness that 95 of 100 rings stayed within (security.md, rooms)."""
        if not self._late:
            return 0.0
        ordered = sorted(self._late)
        return ordered[math.ceil(len(ordered) * 0.95) - 1]

    @property
    def share(self) -> float:
        """Share of one core in use: 1.0 is all a process of one thread can have."""
        if len(self._marks) < 2:
            return 0.0
        (first, before), (last, after) = self._marks[0], self._marks[-1]
        return (after - before) / (last - first) if last > first else 0.0
