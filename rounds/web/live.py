"""Tells a person something on every page they have open."""

from typing import Any

import socketio

PEOPLE = "/me"


class Live:
    """Sends bells to people; a bell says that something changed, the page asks what."""

    def __init__(self, server: socketio.AsyncServer) -> None:
        """Send through `server`."""
        self._server = server

    async def tell(self, person: str, event: str, payload: dict[str, Any]) -> None:
        """Send `event` to every page the person has open; a locked screen hears only the bell."""
        await self._server.emit(event, payload, room=open_room(person), namespace=PEOPLE)
        await self._server.emit(event, {}, room=locked_room(person), namespace=PEOPLE)


def open_room(person: str) -> str:
    """Return the Socket.IO room of a person's pages that may show names."""
    return f"person:{person}"


def locked_room(person: str) -> str:
    """Return the room of a person's pages whose screen is locked."""
    return f"locked:{person}"
