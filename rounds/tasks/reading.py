"""Reads tasks as people are shown them: one with its history, a patient's, and what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rounds.audit import trail
from rounds.consent.access import Relation, Thing, can, require
from rounds.consent.actions import Action
from rounds.consent.queries import patients_keeping_out
from rounds.consent.relations import relation_to, require_patient
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Matter, Patient, Person
from rounds.people.queries import patient_by_id, people_by_id
from rounds.tasks.due import today, working_days
from rounds.tasks.entries import Entries, Entry, Noting
from rounds.tasks.known import household, known_task, thing_for, thing_of
from rounds.tasks.model import Deed, Task, TaskState, TaskStep
from rounds.tasks.overdue import is_raised
from rounds.tasks.owners import Owner, possible_owners
from rounds.tasks.queries import (
    coordinated_by,
    steps_of,
    tasks_for,
    tasks_of_family,
    tasks_of_patient,
)
from rounds.tasks.states import OWNERS, TEAMS, open_deeds

MOST = 200
DONE_SHOWN = timedelta(days=7)
"""How long somebody at home still sees what they did."""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task in a list; `mine` says that it is the reader's to do."""

    task: Task
    patient: Person
    owner: Person | None
    overdue: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task with its history, and what the reader can do to it now.

    `entry` is that of the plan it was made of, `noting` how it stands in the plan; None for both
    where the reader learns nothing of it.
    """

    clinic: Clinic
    line: TaskLine
    steps: Sequence[TaskStep]
    people: Mapping[str, Person]
    deeds: frozenset[Deed]
    owners: Sequence[Owner]
    entry: Entry | None = None
    noting: Noting | None = None


@dataclass(frozen=True, slots=True)
class PatientTasks:
    """All that is to be done for a patient and what was; `owners` for the form that gives one."""

    clinic: Clinic
    patient: Person
    lines: Sequence[TaskLine]
    owners: Sequence[Owner]


async def read_task(unit: Unit, id: str, entries: Entries) -> TaskView:
    """Return one task to staff; the reading is in the trail. Raises NotFound for others."""
    task = await known_task(unit, Action.TASK_READ, id)
    await trail.record_reading(unit, Action.TASK_READ, "task", task.id, task.patient_id)
    patient = await unit.session.get_one(Patient, task.patient_id)
    view = await _view(unit, task, (Action.TASK_TEND, Action.TASK_CHANGE))
    view = replace(
        view,
        entry=await entries.entry_of(unit, task),
        noting=await entries.noting_of(unit, task),
    )
    return (
        view
        if Deed.HAND not in view.deeds
        else replace(view, owners=await possible_owners(unit, patient))
    )


async def read_my_task(unit: Unit, id: str, entries: Entries) -> TaskView:
    """Return one task to patient or family at home; the reading is in the trail."""
    task = await known_task(unit, Action.MY_TASK, id)
    await trail.record_reading(unit, Action.MY_TASK, "task", task.id, task.patient_id)
    view = await _view(unit, task, (Action.MY_TASK_TEND,))
    entry = await entries.entry_of(unit, task)
    return replace(view, steps=since_theirs(view.steps), entry=entry)


def since_theirs(steps: Sequence[TaskStep]) -> Sequence[TaskStep]:
    """Return what happened since its owner has a task; what was said before is the team's own."""
    given = [at for at, one in enumerate(steps) if one.deed in (Deed.GIVE, Deed.HAND)]
    return steps[given[-1] :] if given else steps


async def read_patient_tasks(unit: Unit, patient_id: str) -> PatientTasks:
    """Return the tasks of a patient that the actor may read. Raises NotFound as giving does."""
    patient = await require_patient(unit, Action.TASK_GIVE, patient_id)
    clinic = await unit.session.get_one(Clinic, patient.clinic_id)
    tie = await relation_to(unit, patient_id)
    found = await tasks_of_patient(unit.session, patient_id, MOST)
    lines = await _lines(unit, clinic, [(one, tie) for one in found])
    await trail.record_reading(unit, Action.TASK_READ, "patient", patient_id, patient_id)
    person = await unit.session.get_one(Person, patient_id)
    return PatientTasks(clinic, person, lines, await possible_owners(unit, patient))


