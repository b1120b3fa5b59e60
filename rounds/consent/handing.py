"""Lets what somebody answers for pass to another of the team when the patient keeps them out.

An exclusion must work at once: nobody reads on who was told to stop. A matter must have its
person at every moment: an alert that rings nobody is a danger. So both happen in one
transaction; the new holder is told, and can hand on to somebody better placed.
"""

from collections.abc import Sequence

from rounds.consent.queries import kept_out_of
from rounds.kernel.actor import CLINICIANS
from rounds.kernel.errors import Conflict
from rounds.kernel.unit import Unit
from rounds.notices.outbox import Message, queue, queue_push
from rounds.people.model import Matter, Patient, Person, Responsibility
from rounds.people.queries import open_responsibilities, staff_member, team_of
from rounds.people.teams import hand_over

KIND = "matter_passed"
IN_ORDER = (Matter.COORDINATION, Matter.LEAD, Matter.ALERTS)
REASON = "The patient asked for another person."


async def pass_matters(unit: Unit, patient: Patient, person: str) -> None:
    """Hand everything `person` answers for to somebody else of the team, and tell the team.

    It goes to who coordinates, else to the holder of another matter, else to the clinician who
    has been in the team the longest, else to any member. Raises Conflict when there is nobody.
    """
    open_now = await open_responsibilities(unit.session, patient.person_id)
    held = [one for one in open_now if one.person_id == person]
    if not held:
        return
    others = await _others(unit, patient, person)
    successor = await _successor(unit, open_now, others)
    if successor is None:
        raise Conflict(
            "At the moment only this person looks after you here. Please call us: we find "
            "somebody else first, and then this person is kept out."
        )
    for one in held:
        await hand_over(unit, patient, Matter(one.matter), successor, REASON)
    await _tell(unit, patient, successor, others)


async def _others(unit: Unit, patient: Patient, person: str) -> list[str]:
    kept_out = await kept_out_of(unit.session, patient.person_id)
    return [
        one.person_id
        for one in await team_of(unit.session, patient.person_id)
        if one.ends_at is None and one.person_id != person and one.person_id not in kept_out
    ]


async def _successor(
    unit: Unit, open_now: Sequence[Responsibility], others: Sequence[str]
) -> str | None:
    holders = {one.matter: one.person_id for one in open_now if one.person_id in others}
    for matter in IN_ORDER:
        if matter in holders:
            return holders[matter]
    for one in others:
        member = await staff_member(unit.session, one)
        if member is not None and member.role in CLINICIANS:
            return one
    return next(iter(others), None)


async def _tell(unit: Unit, patient: Patient, successor: str, others: Sequence[str]) -> None:
    message = Message(KIND, {}, about=("patient", patient.person_id))
    await queue(unit, await unit.session.get_one(Person, successor), message)
    for one in others:
        await queue_push(unit, await unit.session.get_one(Person, one), message)
