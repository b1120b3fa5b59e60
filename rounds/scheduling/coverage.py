"""Does somebody watch whenever the clinic says so?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rounds.kernel.database import AsyncSession
from rounds.people.model import Clinic
from rounds.scheduling.diaries import clinic_calendar
from rounds.scheduling.on_call import on_call_at
from rounds.scheduling.queries import shifts_between, time_off_between, without_account
from rounds.scheduling.working import Span, WorkCalendar, without

LOOK_AHEAD = timedelta(days=14)


def gaps(
    calendar: WorkCalendar, watched: Sequence[Span], after: datetime, before: datetime
) -> Sequence[Span]:
    """Return the promised time in which nobody watches, in order."""
    return without(calendar.open_between(after, before), watched)


async def coming_gaps(session: AsyncSession, clinic: Clinic, now: datetime) -> Sequence[Span]:
    """Return the gaps of the next 14 days, one that runs with its true beginning.

    The clinic's hours are what it promises; a shift of somebody who is away covers nothing.
    """
    after, before = now - timedelta(days=2), now + LOOK_AHEAD
    return [span for span in await gaps_between(session, clinic, after, before) if span.ends > now]


async def gaps_between(
    session: AsyncSession, clinic: Clinic, after: datetime, before: datetime
) -> Sequence[Span]:
    """Return the gaps in a span of time."""
    away = await time_off_between(session, clinic.id, after, before)
    gone = await without_account(session, clinic.id)
    watched: list[Span] = []
    for row in await shifts_between(session, clinic.id, after, before):
        if row.person_id in gone:
            continue
        off = [Span(one.begins_at, one.ends_at) for one in away if one.person_id == row.person_id]
        watched += without([Span(row.begins_at, row.ends_at)], off)
    return gaps(await clinic_calendar(session, clinic), watched, after, before)


async def watched_now(session: AsyncSession, clinic: str, now: datetime) -> bool:
    """Tell whether somebody is on call at `now` who would hear of an alert."""
    return bool(await on_call_at(session, clinic, now))