async def tasks_today(unit: Unit, clinic: Clinic) -> list[TaskLine]:
    """Return what waits for the actor now, the most overdue first; the reading is in the trail.

    Their own and their role's, what they gave and was declined, and what is late since two
    working days, or declined, of patients whose dates they keep together.
    """
    require(unit, Action.TODAY, Thing("person", unit.actor.person, unit.actor.clinic))
    me = unit.actor.person or ""
    absent = await patients_keeping_out(unit.session, me)
    keeps = await coordinated_by(unit.session, me, Matter.COORDINATION)
    calendar = await working_days(unit.session, clinic)
    ties: dict[str, Relation] = {}
    waiting: list[tuple[Task, Relation]] = []
    for task in await tasks_for(unit.session, clinic.id, me, unit.actor.role, keeps):
        if task.patient_id in absent:
            continue
        if task.patient_id not in ties:
            ties[task.patient_id] = await relation_to(unit, task.patient_id)
        tie = thing_for(unit.actor, task, ties[task.patient_id]).relation
        declined = task.state == TaskState.DECLINED
        raised = task.patient_id in keeps and (declined or is_raised(unit, clinic, calendar, task))
        if raised or (tie.owns and not declined) or (tie.gave and declined):
            waiting.append((task, ties[task.patient_id]))
    lines = await _lines(unit, clinic, waiting)
    for line in lines:
        await trail.record_reading(unit, Action.TODAY, "task", line.task.id, line.task.patient_id)
    return lines


async def tasks_at_home(unit: Unit, patient_id: str) -> list[TaskLine]:
    """Return what patient and family agreed to do, and did lately; nothing where it is closed."""
    patient = await patient_by_id(unit.session, patient_id)
    if patient is None:
        return []
    tie = await relation_to(unit, patient_id)
    thing = Thing("patient", patient_id, patient.clinic_id, patient_id, None, tie)
    if not can(unit.actor, Action.MY_TASK, thing).allowed:
        return []
    clinic = await unit.session.get_one(Clinic, patient.clinic_id)
    owners = await household(unit, patient_id)
    since = unit.now - DONE_SHOWN
    found = await tasks_of_family(unit.session, patient_id, owners, since)
    return await _lines(unit, clinic, [(one, tie) for one in found], Action.MY_TASK)


async def _lines(
    unit: Unit,
    clinic: Clinic,
    found: Sequence[tuple[Task, Relation]],
    action: Action = Action.TASK_READ,
) -> list[TaskLine]:
    things = [(task, thing_for(unit.actor, task, tie)) for task, tie in found]
    open_to = [(task, thing) for task, thing in things if can(unit.actor, action, thing).allowed]
    ids = {task.patient_id for task, _ in open_to} | {task.owner_id for task, _ in open_to}
    people = await people_by_id(unit.session, [one for one in ids if one])
    day = today(unit, clinic)
    return [
        TaskLine(
            task=task,
            patient=people[task.patient_id],
            owner=people.get(task.owner_id or ""),
            overdue=_is_overdue(task, day),
            mine=thing.relation.owns,
        )
        for task, thing in open_to
    ]


async def _view(unit: Unit, task: Task, actions: Sequence[Action]) -> TaskView:
    clinic = await unit.session.get_one(Clinic, task.clinic_id)
    steps = await steps_of(unit.session, task.id)
    named = {task.patient_id, task.owner_id, task.given_by}
    named |= {one.by_id for one in steps} | {one.to_id for one in steps}
    people = await people_by_id(unit.session, [one for one in named if one])
    if task.patient_id not in people:
        raise NotFound("There is nothing here for you.")
    thing = await thing_of(unit, task)
    among: frozenset[Deed] = frozenset()
    for action in actions:
        if can(unit.actor, action, thing).allowed:
            among |= TEAMS if action is Action.TASK_CHANGE else OWNERS
    line = TaskLine(
        task=task,
        patient=people[task.patient_id],
        owner=people.get(task.owner_id or ""),
        overdue=_is_overdue(task, today(unit, clinic)),
        mine=thing.relation.owns,
    )
    return TaskView(clinic, line, steps, people, open_deeds(task.state, among), ())


def _is_overdue(task: Task, day: date) -> bool:
    return task.is_active and task.due_on < day
