"""Finds a task for an actor who may do something to it."""

from dataclasses import replace

from rounds.consent.access import OFFICE, Relation, Thing, can, require
from rounds.consent.actions import Action
from rounds.consent.relations import relation_to
from rounds.kernel.actor import Actor
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.people.queries import relatives_of
from rounds.tasks.model import Task
from rounds.tasks.queries import locked_task, task_by_id


async def known_task(unit: Unit, action: Action, id: str) -> Task:
    """Return a task to which the actor may do `action`.

    Raises NotFound or Forbidden as `access.require` does, the same for a task that is none.
    """
    return await _asked(unit, action, id, await task_by_id(unit.session, id))


async def own_lock(unit: Unit, action: Action, id: str) -> Task:
    """Return the same, locked until the end of the transaction and as it stands now."""
    return await _asked(unit, action, id, await locked_task(unit.session, id))


async def may(unit: Unit, action: Action, task: Task) -> bool:
    """Tell whether the actor may do `action` to a task, for a page that shows what is open."""
    return can(unit.actor, action, await thing_of(unit, task)).allowed


async def thing_of(unit: Unit, task: Task) -> Thing:
    """Return what is asked about a task: the actor's tie to its patient and to it."""
    tie = await relation_to(unit, task.patient_id)
    if unit.actor.is_at_home and task.owner_id not in await household(unit, task.patient_id):
        # What the team is to do is the team's own.
        tie = Relation()
    return thing_for(unit.actor, task, tie)


def thing_for(actor: Actor, task: Task, tie: Relation) -> Thing:
    """Return the same for a tie to the patient that was read already (pure)."""
    mine = actor.person is not None
    tie = replace(
        tie,
        owns=mine and has(actor, task, tie),
        gave=mine and task.given_by == actor.person,
    )
    return Thing("task", task.id, task.clinic_id, task.patient_id, None, tie)


def has(actor: Actor, task: Task, tie: Relation) -> bool:
    """Tell whether a task is the actor's: by name, or by their role while nobody took it up."""
    if task.owner_id is not None:
        return task.owner_id == actor.person
    works_here = tie.member or actor.role in OFFICE
    return actor.is_staff and works_here and task.owner_role == actor.role


async def household(unit: Unit, patient: str) -> frozenset[str]:
    """Return the patient and the people close to them."""
    return frozenset({patient, *(one.id for one in await relatives_of(unit.session, patient))})


async def _asked(unit: Unit, action: Action, id: str, task: Task | None) -> Task:
    require(unit, action, await thing_of(unit, task) if task else Thing("task", id))
    if task is None:
        raise NotFound("There is nothing here for you.")
    return task
