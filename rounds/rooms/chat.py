"""Writing in a call: to everybody who is in it, or to the care team alone."""

from rounds.audit import trail
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Gone
from rounds.kernel.ids import MessageId, RoomId, SeatId, new_id
from rounds.kernel.unit import Unit
from rounds.rooms.events import MessageSaid
from rounds.rooms.lobby import in_room
from rounds.rooms.model import Channel, ChatMessage, Room, Seat
from rounds.rooms.queries import message_by_key

LONGEST_MESSAGE = 2000


async def say(unit: Unit, room_id: str, key: str, text: str) -> ChatMessage:
    """Write to everybody in the call; a line sent twice under one key is said once."""
    room, seat = await in_room(unit, room_id, Action.ROOM_SPEAK)
    message, is_new = await _write(unit, room, seat, Channel.EVERYONE, key, text)
    if is_new:
        await trail.record(unit, Action.ROOM_SPEAK, "message", message.id, room.patient_id)
    return message


async def confer(unit: Unit, room_id: str, key: str, text: str) -> ChatMessage:
    """Write to the care team alone. Raises NotFound for everybody who is none of it."""
    room, seat = await in_room(unit, room_id, Action.ROOM_CONFER)
    message, is_new = await _write(unit, room, seat, Channel.TEAM, key, text)
    if is_new:
        await trail.record(unit, Action.ROOM_CONFER, "message", message.id, room.patient_id)
    return message


async def _write(
    unit: Unit, room: Room, seat: Seat, channel: Channel, key: str, text: str
) -> tuple[ChatMessage, bool]:
    """Add a line, or return the one of this key, and whether it is new.

    Raises Gone after the end, Conflict for a key under which the seat wrote in another channel: a
    line stays where it was first said.
    """
    if not room.is_open:
        raise Gone("This visit has ended.")
    said = await message_by_key(unit.session, seat.id, key)
    if said is not None:
        if said.channel != channel:
            raise Conflict("This was written to others already.")
        return said, False
    message = ChatMessage(
        id=new_id(),
        clinic_id=room.clinic_id,
        room_id=room.id,
        seat_id=seat.id,
        key=key,
        text=text,
        at=unit.now,
        channel=channel,
    )
    unit.session.add(message)
    await unit.session.flush()
    unit.tell(MessageSaid(RoomId(room.id), SeatId(seat.id), MessageId(message.id)))
    return message, True
