"""What we do when something happened in a room, to a session or in the media process."""

from typing import Protocol

from rounds.accounts.events import InvitationChanged, SessionEnded
from rounds.media.engine import MediaEvent
from rounds.rooms.events import GuestKnocked, MessageSaid, RoomClosed, RoomFact
from rounds.rooms.telling import RoomTeller
from rounds.rooms.tickets import AudienceKeeper


class Signalling(Protocol):
    """The media namespace as reactions need it."""

    async def hear(self, news: MediaEvent) -> None:
        """Pass on what the engine says."""


class RoomReactions:
    """Media first, words after: who may not hear any more stops hearing before it is told."""

    def __init__(self, teller: RoomTeller, keeper: AudienceKeeper, signalling: Signalling) -> None:
        """Tell rooms with `teller`, keep matrices with `keeper`."""
        self._teller = teller
        self._keeper = keeper
        self._signalling = signalling

    async def moved(self, fact: RoomFact) -> None:
        """Somebody's standing changed."""
        await self._keeper.follow(fact.room)
        await self._teller.tell_room(fact.room)
        if isinstance(fact, GuestKnocked):
            await self._teller.tell_knock(fact.room, fact.seat)

    async def said(self, fact: MessageSaid) -> None:
        """A line was added to the chat."""
        await self._teller.tell_message(fact.room, fact.message)

    async def closed(self, fact: RoomClosed) -> None:
        """The meeting is over."""
        await self._keeper.follow(fact.room)
        await self._teller.tell_closed(fact.room)

    async def session_ended(self, fact: SessionEnded) -> None:
        """A session ended: whoever was here by it is turned out, sound and picture first."""
        if fact.room is not None:
            await self._keeper.expel(fact.room, fact.person)
            await self._teller.turn_out(fact.room, fact.person, fact.reason)
            await self._teller.tell_room(fact.room)

    async def link_changed(self, fact: InvitationChanged) -> None:
        """A link was opened, locked or replaced: those who may admit see it."""
        await self._teller.tell_room(fact.room)

    async def media(self, news: MediaEvent) -> None:
        """The engine said something."""
        await self._signalling.hear(news)
