"""Who comes to a patient's plan: asked once for the plan, then for each section."""

from collections.abc import Mapping
from dataclasses import dataclass

from rounds.careplan.beginning import plan_of
from rounds.careplan.kinds import SECTIONS
from rounds.careplan.model import CarePlan
from rounds.careplan.queries import narrowed_for
from rounds.careplan.rights import Right, right_of
from rounds.consent.access import Relation, Thing, can, require
from rounds.consent.actions import Action
from rounds.consent.relations import may, relation_to
from rounds.kernel.actor import Role
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Patient
from rounds.people.queries import patient_by_id
from rounds.rooms.model import Standing
from rounds.rooms.queries import room_by_id, seat_of_person


@dataclass(frozen=True, slots=True)
class Opened:
    """A plan as somebody may have it: the ids of all its sections and the right in each, by kind.

    A kind without a right is in neither: what may not be read is absent.
    """

    plan: CarePlan
    patient: Patient
    sections: dict[str, str]
    rights: dict[str, Right]


async def open_plan(unit: Unit, patient_id: str, action: Action = Action.PLAN_OPEN) -> Opened:
    """Return the plan of a patient for the actor. Raises NotFound or Forbidden."""
    patient, tie = await admitted(unit, patient_id, action)
    plan, sections = await plan_of(unit, patient)
    rights = await rights_in(unit, plan.id, tie)
    return Opened(
        plan, patient, {kind: id for kind, id in sections.items() if kind in rights}, rights
    )


async def may_open(unit: Unit, patient_id: str) -> bool:
    """Say whether the actor comes to a plan, for a page that shows something of it or nothing."""
    patient = await patient_by_id(unit.session, patient_id)
    if patient is None:
        return False
    tie = await relation_to(unit, patient_id)
    thing = Thing("plan", patient_id, patient.clinic_id, patient_id, None, tie)
    return can(unit.actor, Action.PLAN_OPEN, thing).allowed


async def admitted(unit: Unit, patient_id: str, action: Action) -> tuple[Patient, Relation]:
    """Return a patient and the actor's tie to them. Raises NotFound or Forbidden.

    For one that is none the answer is the same.
    """
    patient = await patient_by_id(unit.session, patient_id)
    tie = await relation_to(unit, patient_id) if patient else Relation()
    about = await _room_about(unit, patient_id)
    clinic = patient.clinic_id if patient else None
    known = patient_id if patient else None
    require(unit, action, Thing("plan", patient_id, clinic, known, about, tie))
    if patient is None:
        raise NotFound("There is nothing here for you.")
    return patient, tie


async def _room_about(unit: Unit, patient_id: str) -> str | None:
    """Return the room of a guest who was let in where people meet about this patient.

    A link is proved by nothing but having it; who sits in the call was seen by a clinician.
    """
    actor = unit.actor
    room = await room_by_id(unit.session, actor.room) if actor.is_guest and actor.room else None
    if room is None or not room.is_open or room.patient_id != patient_id:
        return None
    seat = await seat_of_person(unit.session, room.id, actor.person)
    return room.id if seat is not None and seat.standing == Standing.ADMITTED else None


async def deeds_in(unit: Unit, patient: Patient) -> dict[str, bool]:
    """Say what staff may do with a plan beside reading it, as pages offer it."""
    return {
        "may_sign": await may(unit, Action.PLAN_SIGN, patient),
        "may_narrow": await may(unit, Action.PLAN_RIGHTS, patient),
        "may_fill": await may(unit, Action.PLAN_TEMPLATE, patient),
    }


async def rights_in(unit: Unit, plan: str, tie: Relation) -> dict[str, Right]:
    """Return the actor's right in each section of a plan that they may at least read now."""
    narrowed = await narrowed_for(unit.session, plan, unit.actor.person)
    return rights_of(unit.actor.role, tie, narrowed)


def rights_of(role: Role | None, tie: Relation, narrowed: Mapping[str, Right]) -> dict[str, Right]:
    """Return somebody's right in each kind of section that they may at least read."""
    found = {kind: right_of(kind, role, tie, narrowed) for kind in SECTIONS}
    return {kind: right for kind, right in found.items() if right is not Right.NONE}
