"""The patients somebody of the staff works with, searched and put in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from rounds.audit import trail
from rounds.chart.queries.patients import (
    holders_for,
    next_visits,
    patients_with_a_team,
    slice_of_patients,
    visits_kept_from,
)
from rounds.chart.searching import matches, name_key, ways_to_write, words_of
from rounds.consent.access import OFFICE, Thing, require
from rounds.consent.actions import Action
from rounds.consent.queries import patients_keeping_out
from rounds.kernel.actor import CLINICIANS
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Matter, Person

# Names are sealed: they are searched here, in slices small enough to let a call go on between.
SLICE = 250
PAGE = 100
# A visit that began lately is still the next one.
STILL_ON = timedelta(minutes=30)


class Show(StrEnum):
    """Which patients somebody wants to see."""

    MINE = "mine"
    ALL = "all"
    TEAMLESS = "without-team"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for; `page` counts from 1."""

    words: str = ""
    show: Show | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One patient of the list; `row` has the columns of `slice_of_patients`."""

    row: Any
    lead: Person | None
    coordinator: Person | None
    next_visit: datetime | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list: `found` matched, `first` of them is the first one here (from 1)."""

    clinic: Clinic
    show: Show
    offers: Sequence[Show]
    lines: Sequence[Line]
    found: int
    first: int
    has_more: bool


async def list_patients(unit: Unit, wish: Wish) -> Listing:
    """Return the patients the actor may list: of their teams, for the office all of the clinic.

    Who is kept out by a patient does not find them here. Names are searched whatever their case
    and accents.
    """
    require(unit, Action.PATIENT_LIST, Thing("clinic", unit.actor.clinic, unit.actor.clinic))
    clinic = await unit.session.get(Clinic, unit.actor.clinic) if unit.actor.clinic else None
    if clinic is None or unit.actor.person is None:
        raise NotFound("There is nothing here for you.")
    offers = _offers(unit)
    show = wish.show if wish.show and wish.show in offers else offers[0]
    keyed = await _matching(unit, clinic.id, show, words_of(wish.words))
    rows = [keyed[key] for key in sorted(keyed)]
    pages = max(1, -(-len(rows) // PAGE))
    start = (min(max(wish.page, 1), pages) - 1) * PAGE
    return Listing(
        clinic=clinic,
        show=show,
        offers=offers,
        lines=await _lines(unit, rows[start : start + PAGE]),
        found=len(rows),
        first=start + 1,
        has_more=start + PAGE < len(rows),
    )


async def note_listing(unit: Unit) -> None:
    """Write that the list was read."""
    require(unit, Action.PATIENT_LIST, Thing("clinic", unit.actor.clinic, unit.actor.clinic))
    await trail.record_reading(unit, Action.PATIENT_LIST, "clinic", unit.actor.clinic, None)


def _offers(unit: Unit) -> Sequence[Show]:
    if unit.actor.role in OFFICE:
        return (Show.ALL, Show.MINE, Show.TEAMLESS)
    return (Show.MINE,)


async def _matching(
    unit: Unit, clinic: str, show: Show, words: Sequence[str]
) -> dict[tuple[str, str, str], Any]:
    """Return the patients that match, by what they are ordered by."""
    me = unit.actor.person or ""
    if unit.actor.role not in OFFICE | CLINICIANS:
        return {}
    hidden = await patients_keeping_out(unit.session, me)
    if show is Show.TEAMLESS:
        hidden |= await patients_with_a_team(unit.session, clinic)
    member = me if show is Show.MINE else None
    found: dict[tuple[str, str, str], Any] = {}
    after = None
    while True:
        rows = await slice_of_patients(unit.session, clinic, member, after, SLICE)
        for row in rows:
            if row.id not in hidden and _matches(words, row):
                found[(*name_key(row.family_name, row.given_name), row.id)] = row
        if len(rows) < SLICE:
            return found
        after = rows[-1].id


def _matches(words: Sequence[str], row: Any) -> bool:
    if not words:
        return True
    name = f"{row.prefix or ''} {row.given_name} {row.family_name}"
    return matches(words, name, row.number, ways_to_write(row.born))


async def _lines(unit: Unit, rows: Sequence[Any]) -> list[Line]:
    ids = [row.id for row in rows]
    holders = await holders_for(unit.session, ids)
    visits = await next_visits(unit.session, ids, unit.now - STILL_ON)
    private = await visits_kept_from(unit.session, ids, unit.actor.person or "")
    return [
        Line(
            row=row,
            lead=holders.get((row.id, Matter.LEAD)),
            coordinator=holders.get((row.id, Matter.COORDINATION)),
            next_visit=None if row.id in private else visits.get(row.id),
        )
        for row in rows
    ]
