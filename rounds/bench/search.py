"""Looks for the largest number of rooms that still goes well, with few runs (pure)."""

from dataclasses import dataclass, field
from typing import Literal

BUSIEST_PERCENT = 70.0
"""Of a core, per media process; admission control has the same limit (`placement.Limits`)."""
LATENCY_MS = 5.0
"""The 99th percentile of what forwarding adds (docs/MEASUREMENTS.md)."""
DELIVERED = 0.999
AIM = 0.92
"""How near to the limit a next run aims: a run above it tells less than one below."""
STEEPEST = 4
"""A next run has at most so many times the rooms of the last."""
MOST_RUNS = 5
CLOSE = 1.15
"""How far the smallest number that failed may be from the largest that held."""

Bound = Literal["processor", "latency", "loss", "generator", "runs", "time"]


@dataclass(frozen=True, slots=True)
class Run:
    """What one run measured."""

    rooms: int
    busiest_percent: float
    """Of a core, of the media process that had most to do."""
    latency_p99_ms: float
    delivered: float
    fair: bool
    """Whether the load generator itself kept up; if not, the run says nothing of the engine."""

    @property
    def broken(self) -> Bound | None:
        """Which promise did not hold, the first in this order."""
        if not self.fair:
            return "generator"
        if self.delivered < DELIVERED:
            return "loss"
        if self.busiest_percent >= BUSIEST_PERCENT:
            return "processor"
        return "latency" if self.latency_p99_ms > LATENCY_MS else None

    @property
    def doubtful(self) -> bool:
        """Whether others on the machine are a likelier cause than the engine, which had time."""
        return self.broken is not None and self.busiest_percent < BUSIEST_PERCENT / 2

    def rank(self) -> tuple[bool, float]:
        """Return what to sort equal runs by: what others do can only make a run worse."""
        return self.broken is not None, self.latency_p99_ms

    def __str__(self) -> str:
        """Say it in a line."""
        return (
            f"{self.busiest_percent} % of a core, p99 {self.latency_p99_ms} ms, "
            f"{self.delivered:.1%} delivered: {self.broken or 'well'}"
        )


@dataclass(slots=True)
class Search:
    """The runs so far, and how many rooms to try next."""

    first: int
    runs: list[Run] = field(default_factory=list)
    out_of_time: bool = False

    @property
    def held(self) -> Run | None:
        """The largest run below every run that broke."""
        broken = min((run.rooms for run in self.runs if run.broken), default=None)
        good = [run for run in self.runs if not run.broken]
        below = [run for run in good if broken is None or run.rooms < broken]
        return max(below, key=lambda run: run.rooms, default=None)

    @property
    def bound(self) -> Bound:
        """What stood in the way of more rooms."""
        broken = [run for run in self.runs if run.broken]
        if broken:
            return min(broken, key=lambda run: run.rooms).broken or "runs"
        return "time" if self.out_of_time else "runs"

    @property
    def estimate(self) -> int | None:
        """Rooms at which a process would reach its share of a core, by the line through the runs.

        None where nothing was measured fairly.
        """
        fair = sorted((run for run in self.runs if run.fair), key=lambda run: run.rooms)
        if not fair or fair[-1].busiest_percent <= 0:
            return None
        low, high = fair[0], fair[-1]
        slope = high.busiest_percent / high.rooms
        base = 0.0
        if high.rooms > low.rooms and high.busiest_percent > low.busiest_percent:
            slope = (high.busiest_percent - low.busiest_percent) / (high.rooms - low.rooms)
            base = low.busiest_percent - slope * low.rooms
        return max(0, int((BUSIEST_PERCENT - base) / slope))

    def next(self) -> int | None:
        """Return how many rooms to try, or None when the answer is close enough."""
        if not self.runs:
            return self.first
        if len(self.runs) >= MOST_RUNS:
            return None
        held = self.held.rooms if self.held else 0
        broken = min((run.rooms for run in self.runs if run.broken), default=None)
        if broken is not None:
            if broken <= max(held + 1, int(held * CLOSE)):
                return None
            middle = (held + broken) // 2
            return max(held + 1, min(broken - 1, self._aim() or middle, broken - 1))
        aim = self._aim() or held * 2
        return max(held + 1, min(aim, held * STEEPEST))

    def _aim(self) -> int | None:
        estimate = self.estimate
        if estimate is None or any(run.broken not in (None, "processor") for run in self.runs):
            return None
        return int(estimate * AIM)
