"""Namespace /rooms: the waiting room, who is here, and the chat."""

from typing import Any

from pydantic import Field

from rounds.consent.access import Action, Thing, require
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import is_id
from rounds.kernel.unit import Unit, Units
from rounds.rooms import lobby, sharing
from rounds.rooms.chat import LONGEST_MESSAGE, say
from rounds.rooms.lobby import LONGEST_REASON
from rounds.rooms.opening import close_room
from rounds.rooms.queries import room_of_occasion
from rounds.rooms.telling import RoomTeller
from rounds.rooms.tickets import Tickets
from rounds.web.doors import PUBLIC
from rounds.web.languages import Languages
from rounds.web.namespace import Connection, Identify, Namespace, Refresh, event
from rounds.web.request import Body

Told = dict[str, Any]


class Announcement(Body):
    """What somebody says about their devices."""

    microphone: bool
    camera: bool
    resting: bool = False


class Admission(Body):
    """Whom to admit."""

    admission: str = Field(max_length=36)


class Denial(Admission):
    """Whom to deny, and why."""

    reason: str = Field("", max_length=LONGEST_REASON)


class SendingBack(Body):
    """Whom to let wait again, and why."""

    seat: str = Field(max_length=36)
    reason: str = Field("", max_length=LONGEST_REASON)


class Saying(Body):
    """A line for the chat."""

    text: str = Field(min_length=1, max_length=LONGEST_MESSAGE)
    key: str = Field(min_length=1, max_length=64)


class Sharing(Body):
    """Whether what somebody else shares is to end for it."""

    take_over: bool = False


class Sharer(Body):
    """Whose sharing is meant."""

    seat: str = Field(max_length=36)


