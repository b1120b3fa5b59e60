"""Looks at a plan as it stands, as it stood and as it came about, as far as the actor may."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rounds.audit import trail
from rounds.careplan.acknowledging import Standing, standings
from rounds.careplan.closed import Closed, closed_in
from rounds.careplan.content import SectionContent, only, read
from rounds.careplan.history import Event, history, origin_named
from rounds.careplan.kinds import SECTIONS, SHAPES
from rounds.careplan.opening import Opened, open_plan
from rounds.careplan.origins import Came, follow
from rounds.careplan.stored import read_entries
from rounds.careplan.version_model import PlanSignature, PlanVersion, Reason
from rounds.careplan.version_queries import newest_signed, signatures_of, versions_of
from rounds.careplan.versions import broken, present
from rounds.consent.actions import Action
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Patient, Person
from rounds.people.queries import people_by_id
from rounds.sync.log import Entry

MOST_EVENTS = 200
"""Events of a page of the history."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it stands: only sections that the actor may read are in it.

    `closed` says which of them are closed for changes, by kind.
    `hash` is that of the whole plan, which is what a signature is about; `names` are those of
    everybody it names, by id.
    """

    opened: Opened
    patient: Patient
    person: Person
    clinic: Clinic
    zone: ZoneInfo
    now: datetime
    content: Mapping[str, SectionContent]
    closed: Mapping[str, Closed]
    hash: str
    names: Mapping[str, str]
    signed: PlanVersion | None
    signatures: Sequence[PlanSignature]
    readers: Sequence[Standing]
    """Who has read what was signed last, and who has not."""

    @property
    def is_amended(self) -> bool:
        """Say whether what the actor reads changed since the last signature."""
        return self.signed is not None and self.content != self._signed_content()

    def _signed_content(self) -> Mapping[str, SectionContent]:
        return only(read(self.signed.content), list(self.opened.rights)) if self.signed else {}


@dataclass(frozen=True, slots=True)
class Kept:
    """A version as somebody may see it: what they may read of it, and who signed it."""

    version: PlanVersion
    content: Mapping[str, SectionContent]
    signatures: Sequence[PlanSignature]


@dataclass(frozen=True, slots=True)
class Past:
    """How a plan came about, the newest first.

    `events` are told with their section's kind. `broken` is the number of the first version that
    is not as it was made, `damaged` the kinds of sections whose log cannot be read to its end.
    `origins` says where what the events brought came from.
    """

    plan: Plan
    events: Sequence[tuple[str, Event]]
    more: bool
    versions: Sequence[Kept]
    broken: int | None
    damaged: Sequence[str]
    origins: Mapping[str, Came]


async def look(unit: Unit, patient_id: str, action: Action = Action.PLAN_OPEN) -> Plan:
    """Return the plan of a patient as it stands. Raises NotFound or Forbidden."""
    opened = await open_plan(unit, patient_id, action)
    found = await present(unit.session, opened.plan.id, SHAPES)
    clinic = await unit.session.get_one(Clinic, opened.plan.clinic_id)
    zone = ZoneInfo(clinic.time_zone)
    person = await unit.session.get_one(Person, patient_id)
    signed = await newest_signed(unit.session, opened.plan.id)
    readers = await standings(unit.session, patient_id, signed) if signed else []
    content = only(found.content, [kind for kind in SECTIONS if kind in opened.rights])
    await trail.record_reading(unit, Action.PLAN_OPEN, "plan", opened.plan.id, patient_id)
    return Plan(
        opened=opened,
        patient=opened.patient,
        person=person,
        clinic=clinic,
        zone=zone,
        now=unit.now,
        content=content,
        closed=await closed_in(unit.session, found.locks, opened.rights, zone),
        hash=found.hash,
        names=await _names(unit, content),
        signed=signed,
        signatures=await signatures_of(unit.session, [signed.id]) if signed else [],
        readers=readers,
    )


async def look_again(unit: Unit, plan: Plan) -> None:
    """Raise NotFound or Forbidden for who may no longer read all that they looked at.

    For what takes a while to be made: a right that ended meanwhile ends it too.
    """
    opened = await open_plan(unit, plan.patient.person_id)
    if not plan.opened.rights.keys() <= opened.rights.keys():
        raise NotFound("There is nothing here for you.")


async def look_back(unit: Unit, patient_id: str, kind: str = "") -> Past:
    """Return how a plan, or one section of it, came about. Raises NotFound or Forbidden."""
    plan = await look(unit, patient_id)
    kinds = [one for one in plan.opened.sections if kind in ("", one)]
    if not kinds:
        raise NotFound("There is nothing here for you.")
    logs = {one: await read_entries(unit.session, plan.opened.sections[one]) for one in kinds}
    # A long log takes a moment, in which others want their pages.
    events, damaged = await asyncio.to_thread(_told, logs)
    versions = await versions_of(unit.session, plan.opened.plan.id)
    return Past(
        plan=plan,
        events=events[:MOST_EVENTS],
        more=len(events) > MOST_EVENTS,
        versions=await _kept(unit, plan, versions),
        broken=broken(versions),
        damaged=damaged,
        origins=await follow(
            unit, patient_id, [origin_named(one) for _, one in events[:MOST_EVENTS]]
        ),
    )


async def names_of(unit: Unit, ids: Sequence[str | None]) -> dict[str, str]:
    """Return the names of people by id."""
    found = await people_by_id(unit.session, {one for one in ids if one})
    return {id: one.name for id, one in found.items()}


def writers_of(past: Past) -> list[str]:
    """Return the ids of everybody who is named in a history."""
    ids = {writer for _, event in past.events for writer in event.writers}
    for _, event in past.events:
        ids |= {one for pair in event.values.values() for one in pair if isinstance(one, str)}
    for kept in past.versions:
        ids |= {one.person_id for one in kept.signatures}
        if kept.version.made_by:
            ids.add(kept.version.made_by)
    return [one for one in ids if len(one) == 36]


def _told(logs: Mapping[str, Sequence[Entry]]) -> tuple[list[tuple[str, Event]], list[str]]:
    events, damaged = [], []
    for kind, entries in logs.items():
        found = history(SHAPES[kind], entries)
        events += [(kind, event) for event in found.events]
        if not found.whole:
            damaged.append(kind)
    events.sort(key=lambda one: (one[1].ends, one[1].last), reverse=True)
    return events, damaged


async def _kept(unit: Unit, plan: Plan, versions: Sequence[PlanVersion]) -> list[Kept]:
    """Return the versions, the newest first.

    Whoever is not of the team sees those that were signed or named, or that say something else
    than the one before in what they may read: hidden is absent.
    """
    signatures = await signatures_of(unit.session, [one.id for one in versions])
    kinds = [kind for kind in SECTIONS if kind in plan.opened.rights]
    found: list[Kept] = []
    before: Mapping[str, SectionContent] = {}
    for version in versions:
        content = only(read(version.content), kinds)
        signed = [one for one in signatures if one.version_id == version.id]
        shown = unit.actor.is_staff or signed or version.reason == Reason.NAMED
        if shown or content != before:
            found.append(Kept(version, content, signed))
        before = content
    return found[::-1]


async def _names(unit: Unit, content: Mapping[str, SectionContent]) -> dict[str, str]:
    ids = {
        value
        for items in content.values()
        for item in items
        for value in item.values.values()
        if isinstance(value, str) and len(value) == 36
    }
    return await names_of(unit, list(ids))
