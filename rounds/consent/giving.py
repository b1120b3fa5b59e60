"""Agreeing and taking it back; keeping somebody or something out and letting in again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rounds.audit import trail
from rounds.consent.events import AccessEnded, ConsentGiven, ConsentWithdrawn
from rounds.consent.handing import pass_matters
from rounds.consent.model import Consent, Exclusion, Purpose, Scope, Section
from rounds.consent.queries import consents_to, exclusions_of, kept_out_of
from rounds.consent.texts import NEWEST
from rounds.kernel.errors import Conflict, Invalid
from rounds.kernel.ids import ConsentId, PersonId, new_id
from rounds.kernel.unit import Unit
from rounds.people.model import Patient, Person
from rounds.people.queries import is_close_to

LONGEST_WORDS = 300
LONGEST_ACCESS = timedelta(days=731)
OPENS_THE_RECORD = frozenset({Purpose.FAMILY, Purpose.TREATMENT})
"""Purposes whose end closes something at once; the others are asked for when they are needed."""


@dataclass(frozen=True, slots=True)
class Explained:
    """By whom of the staff a text was explained, and whether the patient then said it back."""

    by: str
    said_back: bool


async def give(
    unit: Unit,
    patient: Patient,
    purpose: Purpose,
    by: str,
    grantee: str | None = None,
    scopes: frozenset[Scope] = frozenset(),
    until: datetime | None = None,
    explained: Explained | None = None,
) -> Consent:
    """Note what the patient agrees to; `by` is who pressed or wrote it down.

    A newer agreement about the same person or purpose stands for the older one: to extend or to
    change is to agree anew. Raises Invalid for family access without a person close to the
    patient, a part of the record and an end within two years; Conflict for somebody whom the
    patient keeps out.
    """
    _check_wish(unit, purpose, grantee, scopes, until)
    if grantee is not None:
        await _check_grantee(unit, patient, grantee)
    person = await unit.session.get_one(Person, patient.person_id)
    older = await _holding(unit, patient, purpose, grantee)
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
        explained_by=explained.by if explained else None,
        said_back=explained.said_back if explained else None,
    )
    unit.session.add(row)
    lost: frozenset[Scope] = frozenset()
    for one in older:
        one.replaced_at = unit.now
        lost |= one.opened - scopes
    await unit.session.flush()
    whom = PersonId(grantee) if grantee else None
    unit.tell(ConsentGiven(ConsentId(row.id), PersonId(patient.person_id), whom))
    if lost:
        visits = Scope.VISITS in lost
        unit.tell(AccessEnded(PersonId(patient.person_id), whom, "consent_changed", visits))
    await trail.record(
        unit, f"consent.give.{purpose}", "consent", row.id, patient.person_id, patient.clinic_id
    )
    return row


async def withdraw(unit: Unit, row: Consent, by: str) -> None:
    """Take an agreement back; what it opened closes at once, what was done under it stays."""
    if row.withdrawn_at is not None or row.replaced_at is not None:
        return
    row.withdrawn_at, row.withdrawn_by = unit.now, by
    await unit.session.flush()
    patient = PersonId(row.patient_id)
    unit.tell(ConsentWithdrawn(ConsentId(row.id), patient, row.purpose))
    if row.purpose in OPENS_THE_RECORD:
        whom = PersonId(row.grantee_id) if row.grantee_id else None
        visits = whom is not None and Scope.VISITS in row.opened
        unit.tell(AccessEnded(patient, whom, "consent_withdrawn", visits))
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
    """Keep a person, a section, or a section from a person out; what stands already stays as it is.

    Whatever the person answers for passes to somebody else of the team in the same moment.
    Raises Invalid for neither person nor section, Conflict when nobody else could answer.
    """
    if person is None and section is None:
        raise Invalid("Please choose a person or a part of your record.")
    if person == patient.person_id:
        raise Invalid("Nobody can be kept out of their own record.")
    if len(words) > LONGEST_WORDS:
        raise Invalid("This is too long.", {"words": "Please use 300 letters or fewer."})
    for one in await exclusions_of(unit.session, patient.person_id):
        if (one.person_id, one.section) == (person, section):
            return one
    if person is not None and section is None:
        await pass_matters(unit, patient, person)
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
    visits = section in (None, Section.VISITS)
    unit.tell(AccessEnded(PersonId(patient.person_id), whom, "excluded", visits))
    await trail.record(
        unit, "exclusion.make", "exclusion", row.id, patient.person_id, patient.clinic_id
    )
    return row


async def lift(unit: Unit, row: Exclusion) -> None:
    """Let in again; what was open before the exclusion and has not ended since opens again."""
    if row.lifted_at is None:
        row.lifted_at = unit.now
        await trail.record(
            unit, "exclusion.lift", "exclusion", row.id, row.patient_id, row.clinic_id
        )


def _check_wish(
    unit: Unit,
    purpose: Purpose,
    grantee: str | None,
    scopes: frozenset[Scope],
    until: datetime | None,
) -> None:
    if purpose is Purpose.FAMILY and (grantee is None or not scopes or until is None):
        raise Invalid("Family access needs a person, what they may see, and an end.")
    if purpose is not Purpose.FAMILY and (grantee is not None or scopes):
        raise Invalid("Only family access names a person and parts of the record.")
    if until is not None and until <= unit.now:
        raise Invalid("This end is in the past.", {"until": "Please choose a later day."})
    if until is not None and until > unit.now + LONGEST_ACCESS:
        raise Invalid(
            "This end is too far away.", {"until": "Please choose a day within two years."}
        )


async def _check_grantee(unit: Unit, patient: Patient, grantee: str) -> None:
    if not await is_close_to(unit.session, patient.person_id, grantee):
        raise Invalid("Please choose somebody close to you whom the clinic knows.")
    if grantee in await kept_out_of(unit.session, patient.person_id):
        raise Conflict("This person is kept out. Let them in again first.")


async def _holding(
    unit: Unit, patient: Patient, purpose: Purpose, grantee: str | None
) -> list[Consent]:
    given = await consents_to(unit.session, patient.person_id, purpose)
    return [one for one in given if one.grantee_id == grantee and one.holds(unit.now)]
