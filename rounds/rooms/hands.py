"""Raising a hand in the call: who wants to speak, in the order they asked.

A hand is a moment on its seat, not in memory: so its order outlives a restart and a lost line, and
it goes down with the seat's standing (see `Seat`), whatever ended that.
"""

from collections.abc import Sequence

from rounds.audit import trail
from rounds.consent.actions import Action
from rounds.kernel.errors import Gone
from rounds.kernel.ids import RoomId, SeatId
from rounds.kernel.unit import Unit
from rounds.rooms.events import HandMoved
from rounds.rooms.lobby import in_room
from rounds.rooms.model import Room, Seat
from rounds.rooms.queries import seats_of

RAISED = "room.hand:raised"
LOWERED = "room.hand:lowered"
"""As the trail knows them: what became of `Action.ROOM_HAND`."""


async def raise_hand(unit: Unit, room_id: str) -> None:
    """Ask to speak; who asks again keeps the place in the order."""
    room, seat = await in_room(unit, room_id, Action.ROOM_HAND)
    _check_open(room)
    if seat.hand_at is None:
        seat.hand_at = unit.now
        unit.tell(HandMoved(RoomId(room.id), SeatId(seat.id)))
        await trail.record(unit, RAISED, "seat", seat.id, room.patient_id)


async def lower_hand(unit: Unit, room_id: str, seat_id: str) -> None:
    """Lower one's own hand, or as a host somebody else's. What is down already stays so."""
    room, own = await in_room(unit, room_id, Action.ROOM_HAND)
    if seat_id != own.id:
        await in_room(unit, room_id, Action.ROOM_LEAD)
    _check_open(room)
    for seat in await seats_of(unit.session, room_id):
        if seat.id == seat_id and seat.hand_at is not None:
            seat.hand_at = None
            unit.tell(HandMoved(RoomId(room.id), SeatId(seat.id)))
            await trail.record(unit, LOWERED, "seat", seat.id, room.patient_id)


async def lower_all(unit: Unit, room_id: str) -> None:
    """Lower every hand of a room that is over."""
    for seat in await seats_of(unit.session, room_id):
        seat.hand_at = None


def in_order(seats: Sequence[Seat]) -> list[Seat]:
    """Return whose hands are up, the earliest first (pure)."""
    raised = [(seat.hand_at, seat.id, seat) for seat in seats if seat.hand_at is not None]
    return [seat for _, _, seat in sorted(raised, key=lambda one: one[:2])]


def _check_open(room: Room) -> None:
    if not room.is_open:
        raise Gone("This visit has ended.")
