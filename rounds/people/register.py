"""Entering a clinic and its people."""

import re
from dataclasses import dataclass
from datetime import date

from rounds.audit import trail
from rounds.kernel.actor import STAFF, Role
from rounds.kernel.errors import Invalid
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Patient, Person, RelatedPerson, StaffMember

LONGEST_NAME = 200
LONGEST_NUMBER = 40
# Control characters, halves of characters, and marks that turn the writing of what follows.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


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
    unit: Unit,
    clinic: Clinic,
    name: Name,
    born: date,
    number: str,
    portrait: str | None = None,
    language: str = "",
    interpreter: str | None = None,
) -> Person:
    """Enter a patient with date of birth and the clinic's own number.

    Without `language` it is the clinic's; `interpreter` is the one an interpreter is needed for.
    """
    person = await _add_person(unit, clinic, name, portrait, language)
    unit.session.add(
        Patient(
            person_id=person.id,
            clinic_id=clinic.id,
            born=born.isoformat(),
            number=checked_number(number),
            interpreter=interpreter,
        )
    )
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
    language: str = "",
) -> Person:
    """Enter somebody related to `patient`, with what they are to them."""
    person = await _add_person(unit, clinic, name, portrait, language)
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


def checked_name(name: Name) -> Name:
    """Return a name without spaces around it. Raises Invalid for one nobody can have."""
    for part in (name.given, name.family, name.prefix or ""):
        if len(part.strip()) > LONGEST_NAME:
            raise Invalid("This name is too long.", {"name": "Please use 200 letters or fewer."})
        if UNSEEN.search(part):
            raise Invalid(
                "This name has characters that cannot be seen.",
                {"name": "Please type the name again."},
            )
    given, family = name.given.strip(), name.family.strip()
    if not given and not family:
        raise Invalid("A person needs a name.", {"name": "Please write a name."})
    return Name(given, family, (name.prefix or "").strip() or None)


def checked_number(number: str) -> str:
    """Return the clinic's number of a patient. Raises Invalid for none, or one nobody can read."""
    found = number.strip()
    if not found:
        raise Invalid("A patient needs a number.", {"number": "Please write your clinic's number."})
    if len(found) > LONGEST_NUMBER:
        raise Invalid("This number is too long.", {"number": "Please use 40 signs or fewer."})
    if UNSEEN.search(found):
        raise Invalid(
            "This number has characters that cannot be seen.",
            {"number": "Please type the number again."},
        )
    return found


async def _add_person(
    unit: Unit, clinic: Clinic, name: Name, portrait: str | None, language: str = ""
) -> Person:
    checked = checked_name(name)
    person = Person(
        id=new_id(),
        clinic_id=clinic.id,
        prefix=checked.prefix,
        given_name=checked.given,
        family_name=checked.family,
        language=language or clinic.language,
        portrait=portrait,
    )
    unit.session.add(person)
    await unit.session.flush()
    return person
