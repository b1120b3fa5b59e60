"""Writing at the door: between the clinic and one person who waits, or to everybody who does."""

from dataclasses import dataclass
from datetime import timedelta

from rounds.audit import trail
from rounds.consent.actions import Action
from rounds.kernel.actor import Role
from rounds.kernel.errors import Conflict, Gone, Invalid
from rounds.kernel.ids import NoteId, RoomId, new_id
from rounds.kernel.unit import Unit
from rounds.rooms.arrivals_model import DoorNote
from rounds.rooms.events import NoteWritten
from rounds.rooms.lobby import in_room
from rounds.rooms.model import Room, Seat
from rounds.rooms.presets import BY_GUESTS, BY_STAFF, LATE, LATE_MINUTES
from rounds.rooms.queries import count_door_notes, door_note_by_key, seats_of

LONGEST_NOTE = 500
MOST_NOTES = 100


@dataclass(frozen=True, slots=True)
class Words:
    """What is said: a preset with its minutes, or words of one's own.

    `key` is made by the sender, so that a resend stays one line.
    """

    key: str
    text: str = ""
    preset: str | None = None
    minutes: int | None = None


async def write(unit: Unit, room_id: str, seat_id: str | None, words: Words) -> DoorNote:
    """Write to the guest of a seat, or to all who wait; a guest always writes for themselves.

    Raises Gone when the visit has ended, Invalid for words that are none, Conflict for somebody
    who is no guest here and after a hundred lines of one person.
    """
    room, own = await in_room(unit, room_id, Action.ROOM_WRITE)
    is_guest = not unit.actor.is_staff
    if not is_guest and own.role == Role.INTERPRETER:
        raise Conflict("This is for those who lead the visit.")
    return await note(unit, room, own.id if is_guest else seat_id, words)


async def note(unit: Unit, room: Room, seat_id: str | None, words: Words) -> DoorNote:
    """Write on behalf of a rule that asked for leave itself, such as a colleague's message."""
    by_guest = not unit.actor.is_staff
    if not room.is_open:
        raise Gone("This visit has ended.")
    said = await door_note_by_key(unit.session, room.id, unit.actor.person, words.key)
    if said is not None:
        return said
    check(words, by_guest)
    if seat_id is not None and await _guest(unit, room, seat_id) is None:
        raise Conflict("This person is not in the waiting room any more.")
    if await count_door_notes(unit.session, room.id, unit.actor.person) >= MOST_NOTES:
        raise Conflict("That is a lot of messages. Please call instead.")
    row = DoorNote(
        id=new_id(),
        clinic_id=room.clinic_id,
        room_id=room.id,
        seat_id=seat_id,
        author_id=unit.actor.person or "",
        key=words.key,
        preset=words.preset,
        minutes=words.minutes,
        text=words.text,
        at=unit.now,
    )
    unit.session.add(row)
    if words.preset == LATE:
        room.expected_at = unit.now + timedelta(minutes=words.minutes or 0)
    await unit.session.flush()
    unit.tell(NoteWritten(RoomId(room.id), NoteId(row.id), by_guest))
    await trail.record(unit, Action.ROOM_WRITE, "door_note", row.id, room.patient_id)
    return row


def check(words: Words, by_guest: bool) -> None:
    """Raise Invalid for what is neither a preset of this person's nor words (pure)."""
    if words.preset is None:
        if not words.text.strip() or words.minutes is not None:
            raise Invalid("Please write a few words.", {"text": "Please write a few words."})
        return
    known = words.preset in (BY_GUESTS if by_guest else BY_STAFF)
    timed = words.minutes in LATE_MINUTES if words.preset == LATE else words.minutes is None
    if not known or not timed or words.text:
        raise Invalid("This cannot be said here.")


async def _guest(unit: Unit, room: Room, seat_id: str) -> Seat | None:
    seats = await seats_of(unit.session, room.id)
    return next((one for one in seats if one.id == seat_id and not one.may_admit), None)
