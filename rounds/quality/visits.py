"""The numbers of a clinic's visits for its staff: technology by week, answers by months."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from rounds.consent.access import Thing, can, require
from rounds.consent.actions import Action
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic
from rounds.quality.answers import Span, added_answers
from rounds.quality.queries import (
    LINK_CLASS,
    VOICE_CLASS,
    causes_by_browser,
    experience_counts,
    link_classes,
    sums,
    voice_classes,
)
from rounds.quality.sums import Sums, Times, added_up, causes, grouped, say, times
from rounds.visits.experience import CHANGEABLE
from rounds.visits.queries import experiences_to_count

WEEKS = (4, 12, 26, 52)
"""How far back one may look."""
WEEKS_FIRST = 12
SLACK = timedelta(days=1)
"""After the last moment of a change, until the sums are made."""


@dataclass(frozen=True, slots=True)
class Week:
    """One week: its Monday, what its sums say, and the times to the first sound."""

    monday: date
    sums: Sums
    voice: Times


@dataclass(frozen=True, slots=True)
class Numbers:
    """Everything the page shows. `causes` gives people by cause and browser."""

    clinic: Clinic
    weeks: Sequence[Week]
    total: Sums
    voice: Times
    link: Times
    languages: Mapping[str, Sums]
    browsers: Mapping[str, Sums]
    causes: Mapping[str, Mapping[str, int]]
    spans: Sequence[Span]
    may_read_words: bool


async def read_numbers(unit: Unit, weeks: int) -> Numbers:
    """Return the numbers of the last so many whole weeks, with the one under way.

    Raises NotFound for everybody but the clinic's staff.
    """
    require(unit, Action.QUALITY_READ, Thing("clinic", unit.actor.clinic, unit.actor.clinic))
    clinic = await unit.session.get_one(Clinic, unit.actor.clinic)
    today = unit.now.astimezone(ZoneInfo(clinic.time_zone)).date()
    this_week = today - timedelta(days=today.weekday())
    place = (unit.session, clinic.id, this_week - timedelta(weeks=weeks), today + SLACK)
    rows = await sums(*place)
    voices: dict[date, list[tuple[int, int]]] = defaultdict(list)
    for week, at, people in await voice_classes(*place):
        voices[week].append((at, people))
    links = [(at, people) for _, at, people in await link_classes(*place)]
    words = Thing("clinic", clinic.id, clinic.id)
    return Numbers(
        clinic=clinic,
        weeks=[
            Week(monday, say(total), times(voices[monday], VOICE_CLASS))
            for monday, total in grouped(rows, "week").items()
        ],
        total=say(added_up(rows)),
        voice=times([one for each in voices.values() for one in each], VOICE_CLASS),
        link=times(links, LINK_CLASS),
        languages={tag: say(total) for tag, total in grouped(rows, "language").items()},
        browsers={name: say(total) for name, total in grouped(rows, "browser").items()},
        causes=causes(await causes_by_browser(*place)),
        spans=await _spans(unit, clinic, today),
        may_read_words=can(unit.actor, Action.EXPERIENCE_READ, words).allowed,
    )


async def _spans(unit: Unit, clinic: Clinic, today: date) -> Sequence[Span]:
    """Return the answers of this year and the last, as far as nothing of them can change."""
    # The last day of a month that is final was so long ago that its answers have been counted.
    until = (today - CHANGEABLE - SLACK).replace(day=1)
    for _, visit in await experiences_to_count(unit.session, unit.now, 1):
        ended = (visit.ended_at or visit.starts_at).astimezone(ZoneInfo(clinic.time_zone)).date()
        until = min(until, ended.replace(day=1))
    rows = await experience_counts(unit.session, clinic.id, date(today.year - 1, 1, 1))
    return added_answers(rows, until)
