"""What ties an actor to a patient: read from the database, decided on in `access`."""

from rounds.consent.access import Action, Relation, Thing, can, require
from rounds.consent.queries import consents_for, exclusions_for
from rounds.kernel.actor import Actor
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Patient
from rounds.people.queries import membership_of, patient_by_id


async def relation_to(unit: Unit, patient: str, actor: Actor | None = None) -> Relation:
    """Return the tie between `actor` (the unit's own, if none is given) and a patient now."""
    who = actor or unit.actor
    if who.person is None:
        return Relation()
    excluding = await exclusions_for(unit.session, patient, who.person)
    given = await consents_for(unit.session, patient, who.person)
    scopes = [one.opened for one in given if one.holds(unit.now)]
    own = who.person == patient
    return Relation(
        own=own,
        member=await membership_of(unit.session, patient, who.person) is not None,
        scopes=frozenset().union(*scopes),
        excluded=not own and any(one.section is None for one in excluding),
        withheld=frozenset(one.section for one in excluding if one.section and not own),
    )


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
