"""What the owner of a task says: taken on, not for them, done, not done after all."""

from rounds.consent.actions import Action
from rounds.kernel.errors import Invalid
from rounds.kernel.unit import Unit
from rounds.tasks.known import own_lock
from rounds.tasks.model import Deed, Task, TaskState
from rounds.tasks.states import OWNERS
from rounds.tasks.steps import move, words_of
from rounds.tasks.telling import tell_giver

NO_REASON = "Please say why, so that somebody else can do it."


async def answer(unit: Unit, id: str, deed: Deed, text: str = "") -> Task:
    """Say what becomes of a task of the actor's own; said twice it stands as it was.

    Who accepts or does what was given to a role has it from then on. Declining needs a reason;
    from then on whoever gave it has to find another owner. Raises NotFound or Forbidden for
    whoever does not own it, Conflict when it changed meanwhile, Invalid naming `words`.
    """
    if deed not in OWNERS:
        raise Invalid("This cannot be done to a task.")
    action = Action.MY_TASK_TEND if unit.actor.is_at_home else Action.TASK_TEND
    task = await own_lock(unit, action, id)
    words = words_of(text, NO_REASON if deed is Deed.DECLINE else "")
    if _stands(unit, task, deed):
        return task
    if deed is not Deed.DECLINE and task.owner_id is None:
        task.owner_id = unit.actor.person
    await move(unit, task, deed, words)
    if deed is Deed.DECLINE:
        await tell_giver(unit, task)
    return task


def _stands(unit: Unit, task: Task, deed: Deed) -> bool:
    said = {Deed.ACCEPT: TaskState.ACCEPTED, Deed.DONE: TaskState.DONE}
    return task.owner_id == unit.actor.person and said.get(deed) == task.state
