"""What can be said of when somebody's turn comes; who knows it is told to the rooms from above."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from rounds.kernel.unit import Unit
from rounds.rooms.model import Room


@dataclass(frozen=True, slots=True)
class Outlook:
    """How many meetings are before this one in its queue, and in about how many minutes it begins.

    `minutes` is a multiple of five; None when it cannot be told honestly.
    """

    ahead: int = 0
    minutes: int | None = None


UNKNOWN = Outlook()
Forecast = Callable[[Unit, Room], Awaitable[Outlook]]
