"""The waiting room: knock, admit, deny, send back, leave, come back."""

from dataclasses import replace
from datetime import timedelta
from math import ceil

from rounds.audit import trail
from rounds.consent.access import Relation, Thing, require
from rounds.consent.actions import Action
from rounds.consent.relations import relation_to
from rounds.kernel.errors import Conflict, Gone, Unavailable
from rounds.kernel.ids import RoomId, SeatId
from rounds.kernel.unit import Unit
from rounds.kernel.words import N_
from rounds.rooms.agreeing import NOT_AGREED, may_take_part
from rounds.rooms.audience import is_of_team
from rounds.rooms.events import (
    GuestAdmitted,
    GuestDenied,
    GuestKnocked,
    GuestSentBack,
    HostEntered,
    ParticipantLeft,
    ParticipantReturned,
    RoomFact,
)
from rounds.rooms.model import Room, Seat, Standing
from rounds.rooms.queries import locked_room, seat_of_person, seats_of

KNOCK_AGAIN_AFTER = timedelta(seconds=60)
LONGEST_REASON = 300
CONNECTION_LOST = N_("Your clinician lost the connection. You keep your place, please wait here.")
HOST_LEFT = N_(
    "Your clinician left the call for the moment. You keep your place, please wait here."
)


async def in_room(unit: Unit, room_id: str, action: Action) -> tuple[Room, Seat]:
    """Return the room and the actor's seat in it, if the actor may do `action` there.

    Raises NotFound (no such room for this actor) or Forbidden (seen, but not theirs to do).
    """
    room = await locked_room(unit.session, room_id)
    seat = await seat_of_person(unit.session, room_id, unit.actor.person)
    require(unit, action, await thing_of(unit, room, seat, room_id))
    if room is None or seat is None:
        raise AssertionError("allowed without a seat")
    return room, seat


async def thing_of(unit: Unit, room: Room | None, seat: Seat | None, room_id: str) -> Thing:
    """Describe a room for the question of access."""
    relation = await relation_to(unit, room.patient_id) if room else Relation()
    if seat is not None:
        admitted = seat.standing == Standing.ADMITTED
        relation = replace(relation, seated=True, may_admit=seat.may_admit, admitted=admitted)
        relation = replace(relation, of_team=is_of_team(seat))
    return Thing(
        "room",
        room_id,
        clinic=room.clinic_id if room else None,
        patient=room.patient_id if room else None,
        room=room_id,
        relation=relation,
    )


async def enter(unit: Unit, room_id: str) -> tuple[Room, Seat]:
    """Look into the room: hosts take their seat, guests see where they stand."""
    room, seat = await in_room(unit, room_id, Action.ROOM_ENTER)
    if room.is_open and unit.actor.is_staff and seat.standing == Standing.INVITED:
        seat.enter_as_host(unit.now)
        await _moved(unit, room, seat, HostEntered, Action.ROOM_ENTER)
    return room, seat


async def knock(unit: Unit, room_id: str) -> Seat:
    """Take a place in the line, or come back to what a clinician last gave.

    Raises Unavailable within a minute after a denial.
    """
    room, seat = await in_room(unit, room_id, Action.ROOM_KNOCK)
    _check_open(room)
    if seat.may_admit:
        await _return_as_host(unit, room, seat)
    elif seat.standing == Standing.LEFT:
        seat.come_back(unit.now)
        await _moved(unit, room, seat, ParticipantReturned, Action.ROOM_KNOCK)
        # Whoever was inside before finds the room as it is now: without a host, everybody waits.
        await send_guests_back(unit, room, HOST_LEFT)
    elif seat.standing == Standing.DENIED and seat.since is not None:
        wait = seat.since + KNOCK_AGAIN_AFTER - unit.now
        if wait > timedelta(0):
            raise Unavailable(
                "Please wait a minute before you ask again.", ceil(wait.total_seconds())
            )
    if not seat.in_line and seat.standing != Standing.ADMITTED:
        seat.arrive(unit.now)
        await _moved(unit, room, seat, GuestKnocked, Action.ROOM_KNOCK)
    return seat


async def admit(unit: Unit, room_id: str, seat_id: str) -> None:
    """Let one person in; whoever is in already stays. Raises Conflict when they do not wait.

    A relative comes in with the patient's leave only: `agreement` in the refusal says that it is
    what is missing.
    """
    room, seat = await _guest(unit, room_id, seat_id)
    if seat.in_line and not await may_take_part(unit, room, seat):
        raise Conflict(NOT_AGREED, agreement=True)
    if seat.admit(unit.now):
        await _moved(unit, room, seat, GuestAdmitted, Action.ROOM_ADMIT)


