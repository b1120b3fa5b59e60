"""One look at a room: everything its people may be told, loaded at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rounds.accounts.model import Invitation
from rounds.accounts.queries.invitations import invitations_of_room
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Person
from rounds.people.queries import people_by_id, relationships
from rounds.rooms.model import ChatMessage, Room, ScreenShare, Seat, Standing
from rounds.rooms.queries import last_messages, open_shares, room_by_id, seats_of, shares_of_room


@dataclass(frozen=True, slots=True)
class Picture:
    """A room, its seats in order, the people on them, their links, shared screens and the chat.

    `shares` are those that are open; once the room is closed, all there were.
    """

    room: Room
    now: datetime
    seats: Sequence[Seat]
    people: Mapping[str, Person]
    relationships: Mapping[str, str]
    invitations: Mapping[str, Invitation]
    messages: Sequence[ChatMessage]
    shares: Sequence[ScreenShare] = ()

    def seat(self, id: str) -> Seat:
        """Return a seat. Raises NotFound when it is not in this room."""
        for seat in self.seats:
            if seat.id == id:
                return seat
        raise NotFound("There is nothing here for you.")

    def line(self) -> list[Seat]:
        """Return those who wait, in order: the sent back first, then by arrival."""
        waiting = [seat for seat in self.seats if seat.in_line]
        return sorted(
            waiting,
            key=lambda seat: (
                seat.given != Standing.SENT_BACK,
                seat.arrived_at or self.now,
                seat.id,
            ),
        )


async def take_picture(unit: Unit, room_id: str) -> Picture:
    """Load a room. Raises NotFound when there is none."""
    session = unit.session
    room = await room_by_id(session, room_id)
    if room is None:
        raise NotFound("There is nothing here for you.")
    seats = await seats_of(session, room_id)
    shares = open_shares if room.is_open else shares_of_room
    ids = [seat.person_id for seat in seats]
    # The newest link of a person is the one that counts.
    links = {row.person_id: row for row in await invitations_of_room(session, room_id)}
    return Picture(
        room=room,
        now=unit.now,
        seats=seats,
        people=await people_by_id(session, ids),
        relationships=await relationships(session, ids),
        invitations=links,
        messages=await last_messages(session, room_id),
        shares=await shares(session, room_id),
    )
