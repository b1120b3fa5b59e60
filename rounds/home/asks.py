"""What the day asks of staff at once: who waits and writes, who wants a call, who did not come."""

from collections.abc import Sequence
from dataclasses import dataclass

from rounds.consent.access import OFFICE
from rounds.consent.queries import patients_keeping_out
from rounds.kernel.unit import Unit
from rounds.people.model import Person
from rounds.people.queries import people_by_id
from rounds.rooms.arrival import is_unsafe
from rounds.rooms.arrivals_model import DoorNote, PhoneCall
from rounds.rooms.model import Room, Seat
from rounds.rooms.queries import (
    calls_of_room,
    check_ins_of_room,
    door_notes,
    room_of_occasion,
    seat_of_person,
    seats_of,
)
from rounds.visits.missed import Open, to_follow_up
from rounds.visits.model import Visit

NEWEST = 3
"""Lines that a glance at the day needs; the visit has them all."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody who wants to be called, or is on the telephone; `unsafe` when to write first."""

    call: PhoneCall
    person: Person
    unsafe: bool


@dataclass(frozen=True, slots=True)
class AtTheDoor:
    """One visit that somebody waits for, or wants to be called about; `said` the oldest first."""

    visit: Visit
    patient: Person
    waiting: Sequence[Person]
    said: Sequence[tuple[DoorNote, Person]]
    calls: Sequence[Wish]


async def at_the_door(unit: Unit, visit: Visit, room: Room) -> AtTheDoor | None:
    """Return what goes on at the door of a visit; None when that is nothing."""
    seats = await seats_of(unit.session, room.id)
    calls = [one for one in await calls_of_room(unit.session, room.id) if one.ended_at is None]
    waiting = [one for one in seats if one.in_line]
    if not room.is_open or not (waiting or calls):
        return None
    notes = await door_notes(unit.session, room.id)
    told = await check_ins_of_room(unit.session, room.id)
    people = await people_by_id(
        unit.session, [*(one.person_id for one in seats), *(one.author_id for one in notes)]
    )
    return AtTheDoor(
        visit=visit,
        patient=people[visit.patient_id],
        waiting=[people[one.person_id] for one in waiting],
        said=[(one, people[one.author_id]) for one in notes if _is_guests(seats, one)][-NEWEST:],
        calls=[
            Wish(one, people[_whose(seats, one)], is_unsafe(told.get(one.seat_id))) for one in calls
        ],
    )


async def missed_for(unit: Unit) -> list[Open]:
    """Return what is left to be followed up: all of the clinic for the office, own visits else.

    Patients who keep the actor out are not among them.
    """
    kept = await patients_keeping_out(unit.session, unit.actor.person or "")
    helps = unit.actor.role in OFFICE
    return [
        one
        for one in await to_follow_up(unit, unit.actor.clinic or "")
        if one.patient.id not in kept and (helps or await _has_part(unit, one.visit.id))
    ]


async def _has_part(unit: Unit, visit: str) -> bool:
    room = await room_of_occasion(unit.session, visit)
    if room is None:
        return False
    return await seat_of_person(unit.session, room.id, unit.actor.person) is not None


def _is_guests(seats: Sequence[Seat], note: DoorNote) -> bool:
    return any(one.id == note.seat_id and one.person_id == note.author_id for one in seats)


def _whose(seats: Sequence[Seat], call: PhoneCall) -> str:
    return next(one.person_id for one in seats if one.id == call.seat_id)
