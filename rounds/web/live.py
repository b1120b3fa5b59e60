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
        """Say whether the person has a page open that would hear a bell."""
        members = self._server.manager.get_participants(PEOPLE, f"person:{person}")
        return next(iter(members), None) is not None

    async def tell(self, person: str, event: str, payload: dict[str, Any]) -> None:
        """Send `event` to every page the person has open."""
        await self._server.emit(event, payload, room=f"person:{person}", namespace=PEOPLE)
