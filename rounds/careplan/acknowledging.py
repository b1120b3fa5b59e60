"""Who has read the plan that was signed last, and who has not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rounds.audit import trail
from rounds.careplan.opening import admitted
from rounds.careplan.queries import plan_of_patient
from rounds.careplan.version_events import PlanAcknowledged
from rounds.careplan.version_model import Meaning, PlanAcknowledgement, PlanVersion
from rounds.careplan.version_queries import acknowledgements_of, newest_signed, signatures_of
from rounds.consent.actions import Action
from rounds.kernel.actor import Role
from rounds.kernel.database import AsyncSession
from rounds.kernel.errors import Conflict, NotFound
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.people.model import Person
from rounds.people.queries import people_by_id, staff_member, team_of

NEWER = "There is a newer plan. Please look at it again."


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether one person has read a version: when, or not yet; and what they signed it as."""

    person: Person
    role: Role
    read_at: datetime | None
    meanings: Sequence[Meaning] = ()


async def standings(session: AsyncSession, patient: str, version: PlanVersion) -> list[Standing]:
    """Return the patient and each member of the care team, whoever signed has read it.

    Who signed or read it and left the team stays in the list, after the others.
    """
    read = {
        one.person_id: one.acknowledged_at for one in await acknowledgements_of(session, version.id)
    }
    signed: dict[str, list[Meaning]] = {}
    roles: dict[str, Role] = {patient: Role.PATIENT}
    for one in await signatures_of(session, [version.id]):
        signed.setdefault(one.person_id, []).append(Meaning(one.meaning))
        roles[one.person_id] = Role(one.role)
        read[one.person_id] = min(read.get(one.person_id, one.signed_at), one.signed_at)
    team = [one.person_id for one in await team_of(session, patient)]
    wanted = list(dict.fromkeys([patient, *team, *signed, *read]))
    people = await people_by_id(session, wanted)
    for id in wanted:
        member = await staff_member(session, id) if id not in roles else None
        if member is not None:
            roles[id] = Role(member.role)
    return [
        Standing(people[id], roles[id], read.get(id), signed.get(id, ()))
        for id in wanted
        if id in people and id in roles
    ]


async def acknowledge(unit: Unit, patient_id: str, version_id: str) -> PlanVersion:
    """Note that the actor has read the version that was signed last; twice is once.

    It is for the patient and for members of the care team. Raises NotFound, and Conflict when
    another version was signed meanwhile.
    """
    patient, _ = await admitted(unit, patient_id, Action.PLAN_ACKNOWLEDGE)
    plan = await plan_of_patient(unit.session, patient.person_id)
    version = await newest_signed(unit.session, plan.id) if plan else None
    who = unit.actor.person
    found = await standings(unit.session, patient.person_id, version) if version else []
    mine = next((one for one in found if one.person.id == who), None)
    if version is None or mine is None or who is None:
        action = Action.PLAN_ACKNOWLEDGE
        trail.record_denial(unit, action, "plan", patient.person_id, patient.person_id)
        raise NotFound("There is nothing here for you.")
    if version.id != version_id:
        raise Conflict(NEWER)
    if mine.read_at is not None:
        return version
    unit.session.add(
        PlanAcknowledgement(
            id=new_id(),
            clinic_id=version.clinic_id,
            version_id=version.id,
            person_id=who,
            acknowledged_at=unit.now,
        )
    )
    await trail.record(
        unit,
        Action.PLAN_ACKNOWLEDGE,
        "plan_version",
        version.id,
        patient.person_id,
        patient.clinic_id,
    )
    unit.tell(PlanAcknowledged(patient.person_id, version.id))
    return version
