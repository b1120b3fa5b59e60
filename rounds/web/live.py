"""Tells a person something on every page they have open."""

import time
from collections import deque
from typing import Any, NamedTuple

import socketio

PEOPLE = "/me"

ON_ITS_WAY_SECONDS = 10.0
"""Longer than a page takes from being asked for to hearing bells."""
MOST_KEPT = 2000
SOUNDED = frozenset({"guest_knocked"})
"""Bells that are a sound, too; a page that comes later shows who waits without it."""


class _Bell(NamedTuple):
    at: float
    room: str
    event: str
    payload: dict[str, Any]


class Live:
    """Sends bells to people; a bell says that something changed, the page asks what."""

    def __init__(self, server: socketio.AsyncServer) -> None:
        """Send through `server`."""
        self._server = server
        self._rung: deque[_Bell] = deque(maxlen=MOST_KEPT)

    def is_heard(self, person: str) -> bool:
        """Say whether somebody at work has a page open that would hear a bell."""
        rooms = (open_room(person), locked_room(person))
        return any(self._is_somebody_in(room) for room in rooms)

    async def tell(self, person: str, event: str, payload: dict[str, Any]) -> None:
        """Send `event` to every page the person has open; a locked screen hears only the bell."""
        await self._ring(open_room(person), event, payload)
        await self._ring(locked_room(person), event, {})

    async def tell_home(self, person: str, event: str) -> None:
        """Send `event` to every page that a patient or relative has open at home."""
        await self._ring(home_room(person), event, {})

    async def catch_up(self, sid: str, room: str, seconds: float) -> None:
        """Ring for a page that came into `room` what it missed since it was asked for."""
        since = time.monotonic() - min(seconds, ON_ITS_WAY_SECONDS)
        for bell in [one for one in self._rung if one.room == room and one.at >= since]:
            await self._server.emit(bell.event, bell.payload, to=sid, namespace=PEOPLE)

    async def _ring(self, room: str, event: str, payload: dict[str, Any]) -> None:
        if event not in SOUNDED:
            self._rung.append(_Bell(time.monotonic(), room, event, payload))
        await self._server.emit(event, payload, room=room, namespace=PEOPLE)

    def _is_somebody_in(self, room: str) -> bool:
        members = self._server.manager.get_participants(PEOPLE, room)
        return next(iter(members), None) is not None


def open_room(person: str) -> str:
    """Return the Socket.IO room of a person's pages that may show names."""
    return f"person:{person}"


def locked_room(person: str) -> str:
    """Return the room of a person's pages whose screen is locked."""
    return f"locked:{person}"


def home_room(person: str) -> str:
    """Return the room of the pages of a patient or relative at home."""
    return f"home:{person}"
