"""Agreeing and taking it back; keeping somebody or something out and letting in again."""

from datetime import datetime

from rounds.audit import trail
from rounds.consent.events import AccessEnded, ConsentGiven
from rounds.consent.model import Consent, Exclusion, Purpose, Scope, Section
from rounds.consent.texts import NEWEST
from rounds.kernel.errors import Invalid
from rounds.kernel.ids import ConsentId, PersonId, new_id
from rounds.kernel.unit import Unit
from rounds.people.model import Patient, Person

LONGEST_WORDS = 300


async def give(
    unit: Unit,
    patient: Patient,
    purpose: Purpose,
    by: str,
    grantee: str | None = None,
    scopes: frozenset[Scope] = frozenset(),
    until: datetime | None = None,
) -> Consent:
    """Note what the patient agrees to; `by` is who pressed or wrote it down.

    Raises Invalid for family access without a person, a part of the record and an end.
    """
    if purpose is Purpose.FAMILY and (grantee is None or not scopes or until is None):
        raise Invalid("Family access needs a person, what they may see, and an end.")
    if until is not None and until <= unit.now:
        raise Invalid("This end is in the past.", {"until": "Please choose a later day."})
    person = await unit.session.get_one(Person, patient.person_id)
    row = Consent(
        id=new_id(),
        clinic_id=patient.clinic_id,
        patient_id=patient.person_id,
        purpose=purpose,
        grantee_id=grantee,
        scopes=",".join(sorted(scopes)),
        text_version=NEWEST[purpose],
        language=person.language,
        given_at=unit.now,
        given_by=by,
        until=until,
    )
    unit.session.add(row)
    await unit.session.flush()
    whom = PersonId(grantee) if grantee else None
    unit.tell(ConsentGiven(ConsentId(row.id), PersonId(patient.person_id), whom))
    await trail.record(
        unit, f"consent.give.{purpose}", "consent", row.id, patient.person_id, patient.clinic_id
    )
    return row


async def withdraw(unit: Unit, row: Consent, by: str) -> None:
    """Take an agreement back; what it opened closes at once, what was done under it stays."""
    if row.withdrawn_at is not None:
        return
    row.withdrawn_at, row.withdrawn_by = unit.now, by
    whom = PersonId(row.grantee_id) if row.grantee_id else None
    unit.tell(AccessEnded(PersonId(row.patient_id), whom, "consent_withdrawn"))
    await trail.record(
        unit, f"consent.withdraw.{row.purpose}", "consent", row.id, row.patient_id, row.clinic_id
    )


async def exclude(
    unit: Unit,
    patient: Patient,
    by: str,
    person: str | None = None,
    section: Section | None = None,
    words: str = "",
) -> Exclusion:
    """Keep a person, a section, or a section from a person out. Raises Invalid for neither."""
    if person is None and section is None:
        raise Invalid("Please choose a person or a part of your record.")
    if person == patient.person_id:
        raise Invalid("Nobody can be kept out of their own record.")
    if len(words) > LONGEST_WORDS:
        raise Invalid("This is too long.", {"words": "Please use 300 letters or fewer."})
    row = Exclusion(
        id=new_id(),
        clinic_id=patient.clinic_id,
        patient_id=patient.person_id,
        person_id=person,
        section=section,
        words=words,
        begins_at=unit.now,
        made_by=by,
    )
    unit.session.add(row)
    await unit.session.flush()
    whom = PersonId(person) if person else None
    unit.tell(AccessEnded(PersonId(patient.person_id), whom, "excluded"))
    await trail.record(
        unit, "exclusion.make", "exclusion", row.id, patient.person_id, patient.clinic_id
    )
    return row


async def lift(unit: Unit, row: Exclusion) -> None:
    """Let in again."""
    if row.lifted_at is None:
        row.lifted_at = unit.now
        await trail.record(
            unit, "exclusion.lift", "exclusion", row.id, row.patient_id, row.clinic_id
        )
