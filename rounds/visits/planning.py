"""What the pages of booking show: whom to book for, the form with its offers, the plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rounds.accounts.model import Invitation
from rounds.accounts.queries.invitations import invitations_of_room
from rounds.audit import trail
from rounds.consent.access import OFFICE, Thing, require
from rounds.consent.actions import Action
from rounds.consent.queries import patients_keeping_out
from rounds.consent.relations import require_patient
from rounds.kernel.actor import CLINICIANS, Role
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Matter, Patient, Person, System
from rounds.people.queries import (
    open_responsibilities,
    patients_of,
    people_by_id,
    relationships,
)
from rounds.rooms.model import Room, Seat
from rounds.rooms.queries import seat_of_person, seats_of
from rounds.scheduling.availability import offers
from rounds.visits.arranging import GUESTS, OVER, LinkState, arranged, link_state
from rounds.visits.clashes import OUTLOOK, diaries_with_visits
from rounds.visits.model import Visit
from rounds.visits.party import Choice, Colleague, Guest, colleagues, guests, ways
from rounds.visits.queries import cared_for, patient_of

USUAL_MINUTES = 25
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class BookingForm:
    """The patient, everybody who may be chosen, who is chosen, and three times that suit."""

    clinic: Clinic
    zone: ZoneInfo
    now: datetime
    person: Person
    patient: Patient
    staff: Sequence[Colleague]
    guests: Sequence[Guest]
    choice: Choice
    minutes: int
    offers: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class Guestlink:
    """A guest of a visit with the state of their link and how one reaches them."""

    person: Person
    role: Role
    relationship: str
    state: LinkState
    asks_pin: bool
    opened_at: datetime | None
    ways: frozenset[System]


@dataclass(frozen=True, slots=True)
class Plan:
    """A booked visit as whoever arranges it sees it; `seated` says that they take part."""

    clinic: Clinic
    zone: ZoneInfo
    now: datetime
    visit: Visit
    room: Room
    person: Person
    patient: Patient
    staff: Sequence[tuple[Person, Role]]
    guests: Sequence[Guestlink]
    seated: bool
    booked_by: Person | None

    @property
    def is_over(self) -> bool:
        """Say whether there is nothing to arrange any more."""
        return self.visit.state in OVER


async def choose_patient(unit: Unit, wanted: str) -> tuple[Sequence[tuple[Person, Patient]], int]:
    """Return for whom the actor may book, by a part of name or number, and how many there are.

    The office books for everybody, clinicians for those they care for; at most fifty are shown.
    """
    clinic = unit.actor.clinic or ""
    require(unit, Action.PATIENT_LIST, Thing("clinic", clinic, clinic))
    person = unit.actor.person or ""
    everybody = unit.actor.role in OFFICE
    own = await cared_for(unit.session, person)
    kept = await patients_keeping_out(unit.session, person)
    interpreter = unit.actor.role is Role.INTERPRETER
    words = wanted.casefold().split()
    found = [
        (one, patient)
        for one, patient in await patients_of(unit.session, clinic)
        if (everybody or one.id in own)
        and one.id not in kept
        and not interpreter
        and all(word in f"{one.name} {patient.number}".casefold() for word in words)
    ]
    found.sort(key=lambda pair: (pair[0].family_name.casefold(), pair[0].given_name.casefold()))
    await trail.record_reading(unit, Action.PATIENT_LIST, "clinic", clinic, None)
    return found[:MOST_SHOWN], len(found)


async def read_form(
    unit: Unit, patient_id: str, choice: Choice | None, minutes: int
) -> BookingForm:
    """Return the form for a patient, with the usual people chosen where nobody is yet."""
    patient = await require_patient(unit, Action.VISIT_BOOK, patient_id)
    person = await unit.session.get_one(Person, patient.person_id)
    clinic = await unit.session.get_one(Clinic, patient.clinic_id)
    staff = await colleagues(unit, clinic.id, patient.person_id)
    chosen = choice or await _usual(unit, patient, staff)
    known = {one.person.id for one in staff}
    asked = [one for one in chosen.staff if one in known]
    diaries = await diaries_with_visits(
        unit, clinic, [*asked, person.id], unit.now, unit.now + OUTLOOK
    )
    zone = ZoneInfo(clinic.time_zone)
    found = offers(list(diaries.values()), minutes, unit.now, unit.now + OUTLOOK, unit.now)
    return BookingForm(
        clinic=clinic,
        zone=zone,
        now=unit.now.astimezone(zone),
        person=person,
        patient=patient,
        staff=staff,
        guests=await guests(unit, person),
        choice=chosen,
        minutes=minutes,
        offers=[one.astimezone(zone) for one in found] if asked else [],
    )


async def show_form(
    unit: Unit, patient_id: str, choice: Choice | None, minutes: int
) -> BookingForm:
    """Return the same for a page that people read; the reading leaves a line in the trail."""
    found = await read_form(unit, patient_id, choice, minutes)
    await trail.record_reading(unit, Action.VISIT_BOOK, "patient", found.person.id, found.person.id)
    return found


async def read_plan(unit: Unit, visit_id: str) -> Plan:
    """Return a visit's plan. Raises NotFound for whoever may not arrange it."""
    visit, room = await arranged(unit, visit_id)
    person, patient = await patient_of(unit.session, visit)
    clinic = await unit.session.get_one(Clinic, visit.clinic_id)
    seats = await seats_of(unit.session, room.id)
    wanted = [seat.person_id for seat in seats] + ([visit.booked_by] if visit.booked_by else [])
    people = await people_by_id(unit.session, wanted)
    newest = {row.person_id: row for row in await invitations_of_room(unit.session, room.id)}
    seat = await seat_of_person(unit.session, room.id, unit.actor.person)
    words = await relationships(unit.session, [one.person_id for one in seats])
    await trail.record_reading(unit, Action.VISIT_ARRANGE, "visit", visit.id, visit.patient_id)
    zone = ZoneInfo(clinic.time_zone)
    return Plan(
        clinic=clinic,
        zone=zone,
        now=unit.now.astimezone(zone),
        visit=visit,
        room=room,
        person=person,
        patient=patient,
        staff=[(people[one.person_id], Role(one.role)) for one in seats if one.role not in GUESTS],
        guests=[
            await _guest(unit, one, people, words, newest.get(one.person_id))
            for one in seats
            if one.role in GUESTS
        ],
        seated=seat is not None,
        booked_by=people.get(visit.booked_by) if visit.booked_by else None,
    )


async def _guest(
    unit: Unit,
    seat: Seat,
    people: Mapping[str, Person],
    words: Mapping[str, str],
    row: Invitation | None,
) -> Guestlink:
    return Guestlink(
        person=people[seat.person_id],
        role=Role(seat.role),
        relationship=words.get(seat.person_id, ""),
        state=link_state(row),
        asks_pin=row is not None and row.pin_hash is not None,
        opened_at=row.bound_at if row else None,
        ways=await ways(unit, seat.person_id),
    )


async def _usual(unit: Unit, patient: Patient, staff: Sequence[Colleague]) -> Choice:
    """Choose the actor, if they see patients themselves, else the one who leads the care."""
    clinicians = [one.person.id for one in staff if one.role in CLINICIANS]
    if unit.actor.person in clinicians:
        return Choice([unit.actor.person])
    held = await open_responsibilities(unit.session, patient.person_id)
    lead = next((row.person_id for row in held if row.matter == Matter.LEAD), None)
    team = [one.person.id for one in staff if one.member and one.role in CLINICIANS]
    first = lead if lead in clinicians else next(iter(team), None)
    return Choice([first] if first else [])
