"""What happens by itself to a task that is late: its owner hears of it, then who coordinates."""

from collections.abc import Sequence

from rounds.consent.queries import kept_out_of
from rounds.kernel.ids import PersonId
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Matter
from rounds.people.queries import open_responsibilities
from rounds.scheduling.working import WorkCalendar
from rounds.tasks.due import raised_on, today, working_days
from rounds.tasks.events import TaskChanged
from rounds.tasks.model import Task
from rounds.tasks.queries import locked_task, overdue_tasks
from rounds.tasks.telling import OVERDUE, RAISED, tell, tell_owner


async def late(unit: Unit, clinic: Clinic) -> Sequence[str]:
    """Return the tasks of a clinic of which somebody has to hear now."""
    calendar = await working_days(unit.session, clinic)
    day = today(unit, clinic)
    # Nobody is written to on a day on which nobody works.
    if not calendar.is_working_day(day):
        return []
    found = await overdue_tasks(unit.session, clinic.id, day)
    return [one.id for one in found if _has_news(unit, clinic, calendar, one)]


async def notice(unit: Unit, clinic: Clinic, id: str) -> None:
    """Tell of one late task, each of the two once; nothing if it was done meanwhile."""
    task = await locked_task(unit.session, id)
    calendar = await working_days(unit.session, clinic)
    if task is None or not task.is_active or not _has_news(unit, clinic, calendar, task):
        return
    if task.reminded_at is None:
        task.reminded_at = unit.now
        await tell_owner(unit, task, OVERDUE)
    if task.raised_at is None and is_raised(unit, clinic, calendar, task):
        task.raised_at = unit.now
        coordinator = await coordinator_of(unit, task.patient_id)
        if coordinator is not None and coordinator != task.owner_id:
            await tell(unit, task, coordinator, RAISED)
    await unit.session.flush()
    unit.tell(TaskChanged(task.id, PersonId(task.patient_id)))


def is_raised(unit: Unit, clinic: Clinic, calendar: WorkCalendar, task: Task) -> bool:
    """Tell whether a task is so late that it is a matter of who coordinates."""
    return today(unit, clinic) >= raised_on(calendar, task.due_on)


async def coordinator_of(unit: Unit, patient: str) -> str | None:
    """Return who keeps a patient's dates together, unless the patient keeps them out."""
    out = await kept_out_of(unit.session, patient)
    held = await open_responsibilities(unit.session, patient)
    found = (one.person_id for one in held if one.matter == Matter.COORDINATION)
    return next((one for one in found if one not in out), None)


def _has_news(unit: Unit, clinic: Clinic, calendar: WorkCalendar, task: Task) -> bool:
    if task.due_on >= today(unit, clinic):
        return False
    untold = task.raised_at is None and is_raised(unit, clinic, calendar, task)
    return task.reminded_at is None or untold
