"""Changes what the clinic knows of a person: name, language, number, relationship."""

from datetime import date

from rounds.audit import trail
from rounds.kernel.errors import Invalid
from rounds.kernel.ids import PersonId
from rounds.kernel.unit import Unit
from rounds.people.events import PersonChanged
from rounds.people.model import Patient, Person, RelatedPerson
from rounds.people.register import UNSEEN, Name, checked_name, checked_number

LONGEST_RELATIONSHIP = 60


async def rename(unit: Unit, person: Person, name: Name, patient: str | None) -> None:
    """Give a person another name; `patient` is whose record the line in the trail belongs to."""
    new = checked_name(name)
    if (person.given_name, person.family_name, person.prefix) == (
        new.given,
        new.family,
        new.prefix,
    ):
        return
    person.given_name, person.family_name, person.prefix = new.given, new.family, new.prefix
    await _note(unit, person, "person.rename", patient)


async def speak(unit: Unit, person: Person, language: str, patient: str | None) -> None:
    """Speak to a person in another language from now on."""
    if person.language != language:
        person.language = language
        await _note(unit, person, "person.language", patient)


async def change_patient(
    unit: Unit, person: Person, patient: Patient, born: date, number: str, interpreter: str | None
) -> None:
    """Correct date of birth, number and whether an interpreter is needed, each with its line."""
    checked = checked_number(number)
    if patient.born != born.isoformat():
        patient.born = born.isoformat()
        await _note(unit, person, "patient.born", person.id)
    if patient.number != checked:
        patient.number = checked
        await _note(unit, person, "patient.number", person.id)
    if patient.interpreter != interpreter:
        patient.interpreter = interpreter
        await _note(unit, person, "patient.interpreter", person.id)


def checked_relationship(words: str) -> str:
    """Return what somebody is to a patient. Raises Invalid for nothing, or for far too much."""
    found = words.strip()
    if not found or UNSEEN.search(found):
        raise Invalid(
            "We need to know who this is.", {"relationship": "Please choose, or write it yourself."}
        )
    if len(found) > LONGEST_RELATIONSHIP:
        raise Invalid("This is too long.", {"relationship": "Please use 60 letters or fewer."})
    return found


async def change_relationship(
    unit: Unit, person: Person, row: RelatedPerson, relationship: str
) -> None:
    """Correct what somebody is to the patient."""
    checked = checked_relationship(relationship)
    if row.relationship != checked:
        row.relationship = checked
        await _note(unit, person, "relative.relationship", row.patient_id)


async def end_relationship(unit: Unit, person: Person, row: RelatedPerson) -> None:
    """Note that somebody is no relative of the patient any more; what was done with them stays."""
    if row.ended_at is None:
        row.ended_at = unit.now
        await _note(unit, person, "relative.end", row.patient_id)


async def _note(unit: Unit, person: Person, action: str, patient: str | None) -> None:
    unit.tell(PersonChanged(PersonId(person.id)))
    await trail.record(unit, action, "person", person.id, patient, person.clinic_id)
