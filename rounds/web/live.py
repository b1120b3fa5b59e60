"""Tells a person something on every page they have open."""

from typing import Any

import socketio

PEOPLE = "/me"


class Live:
    """Sends bells to people; a bell says that something changed, the page asks what."""

    def __init__(self, server: socketio.AsyncServer) -> None:
        """Send through `server`."""
        self._server = server

    def is_heard(self, person: str) -> bool:
        """Say whether somebody at work has a page open that would hear a bell."""
        rooms = (open_room(person), locked_room(person))
        return any(self._is_somebody_in(room) for room in rooms)

    async def tell(self, person: str, event: str, payload: dict[str, Any]) -> None:
        """Send `event` to every page the person has open; a locked screen hears only the bell."""
        await self._server.emit(event, payload, room=open_room(person), namespace=PEOPLE)
        await self._server.emit(event, {}, room=locked_room(person), namespace=PEOPLE)

    async def tell_home(self, person: str, event: str) -> None:
        """Send `event` to every page that a patient or relative has open at home."""
        await self._server.emit(event, {}, room=home_room(person), namespace=PEOPLE)

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
