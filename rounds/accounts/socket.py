"""Namespace /me: one private room per person, at work, behind a locked screen, and at home."""

from typing import Any

from rounds.accounts.events import SessionLocked, SessionUnlocked
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.unit import Units
from rounds.web.languages import Languages
from rounds.web.live import PEOPLE, Live, home_room, locked_room, open_room
from rounds.web.namespace import Connection, Identify, Namespace, Refresh


class MeNamespace(Namespace):
    """Listens only; what changed is asked for over HTTP."""

    enter_action = Action.LISTEN
    rings_while_locked = True

    def __init__(
        self, units: Units, languages: Languages, identify: Identify, refresh: Refresh, live: Live
    ) -> None:
        """Let pages hear what `live` rings."""
        super().__init__(PEOPLE, units, languages, identify, refresh)
        self._live = live

    async def enter(self, sid: str, connection: Connection, auth: dict[str, Any]) -> None:
        """Let staff in, and people at home to bells of their own; others find nothing here."""
        actor = connection.actor
        async with self._units.reading(actor) as unit:
            try:
                require(unit, self.entering(connection), Thing("person", actor.person))
            finally:
                connection.asked |= unit.asked
        person = str(actor.person)
        if actor.is_at_home:
            room = home_room(person)
        else:
            room = locked_room(person) if actor.locked else open_room(person)
        await self.enter_room(sid, room)
        age = auth.get("age")
        if isinstance(age, int | float) and age > 0:
            await self._live.catch_up(sid, room, min(age, 60_000) / 1000)

    def entering(self, connection: Connection) -> Action:
        """Return what people at home, and everybody else, have to be allowed to do."""
        return Action.MY_PAGES if connection.actor.is_at_home else Action.LISTEN

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
