"""Tasks in words, as every page shows them: whose, by when, how far, what was done to them."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from rounds.kernel.actor import Role
from rounds.kernel.words import N_
from rounds.people.model import Person
from rounds.people.roles import role_label
from rounds.tasks.model import Deed, OriginKind, TaskState, TaskStep
from rounds.tasks.owners import Owner
from rounds.tasks.reading import TaskLine, TaskView

Translate = Callable[[str], str]

STATES: Mapping[TaskState, str] = {
    TaskState.OPEN: N_("Open"),
    TaskState.ACCEPTED: N_("Taken on"),
    TaskState.DECLINED: N_("Declined: needs somebody else"),
    TaskState.DONE: N_("Done"),
    TaskState.CANCELLED: N_("Not needed any more"),
}

STEPS: Mapping[Deed, str] = {
    Deed.GIVE: N_("{who} gave this task to {whom}."),
    Deed.ACCEPT: N_("{who} took it on."),
    Deed.DECLINE: N_("{who} said that it is not theirs to do."),
    Deed.DONE: N_("{who} did it."),
    Deed.REOPEN: N_("{who} said that it is not done after all."),
    Deed.DUE: N_("{who} gave it another day."),
    Deed.HAND: N_("{who} gave it to {whom}."),
    Deed.CANCEL: N_("{who} took it back."),
}

ORIGINS: Mapping[OriginKind, str] = {
    OriginKind.PLAN: N_("From the care plan"),
    OriginKind.VISIT: N_("From a visit"),
    OriginKind.ALERT: N_("From an alert"),
    OriginKind.DECISION: N_("From a decision"),
    OriginKind.HANDOFF: N_("From a handoff"),
}


def line_values(line: TaskLine, translate: Translate) -> dict[str, Any]:
    """Return one line of a list; `due` is an ISO day, `url` leads to its page for staff."""
    task = line.task
    waits = task.state == TaskState.OPEN and task.asks
    return {
        "task": task.id,
        "url": f"/tasks/{task.id}",
        "my_url": f"/my/tasks/{task.id}",
        "subject": task.subject,
        "patient": line.patient.name,
        "owner": owner_words(
            task.owner_id, task.owner_role, {task.owner_id: line.owner}, translate
        ),
        "due": task.due_on.isoformat(),
        "overdue": line.overdue,
        "state": str(task.state),
        "state_words": translate(N_("Not accepted yet") if waits else STATES[task.state]),
        "waits": waits,
        "is_over": task.is_over,
        "mine": line.mine,
    }


def view_values(view: TaskView, translate: Translate) -> dict[str, Any]:
    """Return one task with its history, its origin, and what can be done to it now."""
    task, zone = view.line.task, ZoneInfo(view.clinic.time_zone)
    return line_values(view.line, translate) | {
        "patient_id": task.patient_id,
        **_origin(view, translate),
        "entry_url": view.entry.url if view.entry else "",
        "noting": view.noting
        and {
            "words": translate(view.noting.words),
            "may": view.noting.may,
            "url": view.noting.url,
        },
        "deeds": sorted(view.deeds),
        "asks": task.asks,
        "steps": [
            {
                "words": _step_words(one, view.people, translate),
                "said": said_words(one, translate),
                "at": one.at.astimezone(zone),
                "due": one.due_on.isoformat() if one.due_on else "",
            }
            for one in view.steps
        ],
        "owners": [owner_values(one, translate) for one in view.owners],
    }


def owner_values(owner: Owner, translate: Translate) -> dict[str, str]:
    """Return somebody to choose from in a form."""
    label = role_label(owner.role, translate)
    _ = translate
    if owner.person is None:
        return {"value": owner.value, "label": _("Whoever is free: {role}").format(role=label)}
    return {"value": owner.value, "label": f"{owner.person.name}, {label}"}


def said_words(step: TaskStep, translate: Translate) -> str:
    """Return what was said beside a step; what happened by itself is said in any language."""
    return translate(step.words) if step.by_id is None and step.words else step.words


def owner_words(
    id: str | None,
    role: Role | None,
    people: Mapping[str | None, Person | None] | Mapping[str, Person],
    translate: Translate,
) -> str:
    """Return whose a task is: a name, or a role while nobody of it took it up."""
    person = people.get(id or "") if id else None
    if person is not None:
        return person.name
    return role_label(Role(role), translate) if role else "–"


def _step_words(step: TaskStep, people: Mapping[str, Person], translate: Translate) -> str:
    by = people.get(step.by_id or "")
    return translate(STEPS[Deed(step.deed)]).format(
        who=by.name if by else translate(N_("rounds itself")),
        whom=owner_words(step.to_id, step.to_role, people, translate),
    )


def _origin(view: TaskView, translate: Translate) -> dict[str, str]:
    """Return where a task came from; of an entry of the plan nothing to who may not read it."""
    task, entry = view.line.task, view.entry
    if not task.origin_kind or (task.origin_kind == OriginKind.PLAN and entry is None):
        return {"origin": "", "origin_words": "", "origin_url": ""}
    words = translate(ORIGINS[OriginKind(task.origin_kind)])
    if entry is not None:
        said = ": ".join(one for one in (translate(entry.section), entry.words) if one)
        return {"origin": words, "origin_words": said, "origin_url": entry.url}
    visit = task.origin_kind == OriginKind.VISIT and task.origin_id
    url = f"/visits/{task.origin_id}/plan" if visit else ""
    return {"origin": words, "origin_words": task.origin_words, "origin_url": url}
