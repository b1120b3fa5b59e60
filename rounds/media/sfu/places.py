"""Which room lives in which media process, with its matrix and who sits there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from rounds.media.engine import Audience
from rounds.media.sfu.member import Member

EXPECTED_SEATS = 2
"""Seats a room is counted with while people are still on their way."""
SETTLING_SECONDS = 20.0


@dataclass(slots=True)
class Place:
    """A room: until somebody joins it has no process, and its matrix waits here."""

    audience: Audience = field(default_factory=dict)
    member: Member | None = None
    seats: dict[str, int] = field(default_factory=dict)
    """Seat -> generation."""
    settled_at: float = 0.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def settle(self, member: Member, now: float) -> None:
        """Live there from now on."""
        self.member, self.settled_at = member, now

    def expected(self, now: float) -> int:
        """Return how many seats the room will have in a moment."""
        settling = now - self.settled_at < SETTLING_SECONDS
        return max(len(self.seats), EXPECTED_SEATS if settling else 0)

    @property
    def idle(self) -> bool:
        """Whether nothing would be lost by forgetting the room."""
        return not self.seats and not self.audience


class Places:
    """All rooms known to the fleet."""

    def __init__(self) -> None:
        """Begin with none."""
        self._rooms: dict[str, Place] = {}

    def find(self, room: str) -> Place | None:
        """Return the room's place, if it has one."""
        return self._rooms.get(room)

    def forget(self, room: str) -> None:
        """Drop the room."""
        self._rooms.pop(room, None)

    def left(self, member: Member, room: str, seat: str, generation: int) -> None:
        """Note that a process lost this generation of a seat."""
        place = self._rooms.get(room)
        if place is None or place.member is not member or place.seats.get(seat) != generation:
            return
        del place.seats[seat]
        self._forget_idle(room, place)

    @contextlib.asynccontextmanager
    async def turn(self, room: str) -> AsyncIterator[Place]:
        """Hold the room's place, so that it is not moved by two at once."""
        while True:
            place = self._rooms.setdefault(room, Place())
            async with place.turn:
                if self._rooms.get(room) is not place:
                    continue  # forgotten while we waited
                try:
                    yield place
                finally:
                    if place.idle and self._rooms.get(room) is place:
                        del self._rooms[room]
                return

    def of(self, member: Member) -> dict[str, Place]:
        """Return the rooms of a process."""
        return {room: place for room, place in self._rooms.items() if place.member is member}

    def expected(self, member: Member, now: float) -> int:
        """Return how many seats the process will have in a moment."""
        return sum(place.expected(now) for place in self.of(member).values())

    def emptied(self, member: Member, leave: bool = False) -> tuple[str, ...]:
        """Note that the process lost all it had; with `leave` its rooms are to go elsewhere.

        Returns those rooms.
        """
        rooms = self.of(member)
        for room, place in rooms.items():
            place.seats.clear()
            if leave:
                place.member = None
            self._forget_idle(room, place)
        return tuple(sorted(rooms))

    def _forget_idle(self, room: str, place: Place) -> None:
        if place.idle and not place.turn.locked():
            self.forget(room)
