"""Namespace /rooms: the waiting room, who is here, and the chat."""

from typing import Any

from rounds.accounts.browsers import browser_words
from rounds.consent.actions import Action
from rounds.kernel.unit import Unit, Units
from rounds.rooms import lobby, phone, sharing
from rounds.rooms.asked import (
    Admission,
    Announcement,
    Chosen,
    Denial,
    Looking,
    Note,
    Saying,
    SendingBack,
    Sharing,
    Telephone,
)
from rounds.rooms.asking import agree
from rounds.rooms.chat import confer, say
from rounds.rooms.finding import wanted_room
from rounds.rooms.hands import lower_hand, raise_hand
from rounds.rooms.joining import FirstSound, Hindrance, note_first_sound, note_hindrance
from rounds.rooms.opening import close_room
from rounds.rooms.quiet import ask_for_quiet
from rounds.rooms.telling import RoomTeller
from rounds.rooms.tickets import Tickets
from rounds.rooms.writing import Words, write
from rounds.web.doors import PUBLIC
from rounds.web.languages import Languages
from rounds.web.namespace import Connection, Identify, Namespace, Refresh, event
from rounds.web.request import Body

Told = dict[str, Any]


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
        room_id = await wanted_room(self._units, connection.actor, auth)
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
            await lobby.send_back(unit, self._room(sid), told.seat, told.reason, told.minutes)
            return await self._state(unit, sid)

    @event("agree", Action.ROOM_ADMIT, Chosen)
    async def agree(self, sid: str, told: Chosen) -> Told:
        """Note that the patient says yes to a guest."""
        async with self.writing(sid) as unit:
            await agree(unit, self._room(sid), told.seat)
            return await self._state(unit, sid)

    @event("write", Action.ROOM_WRITE, Note)
    async def write(self, sid: str, told: Note) -> Told:
        """Write at the door."""
        words = Words(told.key, told.text, told.preset, told.minutes)
        async with self.writing(sid) as unit:
            await write(unit, self._room(sid), told.seat, words)
            return await self._state(unit, sid)

    @event("call_me", Action.ROOM_CALL, Telephone)
    async def call_me(self, sid: str, told: Telephone) -> Told:
        """Ask to be called instead."""
        async with self.writing(sid) as unit:
            await phone.ask_for_call(unit, self._room(sid), told.number)
            return await self._state(unit, sid)

    @event("call_off", Action.ROOM_CALL)
    async def call_off(self, sid: str, _: Body) -> Told:
        """Ask for no call any more, or for video again."""
        async with self.writing(sid) as unit:
            await phone.take_back_call(unit, self._room(sid))
            return await self._state(unit, sid)

    @event("call_begin", Action.ROOM_ADMIT, Chosen)
    async def call_begin(self, sid: str, told: Chosen) -> Told:
        """Go on by telephone with somebody."""
        async with self.writing(sid) as unit:
            await phone.begin_call(unit, self._room(sid), told.seat)
            return await self._state(unit, sid)

    @event("call_end", Action.ROOM_ADMIT, Chosen)
    async def call_end(self, sid: str, told: Chosen) -> Told:
        """End the part by telephone."""
        async with self.writing(sid) as unit:
            await phone.end_call(unit, self._room(sid), told.seat)
            return await self._state(unit, sid)

    @event("look", PUBLIC, Looking)
    async def look(self, sid: str, told: Looking) -> None:
        """Say whether anybody looks at the page."""
        if self._teller.presence.look(sid, told.hidden):
            await self._teller.tell_room(self._room(sid))

    @event("hindered", Action.ROOM_ENTER, Hindrance)
    async def hindered(self, sid: str, told: Hindrance) -> None:
        """Say what was in the way of sound and picture."""
        async with self.writing(sid) as unit:
            await note_hindrance(unit, self._room(sid), told, self._browser(sid))

    @event("sounded", Action.ROOM_REPORT, FirstSound)
    async def sounded(self, sid: str, told: FirstSound) -> None:
        """Say when somebody else was heard for the first time."""
        async with self.writing(sid) as unit:
            await note_first_sound(unit, self._room(sid), told, self._browser(sid))

    @event("say", Action.ROOM_SPEAK, Saying)
    async def say(self, sid: str, told: Saying) -> Told:
        """Write to everybody in the call."""
        async with self.writing(sid) as unit:
            message = await say(unit, self._room(sid), told.key, told.text)
            view = await self._teller.view(unit, self._room(sid), self._seat(sid))
            return view.message(message)

    @event("confer", Action.ROOM_CONFER, Saying)
    async def confer(self, sid: str, told: Saying) -> Told:
        """Write to the care team alone."""
        async with self.writing(sid) as unit:
            message = await confer(unit, self._room(sid), told.key, told.text)
            view = await self._teller.view(unit, self._room(sid), self._seat(sid))
            return view.message(message)

    @event("hand_up", Action.ROOM_HAND)
    async def hand_up(self, sid: str, _: Body) -> Told:
        """Raise one's hand."""
        async with self.writing(sid) as unit:
            await raise_hand(unit, self._room(sid))
            return await self._state(unit, sid)

    @event("hand_down", Action.ROOM_HAND, Chosen)
    async def hand_down(self, sid: str, told: Chosen) -> Told:
        """Lower one's own hand, or as a host another's."""
        async with self.writing(sid) as unit:
            await lower_hand(unit, self._room(sid), told.seat)
            return await self._state(unit, sid)

    @event("mute", Action.ROOM_LEAD, Chosen)
    async def mute(self, sid: str, told: Chosen) -> None:
        """Ask one person to be quiet."""
        async with self.writing(sid) as unit:
            await ask_for_quiet(unit, self._room(sid), told.seat)

    @event("mute_all", Action.ROOM_LEAD)
    async def mute_all(self, sid: str, _: Body) -> None:
        """Ask everybody else to be quiet."""
        async with self.writing(sid) as unit:
            await ask_for_quiet(unit, self._room(sid))

    @event("share_ask", Action.ROOM_ASK)
    async def share_ask(self, sid: str, _: Body) -> Told:
        """Ask to be let share one's screen."""
        async with self.writing(sid) as unit:
            await sharing.ask(unit, self._room(sid))
            return await self._state(unit, sid)

    @event("share_let", Action.ROOM_LET, Chosen)
    async def share_let(self, sid: str, told: Chosen) -> Told:
        """Let somebody share their screen."""
        async with self.writing(sid) as unit:
            await sharing.let(unit, self._room(sid), told.seat)
            return await self._state(unit, sid)

    @event("share_decline", Action.ROOM_LET, Chosen)
    async def share_decline(self, sid: str, told: Chosen) -> Told:
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

    @event("share_end", Action.ROOM_ASK, Chosen)
    async def share_end(self, sid: str, told: Chosen) -> Told:
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

    def _room(self, sid: str) -> str:
        return str(self._connection(sid).settings["room"])

    def _browser(self, sid: str) -> str:
        return browser_words(self._connection(sid).agent)

    def _seat(self, sid: str) -> str:
        return str(self._connection(sid).settings["seat"])
