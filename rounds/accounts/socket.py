"""Namespace /me: one private room per person, for pages of the staff and for pages at home."""

from typing import Any

from rounds.consent.access import Action, Thing, require
from rounds.web.live import HOME, WORK
from rounds.web.namespace import Connection, Namespace


class MeNamespace(Namespace):
    """Listens only; what changed is asked for over HTTP."""

    enter_action = Action.LISTEN

    async def enter(self, sid: str, connection: Connection, auth: dict[str, Any]) -> None:
        """Let staff in, and people at home to bells of their own; others find nothing here."""
        actor = connection.actor
        async with self._units.reading(actor) as unit:
            try:
                require(unit, self.entering(connection), Thing("person", actor.person))
            finally:
                connection.asked |= unit.asked
        room = HOME if actor.is_at_home else WORK
        await self.enter_room(sid, f"{room}:{actor.person}")

    def entering(self, connection: Connection) -> Action:
        """Return what people at home, and everybody else, have to be allowed to do."""
        return Action.MY_PAGES if connection.actor.is_at_home else Action.LISTEN
