"""What we do when something happened in a room, to a session or in the media process."""

from typing import Protocol

from rounds.accounts.events import InvitationChanged, SessionEnded
from rounds.consent.events import AccessEnded
from rounds.kernel.actor import SYSTEM
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit, Units
from rounds.media.engine import MediaEvent
from rounds.rooms.connections import Connections
from rounds.rooms.ending import end_part, turned_away
from rounds.rooms.events import (
    GuestKnocked,
    GuestSentBack,
    MessageSaid,
    NoteWritten,
    ParticipantLeft,
    QuietAsked,
    RoomClosed,
    RoomFact,
    SharingChanged,
)
from rounds.rooms.hands import lower_all
from rounds.rooms.presence import Quiet
from rounds.rooms.records import write_records
from rounds.rooms.sharing import end_shares
from rounds.rooms.telling import RoomTeller
from rounds.rooms.tickets import AudienceKeeper


class Signalling(Protocol):
    """The media namespace as reactions need it."""

    async def hear(self, news: MediaEvent) -> None:
        """Pass on what the engine says."""


async def access_ended(unit: Unit, fact: AccessEnded) -> None:
    """Somebody may reach less: links and standings are true together with it."""
    await end_part(unit, fact)


async def out_of_call(unit: Unit, fact: RoomFact) -> None:
    """Somebody is not in the call any more: nor is their screen."""
    await end_shares(unit, fact.room, fact.seat)


async def room_closed(unit: Unit, fact: RoomClosed) -> None:
    """Nobody is in the call any more."""
    await end_shares(unit, fact.room)
    await lower_all(unit, fact.room)


class RoomReactions:
    """Media first, words after: who may not hear any more stops hearing before it is told."""

    def __init__(
        self,
        units: Units,
        teller: RoomTeller,
        keeper: AudienceKeeper,
        signalling: Signalling,
        connections: Connections,
    ) -> None:
        """Read with `units`, tell rooms with `teller`, keep matrices with `keeper`.

        What `connections` knows of a room is written down when the room is closed.
        """
        self._units = units
        self._teller = teller
        self._keeper = keeper
        self._signalling = signalling
        self._connections = connections

    async def moved(self, fact: RoomFact) -> None:
        """Somebody's standing changed."""
        await self._keeper.follow(fact.room)
        if isinstance(fact, ParticipantLeft | GuestSentBack):
            self._connections.left(fact.room, fact.seat)
            self._teller.presence.end_quiet(fact.room, fact.seat)
        await self._teller.tell_room(fact.room)
        if isinstance(fact, GuestKnocked):
            await self._teller.tell_knock(fact.room, fact.seat)

    async def shared(self, fact: SharingChanged) -> None:
        """Whose screen passes changed, or who asks that theirs may."""
        await self._keeper.follow(fact.room)
        await self._teller.tell_room(fact.room)

    async def told(self, fact: RoomFact | NoteWritten) -> None:
        """Something was told at the door or on arriving; nobody's standing changed."""
        await self._teller.tell_room(fact.room)

    async def quiet(self, fact: QuietAsked) -> None:
        """Others are asked to be quiet: their pages follow."""
        self._teller.presence.ask_quiet(fact.room, fact.seats, Quiet(fact.by, new_id()))
        await self._teller.tell_room(fact.room)

    async def said(self, fact: MessageSaid) -> None:
        """A line was added to the chat."""
        await self._teller.tell_message(fact.room, fact.message)

    async def closed(self, fact: RoomClosed) -> None:
        """The meeting is over."""
        await self._keeper.follow(fact.room)
        await self._teller.tell_closed(fact.room)
        await write_records(self._units, self._connections, [fact.room])
        self._connections.forget(fact.room)

    async def session_ended(self, fact: SessionEnded) -> None:
        """A session ended: whoever was here by it is turned out, sound and picture first."""
        if fact.room is not None:
            await self._keeper.expel(fact.room, fact.person)
            await self._teller.turn_out(fact.room, fact.person, fact.reason)
            await self._teller.tell_room(fact.room)

    async def turn_away(self, fact: AccessEnded) -> None:
        """Whoever is kept out loses sound and picture first, then every page of the rooms."""
        async with self._units.reading(SYSTEM) as unit:
            away = await turned_away(unit, fact)
        for room, person in away:
            await self._keeper.expel(room, person)
            await self._teller.turn_out(room, person, "revoked")

    async def link_changed(self, fact: InvitationChanged) -> None:
        """A link was opened, locked or replaced: those who may admit see it."""
        await self._teller.tell_room(fact.room)

    async def media(self, news: MediaEvent) -> None:
        """The engine said something."""
        await self._signalling.hear(news)
