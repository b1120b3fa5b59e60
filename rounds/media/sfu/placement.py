"""Which media process takes a new room, and when none may."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SEAT_SHARE = 0.0075
"""Share of a core that a seat in a visit of two is expected to need (docs/MEASUREMENTS.md)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Above either of them a process takes no new room; what runs there goes on."""

    share: float = 0.7
    """Of one core. The rest is for key frames, lost packets and whoever joins next."""
    late: float = 0.05
    """Seconds by which the clock rings late, at the 95th percentile: then speech breaks."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a process last told about itself."""

    seats: int = 0
    share: float = 0.0
    late: float = 0.0
    draining: bool = False
    """Somebody wants this process replaced: no new room, and a fresh one after the last."""
    native: bool = False
    """Whether the compiled packet loop forwards there."""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Load":
        """Read what `Hall.load` returns. Raises KeyError for anything else."""
        return cls(
            int(told["seats"]),
            float(told["cpu_share"]),
            float(told["clock_late_p95_milliseconds"]) / 1000,
            bool(told["draining"]),
            bool(told["native"]),
        )

    def within(self, limits: Limits) -> bool:
        """Whether there is room for one more room.

        Where nobody sits, nobody can be disturbed: an empty process takes a room even on a machine
        that is busy with other things, for a poor call is better than none.
        """
        calm = self.share < limits.share and self.late < limits.late
        return not self.draining and (calm or not self.seats)

    def weight(self, expected: int) -> float:
        """Return what to compare processes by; `expected` seats are there or on their way.

        Visits begin on the hour, many in the same second, and media flows some seconds later:
        what is measured alone would send them all to the same process.
        """
        return max(self.share, expected * SEAT_SHARE)
