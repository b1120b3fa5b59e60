"""Leads from entries of a plan to tasks and back, as far as the actor may read them."""

import re
from dataclasses import dataclass
from datetime import date

from rounds.careplan.arrival_words import arrival_words
from rounds.careplan.arriving import DONE, STEPS, Step, code_of, look_at_arrival, put_into_plan
from rounds.careplan.fields import PEOPLE
from rounds.careplan.kinds import SECTIONS
from rounds.careplan.opening import may_open, open_plan
from rounds.careplan.origins import Source
from rounds.careplan.template_offers import sections_now
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, NotFound
from rounds.kernel.unit import Unit
from rounds.sync.items import Item, name_of
from rounds.sync.live import Live
from rounds.tasks.entries import Draft, Entry, Noting
from rounds.tasks.known import known_task
from rounds.tasks.model import OriginKind, Task, TaskState

NOT_DONE = "Only a task that is done is noted in the care plan."
UNTIL = ("due", "target_date", "next_contact", "at")
"""Days of an entry by which something is to be done, the first that is set."""

_ORIGIN = re.compile(r"([a-z_]{1,32})/([a-z0-9]{1,24})")


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    item: Item
    words: str


class PlanEntries:
    """The entries of plans, for tasks (see `rounds.tasks.entries`)."""

    async def draft(self, unit: Unit, patient: str, origin: str) -> Draft:
        """Return what an entry says; one of the team's notes makes no task that others read."""
        found = await _found(unit, patient, origin)
        if found is None or SECTIONS[found.kind].private:
            raise NotFound("There is nothing here for you.")
        values = found.item.values
        owners = (str(values[name]) for name in sorted(PEOPLE) if values.get(name))
        days = (date.fromisoformat(values[name]) for name in UNTIL if values.get(name))
        return Draft(found.words, next(owners, ""), next(days, None))

    async def entry_of(self, unit: Unit, task: Task) -> Entry | None:
        """Return the entry that a task was made of."""
        if task.origin_kind != OriginKind.PLAN or not task.origin_id:
            return None
        found = await _found(unit, task.patient_id, task.origin_id)
        if found is None:
            return None
        staff, section = unit.actor.is_staff, SECTIONS[found.kind]
        base = f"/patients/{task.patient_id}/plan" if staff else "/my/plan"
        place = f"plan-{found.kind}" if found.item.archived else _anchor(task.origin_id)
        title = section.title if staff else section.for_patients
        return Entry(title, found.words, f"{base}#{place}")

    async def noting_of(self, unit: Unit, task: Task) -> Noting | None:
        """Return how a task that was done stands among what is done for the patient."""
        if not unit.actor.is_staff:
            return None
        arrival = await look_at_arrival(unit, task.patient_id, code_of(Source.TASK, task.id))
        if arrival is None:
            return None
        words = arrival_words(arrival.standing)
        may = arrival.may and task.state == TaskState.DONE
        return Noting(words, may, arrival.url) if may or words else None


async def note_task(unit: Unit, id: str) -> Task:
    """Note in the plan that a task was done: where it came from a step, on that, else as a new one.

    Raises NotFound for whoever may not read the task, Forbidden for whoever may not write there,
    Conflict for a task that is not done.
    """
    task = await known_task(unit, Action.TASK_READ, id)
    if task.state != TaskState.DONE:
        raise Conflict(NOT_DONE)
    step = Step(task.subject, task.owner_id, task.due_on, DONE, await _step_of(unit, task))
    await put_into_plan(unit, task.patient_id, code_of(Source.TASK, task.id), step)
    return task


async def _step_of(unit: Unit, task: Task) -> str:
    if task.origin_kind != OriginKind.PLAN or not task.origin_id:
        return ""
    found = await _found(unit, task.patient_id, task.origin_id)
    there = found is not None and found.kind == STEPS and not found.item.archived
    return found.item.id if found is not None and there else ""


async def _found(unit: Unit, patient: str, origin: str) -> _Found | None:
    """Return the entry that `section/item` names in a patient's plan, if the actor may read it."""
    told = _ORIGIN.fullmatch(origin)
    kind = SECTIONS.get(told[1]) if told else None
    if told is None or kind is None or not await may_open(unit, patient):
        return None
    opened = await open_plan(unit, patient)
    if told[1] not in opened.rights:
        return None
    live = (await sections_now(unit, opened, {told[1]}))[told[1]]
    item = live.items.all.get(told[2])
    if item is None or item.kind != kind.main:
        return None
    return _Found(told[1], item, _words(live, item, kind.shape[item.kind].texts))


def _words(live: Live, item: Item, texts: tuple[str, ...]) -> str:
    """Return what an entry says first, on one line."""
    named = str(item.values.get("name") or "")
    said = " ".join(live.section.text(name_of(item.id, texts[0])).split())
    return ": ".join(one for one in (named, said) if one)


def _anchor(origin: str) -> str:
    return "entry-" + origin.replace("/", "-")
