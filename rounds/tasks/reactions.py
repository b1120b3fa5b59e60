"""What follows for tasks when somebody leaves a team or is kept out: another one has them."""

from rounds.consent.events import AccessEnded
from rounds.consent.model import Scope
from rounds.consent.queries import kept_out_of
from rounds.consent.relations import tie_of
from rounds.kernel.actor import Role
from rounds.kernel.unit import Unit
from rounds.kernel.words import N_
from rounds.people.events import MemberLeft
from rounds.people.model import Person
from rounds.people.queries import relatives_of, staff_member
from rounds.tasks.changing import hand
from rounds.tasks.overdue import coordinator_of
from rounds.tasks.owners import Owner
from rounds.tasks.queries import unfinished_of

REASON = N_("Whoever had it can read it no longer.")


async def left(unit: Unit, fact: MemberLeft) -> None:
    """Somebody left the care team: what they still had to do goes to who coordinates."""
    await _hand_all(unit, fact.patient, fact.person)


async def access_ended(unit: Unit, fact: AccessEnded) -> None:
    """Somebody may reach less of a record: what they cannot read any more goes the same way."""
    family = {one.id for one in await relatives_of(unit.session, fact.patient)}
    for person in [fact.person] if fact.person else sorted(family):
        if person in family:
            tie = await tie_of(unit.session, fact.patient, person, unit.now)
            reads = Scope.TASKS in tie.scopes
        else:
            reads = person not in await kept_out_of(unit.session, fact.patient)
        if not reads:
            await _hand_all(unit, fact.patient, person)


async def _hand_all(unit: Unit, patient: str, person: str) -> None:
    tasks = await unfinished_of(unit.session, patient, person)
    if not tasks:
        return
    coordinator = await coordinator_of(unit, patient)
    member = await staff_member(unit.session, coordinator) if coordinator else None
    to = Owner(None, Role.COORDINATOR)
    if member is not None and coordinator != person:
        to = Owner(await unit.session.get_one(Person, member.person_id), Role(member.role))
    for task in tasks:
        await hand(unit, task, to, False, REASON)
