"""Who belongs to a patient's care team, and who answers for what in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rounds.chart.queries.patients import without_account
from rounds.consent.actions import Action
from rounds.consent.relations import relation_to, require_patient
from rounds.kernel.actor import CLINICIANS, STAFF, Actor, Role
from rounds.kernel.errors import Conflict, Invalid
from rounds.kernel.ids import PersonId, is_id
from rounds.kernel.unit import Unit
from rounds.people.model import Matter, Patient, Person
from rounds.people.queries import membership_of, open_responsibilities, staff, staff_member
from rounds.people.teams import begin_team, hand_over, join, leave

ELIGIBLE: Mapping[Matter, frozenset[Role]] = {
    Matter.LEAD: CLINICIANS,
    Matter.ALERTS: CLINICIANS,
    Matter.COORDINATION: STAFF,
}
"""Whose profession allows to answer for what; interpreters belong to no team."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the staff who can belong to a team."""

    person: Person
    role: Role

    def can_answer_for(self, matter: Matter) -> bool:
        """Say whether the role allows it."""
        return self.role in ELIGIBLE[matter]


async def colleagues(unit: Unit, clinic: str) -> Sequence[Colleague]:
    """Return the staff of a clinic who can belong to a care team, in the order they were added."""
    closed = await without_account(unit.session, clinic)
    return [
        Colleague(person, Role(member.role))
        for person, member in await staff(unit.session, clinic)
        if member.role in STAFF and person.id not in closed
    ]


async def begin(unit: Unit, patient: Patient, lead: str, coordinator: str) -> None:
    """Begin a team. Raises Invalid when one of the two is missing or may not answer for it."""
    if not lead or not coordinator:
        missing = "coordinator" if lead else "lead"
        raise Invalid(
            "A care team needs somebody who leads and somebody who coordinates.",
            {missing: "Please choose somebody."},
        )
    await _check(unit, patient, lead, Matter.LEAD, "lead")
    await _check(unit, patient, coordinator, Matter.COORDINATION, "coordinator")
    await begin_team(unit, patient, lead, coordinator)


async def begin_for(unit: Unit, patient_id: str, lead: str, coordinator: str) -> None:
    """Begin the team of a patient who has none. Raises Conflict when somebody was faster."""
    patient = await require_patient(unit, Action.TEAM_MANAGE, patient_id)
    if await open_responsibilities(unit.session, patient.person_id):
        raise Conflict("This patient has a care team already.")
    await begin(unit, patient, lead, coordinator)


async def add_member(unit: Unit, patient_id: str, person: str) -> None:
    """Take somebody into the team."""
    patient = await require_patient(unit, Action.TEAM_MANAGE, patient_id)
    await _check(unit, patient, person, None, "person")
    await join(unit, patient, person)


async def remove_member(unit: Unit, patient_id: str, person: str) -> None:
    """End a membership. Raises Conflict for somebody who still answers for something."""
    patient = await require_patient(unit, Action.TEAM_MANAGE, patient_id)
    await leave(unit, patient, person)


async def pass_on(unit: Unit, patient_id: str, matter: Matter, person: str, reason: str) -> None:
    """Let somebody of the team answer for a matter from now on; who was none joins with it."""
    patient = await require_patient(unit, Action.TEAM_MANAGE, patient_id)
    if not await open_responsibilities(unit.session, patient.person_id):
        raise Conflict("This patient has no care team yet.")
    await _check(unit, patient, person, matter, "person")
    if not reason.strip():
        raise Invalid("Please say why.", {"reason": "A few words are enough."})
    if await membership_of(unit.session, patient.person_id, person) is None:
        await join(unit, patient, person)
    await hand_over(unit, patient, matter, person, reason.strip())


async def _check(
    unit: Unit, patient: Patient, person: str, matter: Matter | None, field: str
) -> None:
    member = await staff_member(unit.session, person) if is_id(person) else None
    if member is None or member.clinic_id != patient.clinic_id or member.role not in STAFF:
        raise Invalid(
            "Only staff of the clinic can belong to a care team.",
            {field: "Please choose somebody."},
        )
    if person in await without_account(unit.session, patient.clinic_id):
        raise Invalid(
            "This person does not work here any more.", {field: "Please choose somebody else."}
        )
    if matter is not None and member.role not in ELIGIBLE[matter]:
        raise Invalid(
            "Only a clinician can answer for this.", {field: "Please choose a clinician."}
        )
    colleague = Actor(kind="staff", person=PersonId(person))
    if (await relation_to(unit, patient.person_id, colleague)).excluded:
        raise Conflict("The patient does not want this person in their care.")
