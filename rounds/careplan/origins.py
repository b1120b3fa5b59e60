"""Follows what came into a plan from elsewhere back to it, as far as the actor may (P17)."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from rounds.careplan.content import Content
from rounds.careplan.section_words import Translate
from rounds.careplan.template_content import read_template
from rounds.careplan.template_queries import template_version
from rounds.consent.access import Thing, can
from rounds.consent.actions import Action
from rounds.consent.model import Scope
from rounds.consent.relations import relation_to
from rounds.kernel.ids import is_id
from rounds.kernel.unit import Unit
from rounds.kernel.words import N_
from rounds.people.model import Clinic
from rounds.rooms.lobby import thing_of
from rounds.rooms.queries import room_of_occasion, seat_of_person
from rounds.tasks.known import may
from rounds.tasks.queries import task_by_id


class Source(StrEnum):
    """What an entry of a plan can have come from."""

    TEMPLATE = "template"
    TASK = "task"
    VISIT = "visit"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something came from, as its `origin` names it; only a template has a version."""

    source: Source
    id: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Came:
    """The same as one reader may know it.

    `name` is "" where they may know no more than the source, `url` where they may not follow it.
    `day` is the clinic's day of a visit (YYYY-MM-DD), "" where there is none.
    """

    source: Source
    name: str = ""
    number: int = 0
    day: str = ""
    url: str = ""


WORDS: Mapping[Source, tuple[str, str]] = {
    Source.TEMPLATE: (
        N_("From the template “{name}”, version {number}"),
        N_("From a template of the clinic"),
    ),
    Source.TASK: (N_("From the task “{name}”"), N_("From a task")),
    Source.VISIT: (N_("From a visit"), N_("From a visit")),
    Source.DECISION: (N_("From decision {name}"), N_("From a decision")),
}
"""With a name, and without."""

_TEMPLATE = re.compile(r"template:([a-z0-9-]{1,32})/([1-9][0-9]{0,5})")
_OTHER = re.compile(r"(task|visit):([0-9a-f-]{36})")
_DECISION = re.compile(r"D-[1-9][0-9]{0,5}")


def read_origin(code: object) -> Origin | None:
    """Return what an `origin` names (pure); None for what is no reference of ours.

    `template:persistent-pain/2`, `task:ID`, `visit:ID`, and `D-41` for a decision. Whoever may
    write in a section can name what they like: nothing here says that it exists.
    """
    if not isinstance(code, str):
        return None
    if found := _TEMPLATE.fullmatch(code):
        return Origin(Source.TEMPLATE, found[1], int(found[2]))
    if (found := _OTHER.fullmatch(code)) and is_id(found[2]):
        return Origin(Source(found[1]), found[2])
    return Origin(Source.DECISION, code) if _DECISION.fullmatch(code) else None


def origins_in(content: Content) -> set[str]:
    """Return every `origin` that stands in a plan (pure)."""
    named = (one.values.get("origin") for items in content.values() for one in items)
    return {one for one in named if isinstance(one, str)}


def came_words(came: Came, translate: Translate) -> str:
    """Return where something came from, as words that stand by themselves (pure)."""
    named, nameless = WORDS[came.source]
    words = translate(named if came.name else nameless)
    return words.format(name=came.name, number=came.number)


def came_values(came: Mapping[str, Came], translate: Translate) -> dict[str, dict[str, str]]:
    """Return what templates and pages take: words, a day and an address by `origin` (pure)."""
    return {
        code: {"words": came_words(one, translate), "day": one.day, "url": one.url}
        for code, one in came.items()
    }


async def follow(unit: Unit, patient: str, codes: Iterable[object]) -> dict[str, Came]:
    """Return where what stands in a patient's plan came from, as far as the actor may know.

    `codes` are the `origin` of its entries, in the plan of a patient of the actor's own clinic.
    What they may not know of is absent, as is what does not exist or belongs to another patient.
    """
    found: dict[str, Came] = {}
    for code in {one for one in codes if isinstance(one, str)}:
        origin = read_origin(code)
        came = await _followed(unit, patient, origin) if origin is not None else None
        if came is not None:
            found[code] = came
    return found


async def _followed(unit: Unit, patient: str, origin: Origin) -> Came | None:
    match origin.source:
        case Source.TEMPLATE:
            return await _template(unit, origin)
        case Source.TASK:
            return await _task(unit, patient, origin)
        case Source.VISIT:
            return await _visit(unit, patient, origin)
        case Source.DECISION:
            # A patient reads what was decided, not by which number it is filed.
            return Came(Source.DECISION, origin.id) if unit.actor.is_staff else None


async def _template(unit: Unit, origin: Origin) -> Came | None:
    clinic = str(unit.actor.clinic)
    version = await template_version(unit.session, clinic, origin.id, origin.number)
    if version is None:
        return None
    if not can(unit.actor, Action.TEMPLATE_READ, Thing("template", clinic=clinic)).allowed:
        return Came(Source.TEMPLATE)
    title = read_template(json.loads(version.content)).title
    url = f"/templates/{origin.id}?version={origin.number}"
    return Came(Source.TEMPLATE, title, origin.number, url=url)


async def _task(unit: Unit, patient: str, origin: Origin) -> Came | None:
    task = await task_by_id(unit.session, origin.id)
    if task is None or task.patient_id != patient:
        return None
    action = Action.TASK_READ if unit.actor.is_staff else Action.MY_TASK
    if not await may(unit, action, task):
        return None
    url = f"/tasks/{task.id}" if unit.actor.is_staff else f"/my/tasks/{task.id}"
    return Came(Source.TASK, task.subject, url=url)


async def _visit(unit: Unit, patient: str, origin: Origin) -> Came | None:
    room = await room_of_occasion(unit.session, origin.id)
    if room is None or room.patient_id != patient or room.occasion != "visit":
        return None
    clinic = await unit.session.get_one(Clinic, room.clinic_id)
    at = room.started_at
    day = at.astimezone(ZoneInfo(clinic.time_zone)).date().isoformat() if at else ""
    came = Came(Source.VISIT, day=day)
    if not unit.actor.is_staff:
        tie = await relation_to(unit, room.patient_id)
        return came if tie.own or Scope.VISITS in tie.scopes else None
    seat = await seat_of_person(unit.session, room.id, unit.actor.person)
    thing = await thing_of(unit, room, seat, room.id)
    if not can(unit.actor, Action.SUMMARY_READ, thing).allowed:
        return None
    return replace(came, url=f"/visits/{origin.id}/summary")
