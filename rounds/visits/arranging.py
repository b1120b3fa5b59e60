"""Arranging a booked visit: moved, cancelled, its links handed out and taken back."""

from datetime import datetime, timedelta
from typing import Literal

from rounds.accounts import links as invitations
from rounds.accounts.model import Invitation
from rounds.accounts.queries.invitations import invitations_of_room
from rounds.audit import trail
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.actor import STAFF, Role
from rounds.kernel.errors import Conflict, Gone, Invalid, NotFound
from rounds.kernel.unit import Unit
from rounds.notices.outbox import cancel_about
from rounds.people.model import Clinic
from rounds.rooms.lobby import take_out, thing_of
from rounds.rooms.model import Room, Seat, Standing
from rounds.rooms.opening import shut_room
from rounds.rooms.queries import locked_room, room_of_occasion, seat_of_person, seats_of
from rounds.scheduling.queries import locked_staff
from rounds.scheduling.working import Span
from rounds.visits.booking import FURTHEST, LATE, check_length, check_times
from rounds.visits.lifecycle import Participant, changed
from rounds.visits.links import NewLink, invite
from rounds.visits.model import Visit, VisitState
from rounds.visits.queries import visit_by_id

LONGEST_REASON = 300
GUESTS = frozenset({Role.PATIENT, Role.RELATIVE})
WORKS = STAFF | {Role.INTERPRETER}
OVER = frozenset({VisitState.FINISHED, VisitState.CANCELLED})


async def arranged(
    unit: Unit, visit_id: str, action: Action = Action.VISIT_ARRANGE
) -> tuple[Visit, Room]:
    """Return a visit and its room for whoever may do `action`. Raises NotFound for others."""
    # The room before the visit, as whoever knocks does: two who meet wait for each other in line.
    found = await room_of_occasion(unit.session, visit_id)
    room = await locked_room(unit.session, found.id) if found else None
    visit = await visit_by_id(unit.session, visit_id)
    seat = await seat_of_person(unit.session, room.id, unit.actor.person) if room else None
    tie = await thing_of(unit, room, seat, room.id if room else visit_id)
    thing = Thing(
        "visit", visit_id, tie.clinic, tie.patient, tie.room if room else None, tie.relation
    )
    require(unit, action, thing)
    if visit is None or room is None:
        raise NotFound("There is nothing here for you.")
    return visit, room


async def move(unit: Unit, visit_id: str, starts_at: datetime, minutes: int, insist: bool) -> Visit:
    """Give a visit another time; people, room and links stay.

    Raises Conflict for one that has begun or is over, and as `booking.book` does.
    """
    visit, room = await arranged(unit, visit_id)
    if visit.state != VisitState.PLANNED:
        raise Conflict("This visit is not only planned any more, so it cannot be moved.")
    check_length(minutes, "")
    if not unit.now - LATE <= starts_at <= unit.now + FURTHEST:
        raise Invalid(
            "This time is in the past, or more than a year away.",
            {"time": "Please choose another time."},
        )
    seats = await seats_of(unit.session, room.id)
    staff = [seat.person_id for seat in seats if seat.role in WORKS]
    await locked_staff(unit.session, visit.clinic_id, staff)
    clinic = await unit.session.get_one(Clinic, visit.clinic_id)
    span = Span(starts_at, starts_at + timedelta(minutes=minutes))
    await check_times(unit, clinic, visit.patient_id, staff, span, insist, besides=visit.id)
    visit.starts_at, visit.minutes, visit.confirmed_at = starts_at, minutes, None
    for row in await invitations_of_room(unit.session, room.id):
        if row.revoked_at is None and row.ended_at is None:
            await invitations.postpone(unit, row, starts_at)
    changed(unit, visit, room.id)
    await trail.record(unit, "visit.move", "visit", visit.id, visit.patient_id, visit.clinic_id)
    return visit


async def cancel(unit: Unit, visit_id: str, reason: str) -> Visit:
    """Call a visit off: links, room and what waits to be sent end with it. Idempotent.

    Raises Conflict for one that goes on or took place.
    """
    visit, room = await arranged(unit, visit_id)
    if visit.state == VisitState.CANCELLED:
        return visit
    if visit.state == VisitState.IN_PROGRESS:
        raise Conflict("This visit goes on right now. End it in the call.")
    if visit.state == VisitState.FINISHED:
        raise Conflict("This visit took place already.")
    if len(reason) > LONGEST_REASON:
        raise Invalid("This is too long.", {"reason": "Please use 300 letters or fewer."})
    visit.state = VisitState.CANCELLED
    visit.cancelled_at, visit.cancel_reason = unit.now, reason
    await cancel_about(unit, visit.id)
    await shut_room(unit, room)
    changed(unit, visit, room.id)
    await trail.record(unit, "visit.cancel", "visit", visit.id, visit.patient_id, visit.clinic_id)
    return visit


async def hand_out(
    unit: Unit, visit: Visit, room: Room, person: str, pin: str | None, pin_hash: str | None
) -> tuple[Invitation, NewLink]:
    """Make a guest's link; one they had before ends at once. Raises Gone after the visit."""
    if visit.state in OVER or not room.is_open:
        raise Gone("This visit has ended.")
    seat = await guest_seat(unit, room, person)
    await _take_back(unit, room, person)
    row, token = await invite(
        unit, visit, room, Participant(person, Role(seat.role)), pin_hash=pin_hash
    )
    return row, NewLink(row.id, token, pin)


async def withdraw_links(unit: Unit, room: Room, person: str) -> None:
    """Take a guest's link back; what it opened closes at once."""
    seat = await guest_seat(unit, room, person)
    await _take_back(unit, room, person)
    if room.is_open and (seat.in_line or seat.standing == Standing.ADMITTED):
        await take_out(unit, room, seat)
        seat.begin_anew(unit.now)


async def guest_seat(unit: Unit, room: Room, person: str) -> Seat:
    """Return the seat of a guest. Raises NotFound for staff and for strangers."""
    seat = await seat_of_person(unit.session, room.id, person)
    if seat is None or seat.role not in GUESTS:
        raise NotFound("There is nothing here for you.")
    return seat


LinkState = Literal["none", "ready", "opened", "locked", "revoked", "over"]


def link_state(row: Invitation | None) -> LinkState:
    """Return how a guest's newest link stands, in one word of the page."""
    if row is None:
        return "none"
    if row.revoked_at is not None:
        return "revoked"
    if row.ended_at is not None:
        return "over"
    if row.locked_at is not None:
        return "locked"
    return "opened" if row.bound_at is not None else "ready"


async def _take_back(unit: Unit, room: Room, person: str) -> None:
    for row in await invitations_of_room(unit.session, room.id):
        if row.person_id == person and row.revoked_at is None:
            await invitations.revoke(unit, row.id)
