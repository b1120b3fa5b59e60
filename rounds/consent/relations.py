"""What ties an actor to a patient: read from the database, decided on in `access`."""

from collections.abc import Sequence
from datetime import datetime

from rounds.consent.access import Relation, Thing, can, require
from rounds.consent.actions import Action
from rounds.consent.model import SECTION_OF, Consent, Purpose, Scope, Section
from rounds.consent.queries import consents_to, consents_touching, exclusions_for
from rounds.kernel.actor import Actor
from rounds.kernel.database import AsyncSession
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Patient
from rounds.people.queries import membership_of, patient_by_id


async def relation_to(unit: Unit, patient: str, actor: Actor | None = None) -> Relation:
    """Return the tie between `actor` (the unit's own, if none is given) and a patient now."""
    person = (actor or unit.actor).person
    if unit.remembered is None:
        return await tie_of(unit.session, patient, person, unit.now)
    tie: Relation | None = unit.remembered.get(("tie", patient, person))
    if tie is None:
        tie = await tie_of(unit.session, patient, person, unit.now)
        unit.remembered["tie", patient, person] = tie
    return tie


async def tie_of(
    session: AsyncSession, patient: str, person: str | None, now: datetime
) -> Relation:
    """Return the tie between a person and a patient at `now`.

    What is kept from somebody is not among the parts that are opened to them. A patient who took
    back that the team works together keeps every section from each member, save what that member
    wrote: the team goes on, without sharing.
    """
    if person is None:
        return Relation()
    if person == patient:
        return Relation(own=True)
    excluding = await exclusions_for(session, patient, person)
    given = await consents_touching(session, patient, person)
    member = await membership_of(session, patient, person) is not None
    excluded = any(one.section is None for one in excluding)
    withheld = frozenset(Section(one.section) for one in excluding if one.section)
    opened: frozenset[Scope] = frozenset()
    for one in given:
        if one.grantee_id == person and one.holds(now):
            opened |= one.opened
    if member and taken_back([one for one in given if one.purpose == Purpose.TREATMENT], now):
        withheld = frozenset(Section)
    return Relation(
        member=member,
        scopes=frozenset() if excluded else allowed(opened, withheld),
        excluded=excluded,
        withheld=withheld,
    )


def allowed(opened: frozenset[Scope], withheld: frozenset[Section]) -> frozenset[Scope]:
    """Return the opened parts that no exclusion keeps back."""
    return frozenset(one for one in opened if SECTION_OF.get(one) not in withheld)


def taken_back(given: Sequence[Consent], now: datetime) -> bool:
    """Tell whether somebody who once agreed does so no longer."""
    return bool(given) and not any(one.holds(now) for one in given)


async def agrees(unit: Unit, patient: str, purpose: Purpose) -> bool | None:
    """Tell whether a patient agrees to a purpose now; None for one they were never asked about."""
    given = await consents_to(unit.session, patient, purpose)
    return any(one.holds(unit.now) for one in given) if given else None


async def require_patient(unit: Unit, action: Action, patient_id: str) -> Patient:
    """Return a patient to whom the actor may do `action`.

    Raises NotFound or Forbidden as `access.require` does, the same for a patient that is none.
    """
    patient = await patient_by_id(unit.session, patient_id)
    relation = await relation_to(unit, patient_id) if patient else Relation()
    clinic = patient.clinic_id if patient else None
    thing = Thing("patient", patient_id, clinic, patient_id if patient else None, None, relation)
    require(unit, action, thing)
    if patient is None:
        raise NotFound("There is nothing here for you.")
    return patient


async def may(unit: Unit, action: Action, patient: Patient) -> bool:
    """Tell whether the actor may do `action` to a patient, for a page that shows what is open."""
    relation = await relation_to(unit, patient.person_id)
    thing = Thing(
        "patient", patient.person_id, patient.clinic_id, patient.person_id, None, relation
    )
    return can(unit.actor, action, thing).allowed
