"""What happened around a patient, the newest first: visits, the team, who answers for what."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from rounds.chart.reading import Chart
from rounds.kernel.words import N_
from rounds.people.model import Matter
from rounds.people.roles import matter_label
from rounds.visits.model import VisitState

MOST_EVENTS = 60
MISSED_AFTER = timedelta(minutes=30)
Event = tuple[datetime, str, str, bool]

VISITS = {
    VisitState.FINISHED: N_("Visit took place"),
    VisitState.CANCELLED: N_("Visit cancelled"),
    VisitState.PLANNED: N_("Visit did not take place"),
}


def timeline(found: Chart, zone: ZoneInfo, translate: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return the newest events as templates take them; without access to the record none.

    What happened to several people in one moment, such as a team that began, is one event.
    """
    if not found.opens:
        return []
    events = [*_visits(found, translate), *_team(found, translate), *_duties(found, translate)]
    events.sort(key=lambda one: (one[0], one[1]), reverse=True)
    return [
        {
            "at": at.astimezone(zone),
            "title": title,
            "words": [words for _, _, words, _ in alike if words],
            "strong": strong,
        }
        for (at, title, strong), alike in (
            (key, list(group))
            for key, group in groupby(events[:MOST_EVENTS], lambda one: (one[0], one[1], one[3]))
        )
    ]


def _visits(found: Chart, translate: Callable[[str], str]) -> Iterator[Event]:
    for visit, _ in found.visits:
        words = visit.purpose
        if visit.state == VisitState.FINISHED:
            yield visit.ended_at or visit.starts_at, translate(VISITS[visit.state]), words, True
        elif visit.state == VisitState.CANCELLED:
            at = visit.cancelled_at or visit.starts_at
            yield at, translate(VISITS[visit.state]), words, False
        elif visit.state == VisitState.PLANNED and found.now > visit.planned_end + MISSED_AFTER:
            yield visit.starts_at, translate(VISITS[visit.state]), words, False


def _team(found: Chart, translate: Callable[[str], str]) -> Iterator[Event]:
    for one in (*found.team, *found.former):
        joined, left = translate(N_("Joined the team")), translate(N_("Left the team"))
        yield one.membership.begins_at, joined, one.person.name, False
        if one.membership.ends_at is not None:
            yield one.membership.ends_at, left, one.person.name, False


def _duties(found: Chart, translate: Callable[[str], str]) -> Iterator[Event]:
    for one in found.duties:
        words = found.people[one.person_id].name
        if one.reason:
            words = f"{words}: {one.reason}"
        yield one.begins_at, matter_label(Matter(one.matter), translate), words, True
