"""Lowers what somebody may do in a section of one plan, and takes it back."""

from collections.abc import Mapping
from dataclasses import dataclass

from rounds.audit import trail
from rounds.careplan.beginning import plan_of
from rounds.careplan.events import PlanRightsChanged
from rounds.careplan.model import CarePlan, PlanRight
from rounds.careplan.opening import admitted, rights_of
from rounds.careplan.queries import narrowed_in, narrowing
from rounds.careplan.rights import Right
from rounds.consent.actions import Action
from rounds.consent.relations import tie_of
from rounds.kernel.actor import Role
from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.kernel.ids import PersonId, new_id
from rounds.kernel.unit import Unit
from rounds.people.model import Patient, Person
from rounds.people.queries import people_by_id, relatives_of, staff, team_of


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a right in a plan: what their role gives them, and what was lowered."""

    person: Person
    role: Role
    by_role: Mapping[str, Right]
    lowered: Mapping[str, Right]


async def holders(unit: Unit, patient_id: str) -> list[Holder]:
    """Return everybody who may read anything of the plan. Raises NotFound or Forbidden."""
    patient, _ = await admitted(unit, patient_id, Action.PLAN_RIGHTS)
    plan, _ = await plan_of(unit, patient)
    return await _holders(unit, plan, patient)


async def lower(unit: Unit, patient_id: str, person: str, kind: str, right: Right | None) -> None:
    """Set the most that somebody may do in a kind of section; None: what their role gives.

    It counts at once. Raises NotFound for who has nothing in the plan, Invalid for a section that
    is none of theirs or a right that is not lower, Conflict for one's own: nobody shuts themself
    out by mistake, or lets themself in again.
    """
    patient, _ = await admitted(unit, patient_id, Action.PLAN_RIGHTS)
    if person == unit.actor.person:
        raise Conflict("Ask a colleague to change your own rights.")
    plan, _ = await plan_of(unit, patient)
    found = await _holders(unit, plan, patient)
    holder = next((one for one in found if one.person.id == person), None)
    if holder is None:
        raise NotFound("There is nothing here for you.")
    if kind not in holder.by_role or (right is not None and right >= holder.by_role[kind]):
        raise Invalid("Choose less than what the role gives.")
    row = await narrowing(unit.session, plan.id, person, kind)
    if row is not None:
        await unit.session.delete(row)
        await unit.session.flush()
    if right is not None:
        row = PlanRight(
            id=new_id(),
            clinic_id=plan.clinic_id,
            plan_id=plan.id,
            person_id=person,
            kind=kind,
            right=int(right),
            set_by=unit.actor.person,
            set_at=unit.now,
        )
        unit.session.add(row)
        await unit.session.flush()
    await trail.record(
        unit, Action.PLAN_RIGHTS, "plan", patient.person_id, patient.person_id, patient.clinic_id
    )
    unit.tell(PlanRightsChanged(PersonId(patient.person_id), PersonId(person)))


async def _holders(unit: Unit, plan: CarePlan, patient: Patient) -> list[Holder]:
    session = unit.session
    roles = {
        person.id: Role(member.role) for person, member in await staff(session, patient.clinic_id)
    }
    team = {
        one.person_id: roles.get(one.person_id) for one in await team_of(session, patient.person_id)
    }
    family = {one.id: Role.RELATIVE for one in await relatives_of(session, patient.person_id)}
    who = {patient.person_id: Role.PATIENT, **family, **team}
    people = await people_by_id(session, who)
    lowered = await narrowed_in(session, plan.id)
    found = []
    for person, role in who.items():
        tie = await tie_of(session, patient.person_id, person, unit.now)
        by_role = rights_of(role, tie, {})
        if role is None or not by_role:
            continue
        own = {kind: right for (whose, kind), right in lowered.items() if whose == person}
        found.append(Holder(people[person], role, by_role, own))
    return found
