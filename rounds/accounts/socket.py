"""Namespace /me: one private room per person of the staff, and one behind locked screens."""

from typing import Any

from rounds.accounts.events import SessionLocked, SessionUnlocked
from rounds.consent.access import Action, Thing, require
from rounds.web.live import locked_room, open_room
from rounds.web.namespace import Connection, Namespace


class MeNamespace(Namespace):
    """Listens only; what changed is asked for over HTTP."""

    enter_action = Action.LISTEN
    rings_while_locked = True

    async def enter(self, sid: str, connection: Connection, auth: dict[str, Any]) -> None:
        """Let staff in; everybody else finds nothing here."""
        async with self._units.reading(connection.actor) as unit:
            try:
                require(unit, Action.LISTEN, Thing("person", connection.actor.person))
            finally:
                connection.asked |= unit.asked
        person = str(connection.actor.person)
        room = locked_room(person) if connection.actor.locked else open_room(person)
        await self.enter_room(sid, room)

    async def lock_changed(self, fact: SessionLocked | SessionUnlocked) -> None:
        """Let the pages of a session ring without names while it is locked, and tell them."""
        locked = isinstance(fact, SessionLocked)
        rooms = [open_room(fact.person), locked_room(fact.person)]
        for sid, connection in list(self.connections.items()):
            if connection.actor.session != fact.session:
                continue
            await self.leave_room(sid, rooms[not locked])
            await self.enter_room(sid, rooms[locked])
            if locked:
                await self.emit("locked", {}, to=sid)
            else:
                await self.emit("unlocked", {}, to=sid)
