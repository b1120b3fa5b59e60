"""Booking a visit: for a time to come, or one that is open now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rounds.consent.actions import Action
from rounds.consent.relations import require_patient
from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic
from rounds.rooms.model import Room
from rounds.rooms.queries import room_of_occasion
from rounds.scheduling.working import Span
from rounds.visits.clashes import clashes, may_insist
from rounds.visits.lifecycle import Appointment, Participant, plan
from rounds.visits.model import LONGEST_MINUTES, SHORTEST_MINUTES, Visit
from rounds.visits.party import Choice, participants
from rounds.visits.queries import visit_by_key

LONGEST_PURPOSE = 200
# A form that was filled while the minute passed is not refused for it.
LATE = timedelta(minutes=5)
FURTHEST = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a form asks to book; `key` is the form's own, so that sent twice it books once."""

    patient: str
    choice: Choice
    minutes: int
    purpose: str
    key: str
    insist: bool = False


@dataclass(frozen=True, slots=True)
class Booked:
    """A booked visit; `fresh` says that it was not there before."""

    visit: Visit
    room: Room
    people: Sequence[Participant]
    fresh: bool


async def book(unit: Unit, wish: Wish, starts_at: datetime) -> Booked:
    """Book a visit that begins at an instant.

    Raises NotFound for whoever may not, Invalid for what cannot be, and Conflict, with the
    clashes and whether the actor `may_insist`, for a time that something speaks against.
    """
    if starts_at < unit.now - LATE:
        raise Invalid("This time is in the past.", {"time": "Please choose a later time."})
    if starts_at > unit.now + FURTHEST:
        raise Invalid("This is more than a year away.", {"day": "Please choose an earlier day."})
    return await _book(unit, wish, starts_at, checked=True)


async def open_now(unit: Unit, wish: Wish) -> Booked:
    """Open a visit that begins at once; nobody's diary stands against what is needed now."""
    return await _book(unit, wish, unit.now, checked=False)


async def check_times(
    unit: Unit,
    clinic: Clinic,
    patient: str,
    staff: Sequence[str],
    span: Span,
    insist: bool,
    besides: str | None = None,
) -> None:
    """Raise Conflict when something speaks against a time and the actor does not insist."""
    found = await clashes(unit, clinic, patient, staff, span, besides)
    may = may_insist(unit.actor, patient, found)
    if found and not (insist and may):
        raise Conflict(
            "Something speaks against this time.",
            clashes=[(one.person, str(one.concern)) for one in found],
            may_insist=may,
        )


def check_length(minutes: int, purpose: str) -> None:
    """Raise Invalid for a length or a purpose that cannot be."""
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise Invalid("A visit takes 5 to 240 minutes.", {"minutes": "Please choose 5 to 240."})
    if len(purpose) > LONGEST_PURPOSE:
        raise Invalid("This is too long.", {"purpose": "Please use 200 letters or fewer."})


async def _book(unit: Unit, wish: Wish, starts_at: datetime, checked: bool) -> Booked:
    # The patient's row is locked from here on: a form sent twice comes one after the other.
    patient = await require_patient(unit, Action.VISIT_BOOK, wish.patient)
    known = await visit_by_key(unit.session, patient.person_id, wish.key)
    if known is not None:
        room = await room_of_occasion(unit.session, known.id)
        if room is None:
            raise NotFound("There is nothing here for you.")
        return Booked(known, room, [], fresh=False)
    check_length(wish.minutes, wish.purpose)
    people = await participants(unit, patient.clinic_id, patient.person_id, wish.choice)
    clinic = await unit.session.get_one(Clinic, patient.clinic_id)
    if checked:
        span = Span(starts_at, starts_at + timedelta(minutes=wish.minutes))
        staff = wish.choice.staff
        await check_times(unit, clinic, patient.person_id, staff, span, wish.insist)
    appointment = Appointment(starts_at, wish.minutes, wish.purpose)
    visit, room = await plan(unit, clinic.id, patient.person_id, appointment, people)
    visit.booking_key = wish.key
    visit.booked_by = unit.actor.person
    await unit.session.flush()
    return Booked(visit, room, people, fresh=True)
