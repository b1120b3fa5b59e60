"""Whom to call, and where: everything that is needed when somebody is in danger during a visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rounds.audit import trail
from rounds.consent.actions import Action
from rounds.consent.model import Scope
from rounds.consent.relations import tie_of
from rounds.kernel.actor import Role
from rounds.kernel.unit import Unit
from rounds.people.crisis import help_in
from rounds.people.model import Clinic, Matter, Person
from rounds.people.queries import (
    kin_of,
    open_responsibilities,
    people_by_id,
    phone_numbers,
    staff_member,
)
from rounds.people.register import CrisisHelp
from rounds.rooms.model import Room
from rounds.rooms.queries import check_in_of, seat_of_person
from rounds.scheduling.on_call import on_call_at
from rounds.visits.console import open_visit
from rounds.visits.queries import patient_of

FIRST = (Matter.ALERTS, Matter.LEAD)


@dataclass(frozen=True, slots=True)
class Reachable:
    """Somebody to call: who they are to the patient or in the clinic, and their numbers."""

    person: Person
    role: Role | None
    relationship: str
    on_call: bool
    numbers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What the patient told on arriving, when last; each part may be empty."""

    place: str
    call_back: str
    told_at: datetime


@dataclass(frozen=True, slots=True)
class EmergencyCard:
    """The patient, where they are now, help in the country, and who of the clinic helps.

    `colleagues` begins with who is on call now; then who answers for alerts and who leads the
    care. `family` are those whom the patient lets take part in visits.
    """

    clinic: Clinic
    patient: Person
    born: date
    numbers: Sequence[str]
    where: Whereabouts | None
    country_help: CrisisHelp | None
    colleagues: Sequence[Reachable]
    family: Sequence[Reachable]


async def read_emergency(unit: Unit, visit_id: str) -> EmergencyCard:
    """Return the card for staff of the visit; the reading leaves a line in the trail.

    Raises NotFound for everybody else, interpreters too.
    """
    visit, room, _ = await open_visit(unit, visit_id, Action.EMERGENCY_READ)
    person, patient = await patient_of(unit.session, visit)
    clinic = await unit.session.get_one(Clinic, visit.clinic_id)
    await trail.record_reading(unit, Action.EMERGENCY_READ, "visit", visit.id, visit.patient_id)
    return EmergencyCard(
        clinic=clinic,
        patient=person,
        born=date.fromisoformat(patient.born),
        numbers=await phone_numbers(unit.session, person.id),
        where=await _where(unit, room, person.id),
        country_help=help_in(clinic.country, unit.actor.language),
        colleagues=await _colleagues(unit, clinic, person.id),
        family=await _family(unit, person.id),
    )


async def _where(unit: Unit, room: Room, patient: str) -> Whereabouts | None:
    seat = await seat_of_person(unit.session, room.id, patient)
    told = await check_in_of(unit.session, seat.id) if seat else None
    if told is None or not (told.place or told.phone):
        return None
    return Whereabouts(told.place or "", told.phone or "", told.answered_at)


async def _colleagues(unit: Unit, clinic: Clinic, patient: str) -> list[Reachable]:
    on_call = list(await on_call_at(unit.session, clinic.id, unit.now))
    held = await open_responsibilities(unit.session, patient)
    holders = [one.person_id for matter in FIRST for one in held if one.matter == matter]
    ids = [one for one in dict.fromkeys([*on_call, *holders]) if one != unit.actor.person]
    people = await people_by_id(unit.session, ids)
    found = []
    for id in ids:
        member = await staff_member(unit.session, id)
        excluded = (await tie_of(unit.session, patient, id, unit.now)).excluded
        # Whoever is on call helps everybody; whom the patient keeps out is not named beside them.
        if member is None or (excluded and id not in on_call):
            continue
        numbers = await phone_numbers(unit.session, id)
        found.append(Reachable(people[id], Role(member.role), "", id in on_call, numbers))
    return found


async def _family(unit: Unit, patient: str) -> list[Reachable]:
    found = []
    for person, row in await kin_of(unit.session, patient):
        tie = await tie_of(unit.session, patient, person.id, unit.now)
        numbers = await phone_numbers(unit.session, person.id)
        if Scope.VISITS in tie.scopes and numbers:
            found.append(Reachable(person, None, row.relationship, False, numbers))
    return found
