"""Reads the diaries of people: whose hours, time off and protected minutes are where."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rounds.kernel.database import AsyncSession
from rounds.people.model import Clinic
from rounds.scheduling.availability import Diary
from rounds.scheduling.hours import week_of
from rounds.scheduling.model import Hours
from rounds.scheduling.protected import kept_between
from rounds.scheduling.queries import holidays_of, hours_of, protected_of, time_off_between
from rounds.scheduling.working import Span, WorkCalendar


async def clinic_calendar(session: AsyncSession, clinic: Clinic) -> WorkCalendar:
    """Return the hours and holidays that a clinic promises."""
    days = [row.day for row in await holidays_of(session, clinic.id)]
    week = week_of(await hours_of(session, clinic.id), None)
    return WorkCalendar(ZoneInfo(clinic.time_zone), week, days)


async def read_diaries(
    session: AsyncSession, clinic: Clinic, people: Iterable[str], after: datetime, before: datetime
) -> Mapping[str, Diary]:
    """Return the diary of each person for a span of time; visits are not in it yet.

    Whoever has no hours of their own works in the clinic's.
    """
    zone = ZoneInfo(clinic.time_zone)
    days = [row.day for row in await holidays_of(session, clinic.id)]
    hours = await hours_of(session, clinic.id)
    off = await time_off_between(session, clinic.id, after, before)
    protected = await protected_of(session, clinic.id)
    return {
        person: Diary(
            person,
            WorkCalendar(zone, _week(hours, person), days),
            [Span(row.begins_at, row.ends_at) for row in off if row.person_id == person],
            (),
            list(
                kept_between(
                    zone, [row for row in protected if row.person_id == person], after, before
                )
            ),
        )
        for person in people
    }


def _week(rows: Sequence[Hours], person: str) -> dict[int, list[tuple[int, int]]]:
    return week_of(rows, person) or week_of(rows, None)
