"""What the care team, or whoever gave it, changes of a task: its day, its owner, whether it is."""

from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict
from rounds.kernel.ids import PersonId
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Patient
from rounds.tasks.due import due_day
from rounds.tasks.events import TaskChanged
from rounds.tasks.known import own_lock
from rounds.tasks.model import Deed, Task, TaskState
from rounds.tasks.owners import Owner, chosen, possible_owners
from rounds.tasks.states import NO_LONGER, after
from rounds.tasks.steps import move, step, words_of
from rounds.tasks.telling import tell_owner

NO_REASON = "Please say why it is not needed any more."


async def cancel(unit: Unit, id: str, text: str) -> Task:
    """Take a task back. Raises Invalid without a reason, Conflict for one that is over."""
    task = await own_lock(unit, Action.TASK_CHANGE, id)
    words = words_of(text, NO_REASON)
    if task.state == TaskState.CANCELLED:
        return task
    await move(unit, task, Deed.CANCEL, words)
    return task


async def set_due(unit: Unit, id: str, days: int, text: str = "") -> Task:
    """Give a task another day, so many working days from today; what was overdue is so no more.

    Raises Invalid naming `days`, Conflict for one that nobody has to do.
    """
    task = await own_lock(unit, Action.TASK_CHANGE, id)
    words = words_of(text)
    clinic = await unit.session.get_one(Clinic, task.clinic_id)
    day = await due_day(unit, clinic, days)
    if after(task.state, Deed.DUE) is None:
        raise Conflict(NO_LONGER)
    if day == task.due_on:
        return task
    task.due_on = day
    task.reminded_at = task.raised_at = None
    await step(unit, task, Deed.DUE, words, due_on=day)
    unit.tell(TaskChanged(task.id, PersonId(task.patient_id)))
    return task


async def pass_on(unit: Unit, id: str, owner: str, asks: bool, text: str = "") -> Task:
    """Give a task to somebody else, who has not accepted it yet.

    Raises Invalid naming `owner`, Conflict for one that is over.
    """
    task = await own_lock(unit, Action.TASK_CHANGE, id)
    words = words_of(text)
    patient = await unit.session.get_one(Patient, task.patient_id)
    to = chosen(await possible_owners(unit, patient), owner)
    await hand(unit, task, to, asks, words)
    return task


async def hand(unit: Unit, task: Task, to: Owner, asks: bool, words: str) -> None:
    """Do the same on behalf of whoever was asked already. Raises Conflict as `pass_on` does."""
    if after(task.state, Deed.HAND) is None:
        raise Conflict(NO_LONGER)
    task.owner_id = to.person.id if to.person else None
    task.owner_role = None if to.person else to.role
    task.asks = asks
    task.closed_at = None
    task.reminded_at = task.raised_at = None
    await move(unit, task, Deed.HAND, words, to=(task.owner_id, task.owner_role))
    if task.owner_id is not None and task.owner_id == unit.actor.person:
        # Nobody asks themselves.
        task.state, task.asks = TaskState.ACCEPTED, False
    await tell_owner(unit, task)
