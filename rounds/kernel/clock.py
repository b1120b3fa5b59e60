"""The one source of the present time."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the present; tests put one in that they can move."""

    def now(self) -> datetime:
        """Return the present as an aware datetime in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present as an aware datetime in UTC."""
        return datetime.now(UTC)
