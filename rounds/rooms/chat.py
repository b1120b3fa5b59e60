"""Saying something to everybody who is in the call."""

from rounds.audit import trail
from rounds.consent.access import Action
from rounds.kernel.errors import Gone
from rounds.kernel.ids import MessageId, RoomId, SeatId, new_id
from rounds.kernel.unit import Unit
from rounds.rooms.events import MessageSaid
from rounds.rooms.lobby import in_room
from rounds.rooms.model import ChatMessage
from rounds.rooms.queries import message_by_key

LONGEST_MESSAGE = 2000


async def say(unit: Unit, room_id: str, key: str, text: str) -> ChatMessage:
    """Add a line to the chat; a line sent twice under one key is said once."""
    room, seat = await in_room(unit, room_id, Action.ROOM_SPEAK)
    if not room.is_open:
        raise Gone("This visit has ended.")
    said = await message_by_key(unit.session, seat.id, key)
    if said is not None:
        return said
    message = ChatMessage(
        id=new_id(),
        clinic_id=room.clinic_id,
        room_id=room.id,
        seat_id=seat.id,
        key=key,
        text=text,
        at=unit.now,
    )
    unit.session.add(message)
    await unit.session.flush()
    unit.tell(MessageSaid(RoomId(room.id), SeatId(seat.id), MessageId(message.id)))
    await trail.record(unit, Action.ROOM_SPEAK, "message", message.id, room.patient_id)
    return message
