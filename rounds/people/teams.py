"""A patient's care team: begun, joined, left, and who answers for what."""

from rounds.audit import trail
from rounds.kernel.errors import Conflict, Invalid
from rounds.kernel.ids import PersonId, new_id
from rounds.kernel.unit import Unit
from rounds.people.events import MemberJoined, MemberLeft, ResponsibilityPassed
from rounds.people.model import Matter, Membership, Patient, Responsibility
from rounds.people.queries import membership_of, open_responsibilities, staff_member

LONGEST_REASON = 300


async def begin_team(unit: Unit, patient: Patient, lead: str, coordinator: str) -> None:
    """Begin a team: every matter has its one person from the first moment."""
    for person in dict.fromkeys((lead, coordinator)):
        await join(unit, patient, person)
    await hand_over(unit, patient, Matter.LEAD, lead)
    await hand_over(unit, patient, Matter.ALERTS, lead)
    await hand_over(unit, patient, Matter.COORDINATION, coordinator)


async def join(unit: Unit, patient: Patient, person: str) -> Membership:
    """Take a member of staff into the team; who belongs to it already stays as they are."""
    member = await staff_member(unit.session, person)
    if member is None or member.clinic_id != patient.clinic_id:
        raise Invalid("Only staff of the clinic can belong to a care team.")
    known = await membership_of(unit.session, patient.person_id, person)
    if known is not None:
        return known
    row = Membership(
        id=new_id(),
        clinic_id=patient.clinic_id,
        patient_id=patient.person_id,
        person_id=person,
        begins_at=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.tell(MemberJoined(PersonId(patient.person_id), PersonId(person)))
    await trail.record(unit, "team.join", "person", person, patient.person_id, patient.clinic_id)
    return row


async def leave(unit: Unit, patient: Patient, person: str) -> None:
    """End a membership. Raises Conflict for somebody who still answers for a matter."""
    row = await membership_of(unit.session, patient.person_id, person)
    if row is None:
        return
    held = await open_responsibilities(unit.session, patient.person_id)
    if any(one.person_id == person for one in held):
        raise Conflict("This person still answers for something here. Hand it over first.")
    row.ends_at = unit.now
    unit.tell(MemberLeft(PersonId(patient.person_id), PersonId(person)))
    await trail.record(unit, "team.leave", "person", person, patient.person_id, patient.clinic_id)


async def hand_over(
    unit: Unit, patient: Patient, matter: Matter, person: str, reason: str = ""
) -> Responsibility:
    """Let `person` answer for `matter` from now on; the one before ends in the same moment.

    Raises Invalid for somebody outside of the team.
    """
    if await membership_of(unit.session, patient.person_id, person) is None:
        raise Invalid("Only a member of the care team can answer for this.")
    if len(reason) > LONGEST_REASON:
        raise Invalid("This is too long.", {"reason": "Please use 300 letters or fewer."})
    held = await open_responsibilities(unit.session, patient.person_id)
    old = next((one for one in held if one.matter == matter), None)
    if old is not None and old.person_id == person:
        return old
    if old is not None:
        old.ends_at = unit.now
        # Before the new row: the open row of a matter is unique.
        await unit.session.flush()
    row = Responsibility(
        id=new_id(),
        clinic_id=patient.clinic_id,
        patient_id=patient.person_id,
        matter=matter,
        person_id=person,
        begins_at=unit.now,
        reason=reason,
        given_by=unit.actor.person,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.tell(ResponsibilityPassed(PersonId(patient.person_id), matter, PersonId(person)))
    await trail.record(
        unit, f"responsibility.{matter}", "person", person, patient.person_id, patient.clinic_id
    )
    return row