async def admit_all(unit: Unit, room_id: str) -> None:
    """Let everybody in who waits and may take part."""
    room, _ = await in_room(unit, room_id, Action.ROOM_ADMIT)
    _check_open(room)
    for seat in await seats_of(unit.session, room_id):
        if seat.in_line and await may_take_part(unit, room, seat):
            seat.admit(unit.now)
            await _moved(unit, room, seat, GuestAdmitted, Action.ROOM_ADMIT)


async def deny(unit: Unit, room_id: str, seat_id: str, reason: str) -> None:
    """Tell one person that it is not now. Raises Conflict when they do not wait any more."""
    room, seat = await _guest(unit, room_id, seat_id)
    if seat.deny(unit.now, reason):
        await _moved(unit, room, seat, GuestDenied, Action.ROOM_ADMIT)


async def send_back(
    unit: Unit, room_id: str, seat_id: str, reason: str, minutes: int | None = None
) -> None:
    """Let one person wait again, for about so many minutes; a reason may follow later.

    Raises Conflict when they are not inside any more.
    """
    room, seat = await _guest(unit, room_id, seat_id)
    until = unit.now + timedelta(minutes=minutes) if minutes else None
    if seat.send_back(unit.now, reason, until):
        await _moved(unit, room, seat, GuestSentBack, Action.ROOM_ADMIT)


async def leave(unit: Unit, room_id: str) -> None:
    """Go. When nobody is left who may admit, the guests return to the waiting room."""
    room, seat = await in_room(unit, room_id, Action.ROOM_LEAVE)
    if not room.is_open or seat.standing in (Standing.LEFT, Standing.INVITED, Standing.DENIED):
        return
    await take_out(unit, room, seat)
    if seat.may_admit:
        await send_guests_back(unit, room, HOST_LEFT)


async def take_out(unit: Unit, room: Room, seat: Seat) -> None:
    """Note that somebody has gone."""
    seat.leave(unit.now)
    await _moved(unit, room, seat, ParticipantLeft, Action.ROOM_LEAVE)


async def put_back(unit: Unit, room: Room, seat: Seat, reason: str) -> None:
    """Let somebody wait again who was inside, or who could have come back inside."""
    was_inside = seat.standing == Standing.ADMITTED
    seat.hold_back(unit.now, reason)
    if was_inside:
        await _moved(unit, room, seat, GuestSentBack, Action.ROOM_LEAVE)


async def send_guests_back(unit: Unit, room: Room, reason: str) -> None:
    """Let every guest wait again if no host is inside."""
    seats = await seats_of(unit.session, room.id)
    if any(seat.may_admit and seat.standing == Standing.ADMITTED for seat in seats):
        return
    for seat in seats:
        if seat.standing == Standing.ADMITTED:
            seat.send_back(unit.now, reason)
            await _moved(unit, room, seat, GuestSentBack, Action.ROOM_LEAVE)


async def _return_as_host(unit: Unit, room: Room, seat: Seat) -> None:
    if seat.standing != Standing.ADMITTED:
        seat.enter_as_host(unit.now)
        await _moved(unit, room, seat, HostEntered, Action.ROOM_KNOCK)


async def _guest(unit: Unit, room_id: str, seat_id: str) -> tuple[Room, Seat]:
    """Return the guest that the host, who asks, decides about. Raises Conflict for nobody such."""
    room, _ = await in_room(unit, room_id, Action.ROOM_ADMIT)
    _check_open(room)
    for seat in await seats_of(unit.session, room_id):
        if seat.id == seat_id and not seat.may_admit:
            return room, seat
    raise Conflict("This person is not in the waiting room any more.")


async def _moved(unit: Unit, room: Room, seat: Seat, fact: type[RoomFact], action: Action) -> None:
    if fact is GuestAdmitted and room.started_at is None:
        room.started_at = unit.now
    unit.tell(fact(RoomId(room.id), SeatId(seat.id)))
    name = f"{action}:{seat.standing}"
    await trail.record(unit, name, "seat", seat.id, room.patient_id, room.clinic_id)


def _check_open(room: Room) -> None:
    if not room.is_open:
        raise Gone("This visit has ended.")
