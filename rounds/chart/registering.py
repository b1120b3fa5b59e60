"""Enters a patient and corrects what the clinic knows of them."""

from dataclasses import dataclass
from datetime import date

from rounds.chart.teaming import begin
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.consent.relations import may, relation_to, require_patient
from rounds.kernel.actor import CLINICIANS
from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.kernel.ids import PersonId
from rounds.kernel.signing import Signer
from rounds.kernel.unit import Unit
from rounds.people.changing import change_patient, rename, speak
from rounds.people.contacts import add_contact
from rounds.people.events import PatientAdded
from rounds.people.languages import known_language
from rounds.people.likeness import find_alike, find_by_number, index_patient
from rounds.people.model import Clinic, Patient, Person, System
from rounds.people.queries import locked_clinic
from rounds.people.register import Name, add_patient, checked_name, checked_number
from rounds.people.teams import join

OLDEST_YEARS = 130


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a patient is; `interpreter` is the language an interpreter is needed for, or empty."""

    name: Name
    born: date
    number: str
    language: str = ""
    interpreter: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A patient to be entered, with ways to reach them and who cares for them."""

    identity: Identity
    email: str = ""
    phone: str = ""
    lead: str = ""
    coordinator: str = ""


async def register(unit: Unit, signer: Signer, entry: Entry, despite_alike: bool = False) -> Person:
    """Enter a patient; a clinician who does so belongs to the team.

    Raises Conflict when the number is taken, and (unless `despite_alike`) when somebody of the
    same name and date of birth is known: `taken` and `alike` name those the actor may open.
    """
    require(unit, Action.PATIENT_ADD, Thing("clinic", unit.actor.clinic, unit.actor.clinic))
    clinic = await locked_clinic(unit.session, unit.actor.clinic)
    if clinic is None:
        raise NotFound("There is nothing here for you.")
    await _refuse_taken(unit, signer, clinic, entry.identity.number)
    if not despite_alike:
        await _refuse_alike(unit, signer, clinic, entry.identity)
    person, patient = await enter(unit, signer, clinic, entry)
    if unit.actor.role in CLINICIANS and unit.actor.person:
        await join(unit, patient, unit.actor.person)
    return person


async def enter(unit: Unit, signer: Signer, clinic: Clinic, entry: Entry) -> tuple[Person, Patient]:
    """Enter a patient whose number was found free under the clinic's lock."""
    identity = entry.identity
    check_born(identity.born, unit.now.date())
    person = await add_patient(
        unit,
        clinic,
        identity.name,
        identity.born,
        identity.number,
        language=_language(identity.language, clinic) or clinic.language,
        interpreter=_language(identity.interpreter, clinic) or None,
    )
    patient = await unit.session.get_one(Patient, person.id)
    await index_patient(unit, signer, person, patient)
    for system, value in ((System.EMAIL, entry.email), (System.SMS, entry.phone)):
        if value.strip():
            await add_contact(unit, signer, person, system, value, clinic.country)
    unit.tell(PatientAdded(PersonId(person.id)))
    if entry.lead or entry.coordinator:
        await begin(unit, patient, entry.lead, entry.coordinator)
    return person, patient


async def correct(unit: Unit, signer: Signer, patient_id: str, identity: Identity) -> Person:
    """Correct who a patient is. Raises Conflict when another patient has that number."""
    clinic = await locked_clinic(unit.session, unit.actor.clinic)
    patient = await require_patient(unit, Action.PATIENT_REGISTER, patient_id)
    if clinic is None:
        raise NotFound("There is nothing here for you.")
    check_born(identity.born, unit.now.date())
    person = await unit.session.get_one(Person, patient.person_id)
    await _refuse_taken(unit, signer, clinic, identity.number, but=patient.person_id)
    language = _language(identity.language, clinic, person.language)
    interpreter = _language(identity.interpreter, clinic, patient.interpreter or "")
    await rename(unit, person, identity.name, person.id)
    await speak(unit, person, language or clinic.language, person.id)
    await change_patient(unit, person, patient, identity.born, identity.number, interpreter or None)
    await index_patient(unit, signer, person, patient)
    return person


def check_born(born: date, today: date) -> None:
    """Raise Invalid for a date of birth in the future or of nobody alive."""
    if born > today:
        raise Invalid("This date is in the future.", {"born": "Please check the year."})
    if today.year - born.year > OLDEST_YEARS:
        raise Invalid("This date is too long ago.", {"born": "Please check the year."})


def _language(tag: str, clinic: Clinic, *in_use: str) -> str:
    return known_language(tag, clinic.language, *in_use) if tag else ""


async def _refuse_taken(
    unit: Unit, signer: Signer, clinic: Clinic, number: str, but: str = ""
) -> None:
    known = await find_by_number(unit, signer, clinic.id, checked_number(number))
    if known is not None and known.person_id != but:
        seen = [known.person_id] if await may(unit, Action.PATIENT_REGISTER, known) else []
        raise Conflict("Another patient has this number.", taken=seen)


async def _refuse_alike(unit: Unit, signer: Signer, clinic: Clinic, identity: Identity) -> None:
    name = checked_name(identity.name)
    born = identity.born.isoformat()
    known = await find_alike(unit, signer, clinic.id, name.given, name.family, born)
    # Who is kept out by a patient is told nothing of them, not even by this warning.
    told = [one for one in known if not await _is_kept_out(unit, one)]
    if told:
        seen = [one.person_id for one in told if await may(unit, Action.PATIENT_REGISTER, one)]
        raise Conflict(
            "A patient of this name and date of birth is known here already.", alike=seen
        )


async def _is_kept_out(unit: Unit, patient: Patient) -> bool:
    return (await relation_to(unit, patient.person_id)).excluded
