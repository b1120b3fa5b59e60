"""Asking for quiet: a host asks one person, or everybody else, to mute themselves.

It is asked, not done to anybody: the page of the person mutes itself and says who asked, and only
the person unmutes. What was asked stands in memory, with the devices that it is about, until the
page has followed (see `Presence`): it serves a moment, and who is still heard is seen by the host,
who can ask again.
"""

from rounds.audit import trail
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Gone
from rounds.kernel.ids import RoomId, SeatId
from rounds.kernel.unit import Unit
from rounds.rooms.events import QuietAsked
from rounds.rooms.lobby import in_room
from rounds.rooms.model import Standing
from rounds.rooms.queries import seats_of

ASKED = "room.lead:quiet"
"""As the trail knows it: what was done by leave of `Action.ROOM_LEAD`."""


async def ask_for_quiet(unit: Unit, room_id: str, seat_id: str | None = None) -> None:
    """Ask the person of a seat to be quiet; without a seat, everybody else in the call.

    Raises Conflict for somebody who is not in the call, Gone after the end.
    """
    room, own = await in_room(unit, room_id, Action.ROOM_LEAD)
    if not room.is_open:
        raise Gone("This visit has ended.")
    seats = await seats_of(unit.session, room_id)
    others = [
        seat.id
        for seat in seats
        if seat.standing == Standing.ADMITTED and seat.id != own.id and seat_id in (None, seat.id)
    ]
    if seat_id is not None and not others:
        raise Conflict("This person is not in the call any more.")
    unit.tell(QuietAsked(RoomId(room.id), SeatId(own.id), tuple(SeatId(one) for one in others)))
    for other in others:
        await trail.record(unit, ASKED, "seat", other, room.patient_id)
