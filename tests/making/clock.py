"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


class StoppedClock:
    """The product's Clock; also counts the seconds since it began, for presence."""

    def __init__(self, at: datetime = START) -> None:
        self._now = at

    def now(self) -> datetime:
        return self._now

    def move(self, **by: float) -> None:
        """Go forward, given as for timedelta."""
        self._now += timedelta(**by)

    def seconds(self) -> float:
        """The present as seconds that only grow."""
        return self._now.timestamp()
