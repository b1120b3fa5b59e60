"""What a guest tells the clinic on arriving: where, how to reach them, who is near, safe to talk.

Asked anew for each visit (APA/ATA Best Practices in Videoconferencing-Based Telemental Health,
2018: location, contact and emergency plan each session). Only those who may admit read it.
"""

from dataclasses import dataclass
from enum import StrEnum

from rounds.audit import trail
from rounds.consent.actions import Action
from rounds.kernel.errors import Gone
from rounds.kernel.ids import RoomId, SeatId, new_id
from rounds.kernel.unit import Unit
from rounds.people.contacts import normal
from rounds.people.model import Clinic, System
from rounds.people.queries import phone_numbers
from rounds.rooms.arrivals_model import CheckIn
from rounds.rooms.events import GuestAnswered
from rounds.rooms.lobby import in_room, take_out
from rounds.rooms.model import Room, Seat, Standing
from rounds.rooms.queries import check_in_of

LONGEST_PLACE, LONGEST_COMPANIONS, LONGEST_PHONE = 300, 200, 40


class Company(StrEnum):
    """Who else is in the room."""

    ALONE = "alone"
    OTHERS = "others"


class Safe(StrEnum):
    """Whether the person can talk freely where they are."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered now; None leaves what was answered before.

    `known_phone` takes the number we have, so that its owner need not type it.
    """

    place: str | None = None
    phone: str | None = None
    known_phone: bool = False
    company: Company | None = None
    companions: str | None = None
    safe: Safe | None = None


async def take_answers(unit: Unit, room_id: str, told: Answers) -> CheckIn:
    """Keep what a guest answered and let those see it who may admit.

    Raises Invalid for a telephone number that is none, Gone when the visit has ended.
    """
    room, seat = await in_room(unit, room_id, Action.CHECK_IN)
    _check_open(room)
    row = await _row(unit, room, seat)
    phone = told.phone
    if told.known_phone:
        phone = next(iter(await phone_numbers(unit.session, seat.person_id)), None)
    if phone is not None:
        clinic = await unit.session.get_one(Clinic, room.clinic_id)
        row.phone = normal(System.SMS, phone, clinic.country)
    if told.place is not None:
        row.place = told.place or None
    if told.company is not None:
        row.company = told.company
        # Who was named goes with whom they were named for.
        row.companions = None
    if told.companions is not None and row.company == Company.OTHERS:
        row.companions = told.companions or None
    if told.safe is not None:
        row.safe = told.safe
    row.answered_at = unit.now
    await _note(unit, room, seat, Action.CHECK_IN)
    return row


async def leave_quickly(unit: Unit, room_id: str) -> None:
    """Note that a guest went by the quick way out, and take them out of line or call."""
    room, seat = await in_room(unit, room_id, Action.CHECK_IN)
    _check_open(room)
    row = await _row(unit, room, seat)
    row.left_at = unit.now
    if seat.standing not in (Standing.LEFT, Standing.INVITED, Standing.DENIED):
        await take_out(unit, room, seat)
    await _note(unit, room, seat, "room.quick_exit")


def _check_open(room: Room) -> None:
    if not room.is_open:
        raise Gone("This visit has ended.")


async def _row(unit: Unit, room: Room, seat: Seat) -> CheckIn:
    row = await check_in_of(unit.session, seat.id)
    if row is None:
        row = CheckIn(
            id=new_id(),
            clinic_id=room.clinic_id,
            room_id=room.id,
            seat_id=seat.id,
            answered_at=unit.now,
        )
        unit.session.add(row)
    return row


async def _note(unit: Unit, room: Room, seat: Seat, action: str) -> None:
    await unit.session.flush()
    unit.tell(GuestAnswered(RoomId(room.id), SeatId(seat.id)))
    await trail.record(unit, action, "seat", seat.id, room.patient_id)
