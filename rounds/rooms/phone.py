"""Going on by telephone: a guest asks to be called, a clinician calls, and video can come back."""

from rounds.audit import trail
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Gone, Invalid
from rounds.kernel.ids import RoomId, SeatId, new_id
from rounds.kernel.unit import Unit
from rounds.people.contacts import normal
from rounds.people.model import Clinic, System
from rounds.people.queries import phone_numbers
from rounds.rooms.arrivals_model import CheckIn, PhoneCall
from rounds.rooms.events import (
    CallAsked,
    CallBegan,
    CallEnded,
    GuestAdmitted,
    RoomClosed,
    RoomFact,
)
from rounds.rooms.lobby import in_room
from rounds.rooms.model import Room, Seat
from rounds.rooms.queries import calls_of_room, check_in_of, open_call, seats_of


async def ask_for_call(unit: Unit, room_id: str, number: str) -> PhoneCall:
    """Let a guest be called at `number`, or at the one the clinic has; asking again corrects it.

    Raises Invalid for no number, Conflict for staff, Gone when the visit has ended.
    """
    room, seat = await in_room(unit, room_id, Action.ROOM_CALL)
    _check_open(room)
    if unit.actor.is_staff:
        raise Conflict("Only guests can ask to be called.")
    wanted = await _number(unit, room, seat, number)
    row = await open_call(unit.session, seat.id)
    if row is not None and (row.began_at is not None or row.number == wanted):
        return row
    if row is None:
        row = _new(room, seat, wanted)
        unit.session.add(row)
    row.number, row.asked_at = wanted, unit.now
    await unit.session.flush()
    await _told(unit, room, seat, CallAsked, "asked")
    return row


async def take_back_call(unit: Unit, room_id: str) -> None:
    """Let a guest not be called after all, or wait for video again after the call."""
    room, seat = await in_room(unit, room_id, Action.ROOM_CALL)
    await _end(unit, room, seat)


async def begin_call(unit: Unit, room_id: str, seat_id: str) -> None:
    """Note that a clinician talks with a guest by telephone now: the same visit goes on."""
    room, seat = await _guest(unit, room_id, seat_id)
    row = await open_call(unit.session, seat.id)
    if row is not None and row.began_at is not None:
        return
    if row is None:
        row = _new(room, seat, await _number_on_file(unit, seat) or "")
        unit.session.add(row)
    row.began_at, row.began_by = unit.now, unit.actor.person
    room.started_at = room.started_at or unit.now
    await unit.session.flush()
    await _told(unit, room, seat, CallBegan, "began")


async def end_call(unit: Unit, room_id: str, seat_id: str) -> None:
    """Note that the telephone call is over, or that nobody calls."""
    room, seat = await _guest(unit, room_id, seat_id)
    await _end(unit, room, seat)


async def back_to_video(unit: Unit, fact: GuestAdmitted) -> None:
    """Who comes in by video is not on the telephone any more."""
    room, seat = await unit.session.get(Room, fact.room), await unit.session.get(Seat, fact.seat)
    if room is not None and seat is not None:
        await _end(unit, room, seat)


async def hang_up(unit: Unit, fact: RoomClosed) -> None:
    """End what was open when the meeting ended."""
    for row in await calls_of_room(unit.session, fact.room):
        if row.ended_at is None:
            row.ended_at, row.ended_by = unit.now, unit.actor.person


async def number_on_file(unit: Unit, seat: Seat, told: CheckIn | None) -> str | None:
    """Return where a guest is called: the number told on arriving, else one the clinic has."""
    if told is not None and told.phone:
        return told.phone
    return next(iter(await phone_numbers(unit.session, seat.person_id)), None)


async def _number_on_file(unit: Unit, seat: Seat) -> str | None:
    return await number_on_file(unit, seat, await check_in_of(unit.session, seat.id))


async def _number(unit: Unit, room: Room, seat: Seat, number: str) -> str:
    if number.strip():
        clinic = await unit.session.get_one(Clinic, room.clinic_id)
        return normal(System.SMS, number, clinic.country)
    known = await _number_on_file(unit, seat)
    if known is None:
        raise Invalid("We have no number of you.", {"phone": "Please write your number."})
    return known


async def _guest(unit: Unit, room_id: str, seat_id: str) -> tuple[Room, Seat]:
    room, _ = await in_room(unit, room_id, Action.ROOM_ADMIT)
    _check_open(room)
    for seat in await seats_of(unit.session, room_id):
        if seat.id == seat_id and not seat.may_admit:
            return room, seat
    raise Conflict("This person has no part in this visit.")


async def _end(unit: Unit, room: Room, seat: Seat) -> None:
    row = await open_call(unit.session, seat.id)
    if row is None:
        return
    row.ended_at, row.ended_by = unit.now, unit.actor.person
    await unit.session.flush()
    began = row.began_at is not None
    await _told(unit, room, seat, CallEnded, "ended" if began else "taken_back")


def _new(room: Room, seat: Seat, number: str) -> PhoneCall:
    return PhoneCall(
        id=new_id(), clinic_id=room.clinic_id, room_id=room.id, seat_id=seat.id, number=number
    )


async def _told(unit: Unit, room: Room, seat: Seat, fact: type[RoomFact], word: str) -> None:
    unit.tell(fact(RoomId(room.id), SeatId(seat.id)))
    name = f"room.call_{word}"
    await trail.record(unit, name, "seat", seat.id, room.patient_id, room.clinic_id)


def _check_open(room: Room) -> None:
    if not room.is_open:
        raise Gone("This visit has ended.")
