"""Finds a patient by number, or those of one name and date of birth, without reading the rows."""

import unicodedata
from collections.abc import Sequence

from rounds.kernel.signing import Signer
from rounds.kernel.unit import Unit
from rounds.people.model import Patient, Person
from rounds.people.queries import patient_by_number, patients_by_likeness, unindexed_patients

NUMBER, LIKENESS = "patient number", "patient likeness"


def folded(text: str) -> str:
    """Return a text as people compare it: without case, accents, width and doubled spaces."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(one for one in parts if not unicodedata.combining(one))
    return " ".join(plain.casefold().split())


def number_index(signer: Signer, number: str) -> str:
    """Return the blind index of a clinic's number."""
    return signer.index(NUMBER, folded(number))


def likeness(signer: Signer, given: str, family: str, born: str) -> str:
    """Return the blind index of a name and a date of birth (ISO 8601)."""
    return signer.index(LIKENESS, "\n".join((folded(given), folded(family), born)))


async def find_by_number(unit: Unit, signer: Signer, clinic: str, number: str) -> Patient | None:
    """Return the patient with a number; hold the clinic's lock to rely on the answer."""
    await index_older(unit, signer, clinic)
    return await patient_by_number(unit.session, clinic, number_index(signer, number))


async def find_alike(
    unit: Unit, signer: Signer, clinic: str, given: str, family: str, born: str
) -> Sequence[Patient]:
    """Return the patients of the same name and date of birth."""
    await index_older(unit, signer, clinic)
    wanted = likeness(signer, given, family, born)
    return await patients_by_likeness(unit.session, clinic, wanted)


async def index_patient(unit: Unit, signer: Signer, person: Person, patient: Patient) -> None:
    """Make a patient findable by what the rows say now. Call it under the clinic's lock."""
    patient.number_index = number_index(signer, patient.number)
    patient.likeness = likeness(signer, person.given_name, person.family_name, patient.born)
    await unit.session.flush()


async def index_older(unit: Unit, signer: Signer, clinic: str) -> None:
    """Make those findable who were entered before there were indexes; each once.

    Of two with the same number the older one keeps it; both stay what they are.
    """
    for person, patient in await unindexed_patients(unit.session, clinic):
        index = number_index(signer, patient.number)
        if await patient_by_number(unit.session, clinic, index) is None:
            patient.number_index = index
        patient.likeness = likeness(signer, person.given_name, person.family_name, patient.born)
        await unit.session.flush()
