"""Says what of a template could come into a plan now, and as what command each would come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from rounds.careplan.fields import fields_of
from rounds.careplan.kinds import COMMENT, SECTIONS, SHAPES
from rounds.careplan.opening import Opened
from rounds.careplan.ranks import rank_after
from rounds.careplan.rights import Right, check_command
from rounds.careplan.stored import read_stored
from rounds.careplan.template_content import PROMPTED, Entry, item_of
from rounds.careplan.template_queries import items_coming
from rounds.careplan.template_versions import InUse
from rounds.kernel.actor import Role
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic
from rounds.people.queries import staff, team_of
from rounds.sync.commands import Command, Op, Value
from rounds.sync.live import Live
from rounds.sync.refused import Refused


class Standing(StrEnum):
    """How an entry of a template stands in a plan."""

    NEW = "new"
    COMING = "coming"
    """It was left for the plan's door, which has not carried it out yet."""
    THERE = "there"
    AWAY = "away"
    """It was there and was put away: it can come back as it was."""
    CLOSED = "closed"
    """The actor may not write there, or the section takes nothing more."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An entry, how it stands, and what would bring it when it can come."""

    entry: Entry
    standing: Standing
    command: Command | None = None


async def offers(unit: Unit, opened: Opened, found: InUse) -> list[Offer]:
    """Return every entry of a template for sections that the actor may read."""
    here = [one for one in found.template.entries if one.section in opened.rights]
    now = await sections_now(unit, opened, {one.section for one in here})
    coming = await items_coming(unit.session, [opened.sections[one] for one in now])
    people = await _people(unit, opened)
    today = await _today(unit, opened)
    ranks: dict[str, str] = {}
    told = []
    for entry in here:
        item = item_of(found.shipped.pathway, entry)
        live = now[entry.section]
        if (opened.sections[entry.section], item) in coming:
            told.append(Offer(entry, Standing.COMING))
            continue
        there = live.items.all.get(item)
        if there is not None and not there.archived:
            told.append(Offer(entry, Standing.THERE))
            continue
        if there is None:
            rank = rank_after(ranks.get(entry.section) or last_rank(live))
            values = values_of(entry, people, today)
            if entry.section not in PROMPTED:
                number = found.version.number if found.version else 0
                values |= {"origin": origin_of(found.shipped.pathway, number)}
            command = Command(new_id(), Op.ADD, item, kind_of(entry), rank, values)
        else:
            command = Command(new_id(), Op.RESTORE, item)
        if not is_open(unit, opened, live, entry.section, command):
            told.append(Offer(entry, Standing.CLOSED))
            continue
        ranks[entry.section] = command.rank or ranks.get(entry.section, "")
        told.append(Offer(entry, Standing.AWAY if there else Standing.NEW, command))
    return told


async def sections_now(unit: Unit, opened: Opened, kinds: set[str]) -> dict[str, Live]:
    """Return sections as they stand on the disk, by kind."""
    return {
        kind: Live(id, SHAPES[kind], await read_stored(unit.session, id))
        for kind, id in opened.sections.items()
        if kind in kinds
    }


def is_open(unit: Unit, opened: Opened, live: Live, kind: str, command: Command) -> bool:
    """Say whether the actor may give a command, and the section could take it."""
    right = opened.rights.get(kind, Right.NONE)
    try:
        check_command(right, command, str(unit.actor.person), live.items)
        live.items.check(command)
    except Refused:
        return False
    return not live.quarantined


def kind_of(entry: Entry) -> str:
    """Return the kind of item that an entry becomes: a question is a comment on the section."""
    return COMMENT if entry.prompt else SECTIONS[entry.section].main


def origin_of(pathway: str, number: int) -> str:
    """Return what an item names as where it came from: `template:persistent-pain/2`."""
    return f"template:{pathway}/{number}"


def values_of(entry: Entry, people: Mapping[str, str], today: date) -> dict[str, Value]:
    """Return the values of the item: days as dates, roles as people; who is missing is left out."""
    if entry.prompt:
        return {"body": entry.prompt, "status": "open"}
    sorts = {one.name: one.sort for one in fields_of(entry.section)}
    found: dict[str, Value] = {}
    for name, value in entry.values.items():
        if sorts[name] == "day":
            found[name] = (today + timedelta(days=int(value or 0))).isoformat()
        elif sorts[name] != "person":
            found[name] = value
        elif str(value) in people:
            found[name] = people[str(value)]
    return found


def last_rank(live: Live) -> str:
    """Return the rank after which a new item is the last."""
    return max((one.rank for one in live.items.all.values()), default="")


async def _people(unit: Unit, opened: Opened) -> dict[str, str]:
    """Return who in the team has which role; whoever uses the template before others."""
    patient = opened.patient
    roles = {
        person.id: Role(member.role)
        for person, member in await staff(unit.session, patient.clinic_id)
    }
    found = {"patient": patient.person_id}
    for one in await team_of(unit.session, patient.person_id):
        role = roles.get(one.person_id)
        if role is not None and (one.ends_at is None or one.ends_at > unit.now):
            found.setdefault(role, one.person_id)
    if unit.actor.person in roles and unit.actor.role is not None:
        found[unit.actor.role] = unit.actor.person
    return {str(role): person for role, person in found.items()}


async def _today(unit: Unit, opened: Opened) -> date:
    clinic = await unit.session.get_one(Clinic, opened.plan.clinic_id)
    return unit.now.astimezone(ZoneInfo(clinic.time_zone)).date()
