"""The people close to a patient: entered, corrected, ended, and how everybody is reached."""

from dataclasses import dataclass

from rounds.consent.actions import Action
from rounds.consent.giving import withdraw
from rounds.consent.queries import consents_for
from rounds.consent.relations import require_patient
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import PersonId
from rounds.kernel.signing import Signer
from rounds.kernel.unit import Unit
from rounds.people.changing import (
    change_relationship,
    checked_relationship,
    end_relationship,
    rename,
    speak,
)
from rounds.people.contacts import add_contact, remove_contact
from rounds.people.events import PersonChanged
from rounds.people.languages import known_language
from rounds.people.model import Clinic, ContactPoint, Patient, Person, RelatedPerson, System
from rounds.people.register import Name, add_relative

NOTHING = "There is nothing here for you."


@dataclass(frozen=True, slots=True)
class Tie:
    """Who somebody is and what they are to the patient."""

    name: Name
    relationship: str
    language: str = ""


async def add_kin(
    unit: Unit, signer: Signer, patient_id: str, tie: Tie, email: str = "", phone: str = ""
) -> Person:
    """Enter somebody close to a patient, with ways to reach them."""
    patient = await require_patient(unit, Action.PATIENT_REGISTER, patient_id)
    clinic = await unit.session.get_one(Clinic, patient.clinic_id)
    person = await unit.session.get_one(Person, patient.person_id)
    language = known_language(tie.language, clinic.language) if tie.language else person.language
    relationship = checked_relationship(tie.relationship)
    kin = await add_relative(unit, clinic, person, tie.name, relationship, language=language)
    unit.tell(PersonChanged(PersonId(kin.id)))
    for system, value in ((System.EMAIL, email), (System.SMS, phone)):
        if value.strip():
            await add_contact(unit, signer, kin, system, value, clinic.country)
    return kin


async def change_kin(unit: Unit, patient_id: str, kin_id: str, tie: Tie) -> None:
    """Correct who somebody close is, and what they are to the patient."""
    patient = await require_patient(unit, Action.PATIENT_REGISTER, patient_id)
    clinic = await unit.session.get_one(Clinic, patient.clinic_id)
    person, row = await _kin(unit, patient, kin_id)
    language = known_language(tie.language, clinic.language, person.language)
    await rename(unit, person, tie.name, patient.person_id)
    await speak(unit, person, language, patient.person_id)
    await change_relationship(unit, person, row, tie.relationship)


async def end_kin(unit: Unit, patient_id: str, kin_id: str) -> None:
    """Note that somebody is not close to the patient any more; what they could see closes."""
    patient = await require_patient(unit, Action.PATIENT_REGISTER, patient_id)
    person, row = await _kin(unit, patient, kin_id)
    await end_relationship(unit, person, row)
    for one in await consents_for(unit.session, patient.person_id, person.id):
        await withdraw(unit, one, unit.actor.person or patient.person_id)


async def add_way(
    unit: Unit, signer: Signer, patient_id: str, person_id: str, system: System, value: str
) -> None:
    """Enter an address of a patient or of somebody close to them."""
    patient = await require_patient(unit, Action.PATIENT_REGISTER, patient_id)
    clinic = await unit.session.get_one(Clinic, patient.clinic_id)
    person = await _of_patient(unit, patient, person_id)
    await add_contact(unit, signer, person, system, value, clinic.country)


async def remove_way(unit: Unit, patient_id: str, contact_id: str) -> None:
    """Take an address out. Raises NotFound for one of somebody else's."""
    patient = await require_patient(unit, Action.PATIENT_REGISTER, patient_id)
    row = await unit.session.get(ContactPoint, contact_id)
    if row is None:
        raise NotFound(NOTHING)
    await _of_patient(unit, patient, row.person_id)
    await remove_contact(unit, row)


async def _of_patient(unit: Unit, patient: Patient, person_id: str) -> Person:
    if person_id == patient.person_id:
        return await unit.session.get_one(Person, person_id)
    person, _ = await _kin(unit, patient, person_id)
    return person


async def _kin(unit: Unit, patient: Patient, kin_id: str) -> tuple[Person, RelatedPerson]:
    row = await unit.session.get(RelatedPerson, kin_id)
    if row is None or row.patient_id != patient.person_id or row.ended_at is not None:
        raise NotFound(NOTHING)
    return await unit.session.get_one(Person, kin_id), row
