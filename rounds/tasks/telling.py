"""Writes to those a task waits for; no message says what it is about, or for whom."""

from rounds.kernel.unit import Unit
from rounds.notices.outbox import Message, queue, queue_push
from rounds.people.model import Person
from rounds.people.queries import staff_member
from rounds.rooms.arrival import is_unsafe
from rounds.tasks.model import Task
from rounds.tasks.queries import newest_check_in

ABOUT = "task"
GIVEN, OVERDUE, RAISED, DECLINED = "task_given", "task_overdue", "task_raised", "task_declined"


async def tell_owner(unit: Unit, task: Task, kind: str = GIVEN) -> None:
    """Tell its owner of a task; who gave it to themselves knows.

    What a role has stands on the pages of all of them, and nobody is written to.
    """
    if task.owner_id is None or (kind == GIVEN and task.owner_id == unit.actor.person):
        return
    await tell(unit, task, task.owner_id, kind)


async def tell_giver(unit: Unit, task: Task) -> None:
    """Tell whoever gave a task that it was declined, so that they find somebody else."""
    if task.given_by is not None and task.given_by != unit.actor.person:
        await tell(unit, task, task.given_by, DECLINED)


async def tell(unit: Unit, task: Task, person_id: str, kind: str) -> None:
    """Queue a message of a kind: to staff by push, of what is late by mail too; else to home.

    Nobody is written to at home who could not talk freely when they last arrived: whoever reads
    messages beside them must not learn that there is anything.
    """
    person = await unit.session.get_one(Person, person_id)
    if await staff_member(unit.session, person_id) is not None:
        message = Message(kind, {"task_link": f"/tasks/{task.id}"}, (ABOUT, task.id))
        await queue_push(unit, person, message)
        if kind in (OVERDUE, RAISED):
            await queue(unit, person, message)
    elif not is_unsafe(await newest_check_in(unit.session, person_id)):
        message = Message(kind, {"task_link": f"/my/tasks/{task.id}"}, (ABOUT, task.id))
        await queue(unit, person, message)
