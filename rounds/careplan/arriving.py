"""Puts into a plan what was decided elsewhere, once, and says how far it came."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rounds.audit import trail
from rounds.careplan.kinds import SECTIONS, SHAPES
from rounds.careplan.model import PlanPending, PlanSection
from rounds.careplan.opening import Opened, may_open, open_plan
from rounds.careplan.origins import Source
from rounds.careplan.pending import leave_edit
from rounds.careplan.queries import newest_arrival
from rounds.careplan.ranks import rank_after
from rounds.careplan.rights import Right, check_command
from rounds.careplan.stored import read_stored
from rounds.careplan.version_queries import locked_plan
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Forbidden
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.kernel.words import N_
from rounds.sync.commands import Command, Op, Value
from rounds.sync.live import Live
from rounds.sync.refused import Refused

STEPS = "interventions"
"""The section that says what is done, by whom and by when."""
NOT_YOURS = N_("You may not write this into the care plan. Nothing was changed.")
NO_ROOM = N_("The care plan takes nothing more there now. Nothing was changed.")
PLANNED, DONE = "planned", "done"


# What no text of a plan holds; joiners of letters and of pictures are none of it.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class Standing(StrEnum):
    """How far something came on its way into a plan."""

    OUTSIDE = "outside"
    WAITS = "waits"
    CLOSED = "closed"
    """It waits until the section is open for changes again."""
    THERE = "there"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Arrival:
    """The same for one reader of the section; `may` says whether they can put it there now."""

    standing: Standing
    may: bool
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done, or was: words, a person's id, a day, and `planned` or `done`.

    `item` is the entry it was made of, which is then told how it stands; else a new one is added.
    """

    words: str
    owner: str | None
    due: date
    status: str = PLANNED
    item: str = ""


def code_of(source: Source, id: str) -> str:
    """Return the `origin` that an entry names, such as `visit:ID` (pure)."""
    return f"{source}:{id}"


def item_of(origin: str) -> str:
    """Return the id of the entry that something becomes: always the same, so that it comes once."""
    return hashlib.sha256(f"origin/{origin}".encode()).hexdigest()[:24]


async def look_at_arrival(unit: Unit, patient: str, origin: str) -> Arrival | None:
    """Return how far something came; None for whoever does not read the section."""
    if not await may_open(unit, patient):
        return None
    opened = await open_plan(unit, patient)
    if STEPS not in opened.rights:
        return None
    edit = await newest_arrival(unit.session, opened.sections[STEPS], origin)
    standing = await _standing(unit, edit)
    may = opened.rights[STEPS] >= Right.EDIT and standing in (Standing.OUTSIDE, Standing.REFUSED)
    base = "/my/plan" if unit.actor.is_at_home else f"/patients/{patient}/plan"
    return Arrival(standing, may, f"{base}#plan-{STEPS}")


async def put_into_plan(unit: Unit, patient: str, origin: str, step: Step) -> None:
    """Leave a step for the plan's door, in the actor's name; done again, it changes nothing.

    Raises Forbidden for whoever may not write in the section, Conflict when it takes nothing more.
    """
    opened = await _writable(unit, patient)
    # Two who do it at once pass one after the other: the second finds what the first left.
    await locked_plan(unit.session, opened.plan.id)
    id = opened.sections[STEPS]
    left = await newest_arrival(unit.session, id, origin)
    if left is not None and left.refused is None:
        return
    live = Live(id, SHAPES[STEPS], await read_stored(unit.session, id))
    command, texts = _command(live, origin, step)
    try:
        check_command(opened.rights[STEPS], command, str(unit.actor.person), live.items)
        live.items.check(command)
    except Refused:
        raise Conflict(NO_ROOM) from None
    section = await unit.session.get_one(PlanSection, id)
    await leave_edit(unit, section, str(unit.actor.person), command, texts, origin)
    await trail.record(unit, "plan.arrive", "plan", opened.plan.id, patient, opened.plan.clinic_id)


async def _writable(unit: Unit, patient: str) -> Opened:
    if await may_open(unit, patient):
        opened = await open_plan(unit, patient)
        if opened.rights.get(STEPS, Right.NONE) >= Right.EDIT:
            return opened
    trail.record_denial(unit, Action.PLAN_OPEN, "plan", patient, patient)
    raise Forbidden(NOT_YOURS)


def _command(live: Live, origin: str, step: Step) -> tuple[Command, Mapping[str, str]]:
    if step.item:
        return Command(new_id(), Op.SET, step.item, values={"status": step.status}), {}
    values: dict[str, Value] = {
        "origin": origin,
        "due": step.due.isoformat(),
        "status": step.status,
    }
    if step.owner:
        values["owner"] = step.owner
    last = max((one.rank for one in live.items.all.values()), default="")
    kind = SECTIONS[STEPS].main
    command = Command(new_id(), Op.ADD, item_of(origin), kind, rank_after(last), values)
    return command, {"text": _CONTROL.sub(" ", step.words).strip()}


async def _standing(unit: Unit, edit: PlanPending | None) -> Standing:
    if edit is None:
        return Standing.OUTSIDE
    if edit.refused is not None:
        return Standing.REFUSED
    if edit.seq is not None:
        return Standing.THERE
    stored = Live(edit.section_id, SHAPES[STEPS], await read_stored(unit.session, edit.section_id))
    return Standing.CLOSED if stored.lock is not None else Standing.WAITS
