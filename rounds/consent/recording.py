"""What the care team writes down in the patient's presence: agreements, their end, exclusions."""

from rounds.audit import trail
from rounds.consent.actions import Action
from rounds.consent.giving import Explained, exclude, give, lift, withdraw
from rounds.consent.model import Exclusion, Section
from rounds.consent.own import Wish, check_person, foreign, last_moment
from rounds.consent.queries import consent_by_id, exclusion_by_id
from rounds.consent.relations import require_patient
from rounds.consent.sight import Sight, take_sight
from rounds.kernel.errors import Forbidden, Invalid
from rounds.kernel.unit import Unit


async def read_record(unit: Unit, patient_id: str) -> Sight:
    """Return who sees what, for a member of the care team; the reading is in the trail."""
    patient = await require_patient(unit, Action.CONSENT_RECORD, patient_id)
    await trail.record_reading(
        unit, Action.CONSENT_RECORD, "patient", patient.person_id, patient.person_id
    )
    return await take_sight(unit, patient)


async def note_agreement(unit: Unit, patient_id: str, wish: Wish, said_back: bool | None) -> None:
    """Write down what the patient agreed to after it was explained to them.

    Raises Invalid when nobody noted whether they said it back in their own words.
    """
    patient = await require_patient(unit, Action.CONSENT_RECORD, patient_id)
    if said_back is None:
        raise Invalid(
            "Please ask the patient to say it back.",
            {"said_back": "Please choose how they said it back."},
        )
    by = _by(unit)
    until = await last_moment(unit, patient, wish)
    explained = Explained(by, said_back)
    await give(unit, patient, wish.purpose, by, wish.grantee, wish.scopes, until, explained)


async def note_end(unit: Unit, patient_id: str, consent: str) -> None:
    """Write down that the patient took an agreement back."""
    patient = await require_patient(unit, Action.CONSENT_RECORD, patient_id)
    row = await consent_by_id(unit.session, patient.person_id, consent)
    if row is None:
        raise foreign(unit, Action.CONSENT_RECORD, "consent", consent)
    await withdraw(unit, row, _by(unit))


async def note_exclusion(unit: Unit, patient_id: str, person: str, section: Section | None) -> None:
    """Write down whom the patient keeps out, and of what."""
    patient = await require_patient(unit, Action.CONSENT_RECORD, patient_id)
    await check_person(unit, patient, person)
    await exclude(unit, patient, _by(unit), person, section)


async def note_lifting(unit: Unit, patient_id: str, exclusion: str) -> None:
    """Write down that the patient lets somebody in again; nobody lifts what is about themselves."""
    patient = await require_patient(unit, Action.CONSENT_RECORD, patient_id)
    row = await exclusion_by_id(unit.session, patient.person_id, exclusion)
    if row is None or not is_shown(row, _by(unit)):
        raise foreign(unit, Action.CONSENT_RECORD, "exclusion", exclusion)
    await lift(unit, row)


def is_shown(row: Exclusion, viewer: str) -> bool:
    """Tell whether a member of the team is shown an exclusion: of another person, never their own.

    What is kept from everybody, or from them, is absent; the page says to all that there may be
    such (C-03).
    """
    return row.person_id is not None and row.person_id != viewer


def _by(unit: Unit) -> str:
    if unit.actor.person is None:
        raise Forbidden("This is not open to you.")
    return unit.actor.person
