"""Entering a clinic and its people."""

from dataclasses import dataclass
from datetime import date

from rounds.audit import trail
from rounds.kernel.actor import STAFF, Role
from rounds.kernel.errors import Invalid
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Patient, Person, RelatedPerson, StaffMember

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class CrisisHelp:
    """Whom to call in danger: number, sentence, where both come from, when last looked at."""

    number: str
    text: str
    source: str
    reviewed_on: date


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name as others use it."""

    given: str
    family: str
    prefix: str | None = None


async def found_clinic(
    unit: Unit,
    name: str,
    phone: str,
    time_zone: str,
    country: str,
    language: str,
    crisis: CrisisHelp,
    is_demo: bool = False,
    second_factor: bool = True,
) -> Clinic:
    """Enter a clinic, whose staff sign in with a `second_factor` unless it is told not to.

    Raises Invalid without crisis help: nobody is left alone in danger.
    """
    if not crisis.text.strip() or not crisis.source.strip():
        raise Invalid("A clinic needs its crisis help: a sentence, its source and a date.")
    clinic = Clinic(
        id=new_id(),
        name=name,
        phone=phone,
        time_zone=time_zone,
        country=country,
        language=language,
        crisis_number=crisis.number,
        crisis_text=crisis.text,
        crisis_source=crisis.source,
        crisis_reviewed_on=crisis.reviewed_on,
        is_demo=is_demo,
        second_factor=second_factor,
    )
    unit.session.add(clinic)
    await unit.session.flush()
    await trail.record(unit, "clinic.found", "clinic", clinic.id, clinic=clinic.id)
    return clinic


async def add_staff(
    unit: Unit, clinic: Clinic, name: Name, role: Role, portrait: str | None = None
) -> Person:
    """Enter a member of staff. Raises Invalid for a role that is not one of the staff's."""
    if role not in STAFF and role is not Role.INTERPRETER:
        raise Invalid("This role is not one of the clinic's staff.")
    person = await _add_person(unit, clinic, name, portrait)
    unit.session.add(StaffMember(person_id=person.id, clinic_id=clinic.id, role=role))
    await trail.record(unit, "staff.add", "person", person.id, clinic=clinic.id)
    return person


async def add_patient(
    unit: Unit, clinic: Clinic, name: Name, born: date, number: str, portrait: str | None = None
) -> Person:
    """Enter a patient with date of birth and the clinic's own number."""
    person = await _add_person(unit, clinic, name, portrait)
    row = Patient(person_id=person.id, clinic_id=clinic.id, born=born.isoformat(), number=number)
    unit.session.add(row)
    await unit.session.flush()
    await trail.record(unit, "patient.add", "person", person.id, person.id, clinic.id)
    return person


async def add_relative(
    unit: Unit,
    clinic: Clinic,
    patient: Person,
    name: Name,
    relationship: str,
    portrait: str | None = None,
) -> Person:
    """Enter somebody related to `patient`, with what they are to them."""
    person = await _add_person(unit, clinic, name, portrait)
    unit.session.add(
        RelatedPerson(
            person_id=person.id,
            clinic_id=clinic.id,
            patient_id=patient.id,
            relationship=relationship,
        )
    )
    await trail.record(unit, "relative.add", "person", person.id, patient.id, clinic.id)
    return person


async def _add_person(unit: Unit, clinic: Clinic, name: Name, portrait: str | None) -> Person:
    for part in (name.given, name.family, name.prefix or ""):
        if len(part) > LONGEST_NAME:
            raise Invalid("This name is too long.", {"name": "Please use 200 letters or fewer."})
    if not name.given.strip() and not name.family.strip():
        raise Invalid("A person needs a name.", {"name": "Please write a name."})
    person = Person(
        id=new_id(),
        clinic_id=clinic.id,
        prefix=name.prefix,
        given_name=name.given.strip(),
        family_name=name.family.strip(),
        language=clinic.language,
        portrait=portrait,
    )
    unit.session.add(person)
    await unit.session.flush()
    return person
