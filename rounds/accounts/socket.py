"""Namespace /me: one private room per person of the staff."""

from typing import Any

from rounds.consent.access import Action, Thing, require
from rounds.web.namespace import Connection, Namespace


class MeNamespace(Namespace):
    """Listens only; what changed is asked for over HTTP."""

    enter_action = Action.LISTEN

    async def enter(self, sid: str, connection: Connection, auth: dict[str, Any]) -> None:
        """Let staff in; everybody else finds nothing here."""
        async with self._units.reading(connection.actor) as unit:
            try:
                require(unit, Action.LISTEN, Thing("person", connection.actor.person))
            finally:
                connection.asked |= unit.asked
        await self.enter_room(sid, f"person:{connection.actor.person}")
