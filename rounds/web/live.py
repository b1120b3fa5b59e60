"""Tells a person something on every page they have open."""

from typing import Any

import socketio

PEOPLE = "/me"
# Who works here may be in care here, too: the two kinds of pages never hear each other's bells.
WORK, HOME = "person", "home"


class Live:
    """Sends bells to people; a bell says that something changed, the page asks what."""

    def __init__(self, server: socketio.AsyncServer, room: str = WORK) -> None:
        """Send through `server`, to the pages of people at work or at home."""
        self._server = server
        self._room = room

    def is_heard(self, person: str) -> bool:
        """Say whether the person has a page open that would hear a bell."""
        members = self._server.manager.get_participants(PEOPLE, f"person:{person}")
        return next(iter(members), None) is not None

    async def tell(self, person: str, event: str, payload: dict[str, Any]) -> None:
        """Send `event` to every page the person has open."""
        await self._server.emit(event, payload, room=f"{self._room}:{person}", namespace=PEOPLE)