class RoomsNamespace(Namespace):
    """One connection is one page of one seat in one room."""

    enter_action = Action.ROOM_ENTER

    def __init__(
        self,
        units: Units,
        languages: Languages,
        identify: Identify,
        refresh: Refresh,
        tickets: Tickets,
        teller: RoomTeller,
    ) -> None:
        """Give media tickets of `tickets`; keep presence and tell news with `teller`."""
        super().__init__("/rooms", units, languages, identify, refresh)
        self._tickets = tickets
        self._teller = teller
        teller.namespace = self

    async def enter(self, sid: str, connection: Connection, auth: Told) -> None:
        """Let in whoever has a seat; hosts take theirs by coming."""
        room_id = await self._wanted_room(connection, auth)
        async with self._units(connection.actor) as unit:
            try:
                room, seat = await lobby.enter(unit, room_id)
            finally:
                connection.asked |= unit.asked
        connection.settings = {"room": room.id, "seat": seat.id}
        self._teller.presence.connect(sid, room.id, seat.id)

    async def left(self, sid: str, connection: Connection) -> None:
        """Note that a page went; the place in the line stays."""
        self._teller.presence.disconnect(sid)

    def sessions_present(self) -> set[str]:
        """Return the sessions whose page beats in a room now."""
        beating = self._teller.presence.beating()
        return {
            str(one.actor.session)
            for sid, one in self.connections.items()
            if sid in beating and one.actor.session is not None
        }

    @event("state", Action.ROOM_ENTER)
    async def state(self, sid: str, _: Body) -> Told:
        """Tell where things stand, for this person."""
        room = self._room(sid)
        async with self.writing(sid) as unit:
            await lobby.enter(unit, room)
            return await self._state(unit, sid)

    @event("heartbeat", PUBLIC)
    async def heartbeat(self, sid: str, _: Body) -> None:
        """Say that the page is alive."""
        self._teller.presence.beat(sid)

    @event("announce", PUBLIC, Announcement)
    async def announce(self, sid: str, told: Announcement) -> None:
        """Say what one's devices do; the others see it."""
        settings = self._connection(sid).settings
        room, seat = settings["room"], settings["seat"]
        if self._teller.presence.announce(room, seat, told.microphone, told.camera, told.resting):
            await self._teller.tell_room(room)

    @event("knock", Action.ROOM_KNOCK)
    async def knock(self, sid: str, _: Body) -> Told:
        """Take a place in the line, or come back after leaving."""
        async with self.writing(sid) as unit:
            await lobby.knock(unit, self._room(sid))
            return await self._state(unit, sid)

    @event("admit", Action.ROOM_ADMIT, Admission)
    async def admit(self, sid: str, told: Admission) -> Told:
        """Let somebody in."""
        async with self.writing(sid) as unit:
            await lobby.admit(unit, self._room(sid), told.admission)
            return await self._state(unit, sid)

    @event("admit_all", Action.ROOM_ADMIT)
    async def admit_all(self, sid: str, _: Body) -> Told:
        """Let everybody in who waits."""
        async with self.writing(sid) as unit:
            await lobby.admit_all(unit, self._room(sid))
            return await self._state(unit, sid)

    @event("deny", Action.ROOM_ADMIT, Denial)
    async def deny(self, sid: str, told: Denial) -> Told:
        """Tell somebody that it is not now."""
        async with self.writing(sid) as unit:
            await lobby.deny(unit, self._room(sid), told.admission, told.reason)
            return await self._state(unit, sid)

    @event("send_back", Action.ROOM_ADMIT, SendingBack)
    async def send_back(self, sid: str, told: SendingBack) -> Told:
        """Let somebody wait again."""
        async with self.writing(sid) as unit:
            await lobby.send_back(unit, self._room(sid), told.seat, told.reason)
            return await self._state(unit, sid)

    @event("say", Action.ROOM_SPEAK, Saying)
    async def say(self, sid: str, told: Saying) -> Told:
        """Write to everybody in the call."""
        async with self.writing(sid) as unit:
            message = await say(unit, self._room(sid), told.key, told.text)
            view = await self._teller.view(unit, self._room(sid), self._seat(sid))
            return view.message(message)

    @event("share_ask", Action.ROOM_ASK)
    async def share_ask(self, sid: str, _: Body) -> Told:
        """Ask to be let share one's screen."""
        async with self.writing(sid) as unit:
            await sharing.ask(unit, self._room(sid))
            return await self._state(unit, sid)

    @event("share_let", Action.ROOM_LET, Sharer)
    async def share_let(self, sid: str, told: Sharer) -> Told:
        """Let somebody share their screen."""
        async with self.writing(sid) as unit:
            await sharing.let(unit, self._room(sid), told.seat)
            return await self._state(unit, sid)

    @event("share_decline", Action.ROOM_LET, Sharer)
    async def share_decline(self, sid: str, told: Sharer) -> Told:
        """Do not let somebody share their screen now."""
        async with self.writing(sid) as unit:
            await sharing.decline(unit, self._room(sid), told.seat)
            return await self._state(unit, sid)

    @event("share_begin", Action.ROOM_SHARE, Sharing)
    async def share_begin(self, sid: str, told: Sharing) -> Told:
        """Let everybody in the call see one's screen."""
        async with self.writing(sid) as unit:
            await sharing.begin(unit, self._room(sid), told.take_over)
            return await self._state(unit, sid)

    @event("share_end", Action.ROOM_ASK, Sharer)
    async def share_end(self, sid: str, told: Sharer) -> Told:
        """End one's own sharing, or as a host another's."""
        async with self.writing(sid) as unit:
            await sharing.end(unit, self._room(sid), told.seat)
            return await self._state(unit, sid)

    @event("leave", Action.ROOM_LEAVE)
    async def leave(self, sid: str, _: Body) -> None:
        """Go."""
        async with self.writing(sid) as unit:
            await lobby.leave(unit, self._room(sid))

    @event("end", Action.ROOM_END)
    async def end(self, sid: str, _: Body) -> None:
        """End the meeting for everyone."""
        async with self.writing(sid) as unit:
            await close_room(unit, self._room(sid))

    @event("ticket", Action.ROOM_MEDIA)
    async def ticket(self, sid: str, _: Body) -> Told:
        """Give a ticket for sound and picture."""
        async with self.writing(sid) as unit:
            return await self._tickets.give(unit, self._room(sid))

    async def _state(self, unit: Unit, sid: str) -> Told:
        await unit.session.flush()
        view = await self._teller.view(unit, self._room(sid), self._seat(sid))
        return view.state()

    async def _wanted_room(self, connection: Connection, auth: Told) -> str:
        actor = connection.actor
        if actor.is_guest and actor.room is not None:
            return actor.room
        visit = auth.get("visit")
        if not is_id(visit):
            async with self._units.reading(actor) as unit:
                # A page without a session, such as one whose link was taken back.
                asked = auth.get("invitation")
                require(unit, Action.ROOM_ENTER, Thing("room", asked if is_id(asked) else None))
        async with self._units.reading(actor) as unit:
            room = await room_of_occasion(unit.session, str(visit))
        if room is None:
            raise NotFound("There is nothing here for you.")
        return room.id

    def _room(self, sid: str) -> str:
        return str(self._connection(sid).settings["room"])

    def _seat(self, sid: str) -> str:
        return str(self._connection(sid).settings["seat"])
