"""Writes a step of a task, tells that it changed, and leaves a line in the trail."""

from datetime import date

from rounds.audit import trail
from rounds.kernel.actor import Role
from rounds.kernel.errors import Conflict, Invalid
from rounds.kernel.ids import PersonId, new_id
from rounds.kernel.unit import Unit
from rounds.notices.outbox import cancel_about
from rounds.tasks.events import TaskChanged
from rounds.tasks.model import LONGEST_WORDS, Deed, Task, TaskStep
from rounds.tasks.states import NO_LONGER, after

TOO_LONG = "Please use 300 letters or fewer."


async def step(
    unit: Unit,
    task: Task,
    deed: Deed,
    words: str = "",
    to: tuple[str | None, Role | None] = (None, None),
    due_on: date | None = None,
) -> TaskStep:
    """Write down what was done to a task."""
    row = TaskStep(
        id=new_id(),
        clinic_id=task.clinic_id,
        task_id=task.id,
        deed=deed,
        at=unit.now,
        by_id=unit.actor.person,
        to_id=to[0],
        to_role=to[1],
        due_on=due_on,
        words=words,
    )
    unit.session.add(row)
    await unit.session.flush()
    await trail.record(unit, f"task.{deed}", "task", task.id, task.patient_id, task.clinic_id)
    return row


async def move(
    unit: Unit,
    task: Task,
    deed: Deed,
    words: str = "",
    to: tuple[str | None, Role | None] = (None, None),
) -> None:
    """Lead a task to the state after a deed, with its step; what waits to be said is taken back.

    Raises Conflict when its state does not allow the deed any more.
    """
    state = after(task.state, deed)
    if state is None:
        raise Conflict(NO_LONGER)
    task.state = state
    task.closed_at = None if task.is_active else unit.now
    await cancel_about(unit, task.id)
    await step(unit, task, deed, words, to)
    unit.tell(TaskChanged(task.id, PersonId(task.patient_id)))


def words_of(text: str, missing: str = "") -> str:
    """Return what somebody wrote beside a deed; with `missing` it must not be empty.

    Raises Invalid naming `words`.
    """
    words = text.strip()
    if missing and not words:
        raise Invalid(missing, {"words": missing})
    if len(words) > LONGEST_WORDS:
        raise Invalid("This is too long.", {"words": TOO_LONG})
    return words
