"""Is somebody free for a visit, and when are several people free together? Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from rounds.scheduling.protected import Kept
from rounds.scheduling.working import Span, WorkCalendar, merged, without

STEP = timedelta(minutes=15)
# Three offers that differ: whoever cannot come at ten cannot come at a quarter past either.
APART = timedelta(hours=2)


class Concern(StrEnum):
    """What speaks against a time in one person's diary."""

    CLOSED = "closed"
    OFF = "off"
    BUSY = "busy"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Diary:
    """One person's time: hours, what they are away for, visits, and what they keep free.

    Without any hours, their own or the clinic's, no time counts as closed.
    """

    person: str
    calendar: WorkCalendar
    off: Sequence[Span] = ()
    busy: Sequence[Span] = ()
    kept: Sequence[Kept] = field(default=())

    def concerns(self, span: Span, now: datetime) -> list[Concern]:
        """Return everything that speaks against `span`, booked at `now`."""
        found = []
        calendar = self.calendar
        if calendar.has_hours and calendar.open_between(span.begins, span.ends) != [_utc(span)]:
            found.append(Concern.CLOSED)
        if any(one.overlaps(span) for one in self.off):
            found.append(Concern.OFF)
        if any(one.overlaps(span) for one in self.busy):
            found.append(Concern.BUSY)
        if any(one.stands_against(span, now) for one in self.kept):
            found.append(Concern.KEPT)
        return found

    def free_between(self, after: datetime, before: datetime, now: datetime) -> list[Span]:
        """Return the open time with nothing against it."""
        kept = [one.span for one in self.kept if now < one.released_at]
        return without(self.calendar.open_between(after, before), [*self.off, *self.busy, *kept])


def free_together(
    diaries: Sequence[Diary], after: datetime, before: datetime, now: datetime
) -> list[Span]:
    """Return when everybody is free at once; nothing for nobody."""
    if not diaries:
        return []
    found = diaries[0].free_between(after, before, now)
    for diary in diaries[1:]:
        theirs = diary.free_between(after, before, now)
        found = merged(
            Span(max(one.begins, other.begins), min(one.ends, other.ends))
            for one in found
            for other in theirs
            if one.overlaps(other)
        )
    return found


def offers(
    diaries: Sequence[Diary],
    minutes: int,
    after: datetime,
    before: datetime,
    now: datetime,
    most: int = 3,
) -> list[datetime]:
    """Return up to `most` beginnings, on quarter hours, at which everybody has `minutes` free.

    The earliest first, each at least two hours after the one before.
    """
    length, found = timedelta(minutes=minutes), list[datetime]()
    for begins in _quarters(free_together(diaries, after, before, now), length):
        if not found or begins >= found[-1] + APART:
            found.append(begins)
            if len(found) == most:
                break
    return found


def _quarters(spans: Sequence[Span], length: timedelta) -> Iterator[datetime]:
    for span in spans:
        # Offsets of all zones in use today are whole quarters of an hour.
        past = timedelta(
            minutes=span.begins.minute % 15,
            seconds=span.begins.second,
            microseconds=span.begins.microsecond,
        )
        begins = span.begins + (STEP - past if past else timedelta())
        while begins + length <= span.ends:
            yield begins
            begins += STEP


def _utc(span: Span) -> Span:
    return Span(span.begins.astimezone(UTC), span.ends.astimezone(UTC))
