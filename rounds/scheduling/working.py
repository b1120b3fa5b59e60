"""Working-day arithmetic: when a clinic is open, and what so many working days or minutes are.

Everything that counts working time asks here. Pure: instants in, instants in UTC out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from rounds.scheduling.local import MINUTES_A_DAY, first_moment

# A clinic that does not open within three years has no next opening.
LONGEST_SEARCH_DAYS = 3 * 366
WEEK = 7

Minutes = tuple[int, int]
"""From, until: minutes since local midnight; until is at most 1440."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of time: `begins` belongs to it, `ends` no longer does."""

    begins: datetime
    ends: datetime

    def overlaps(self, other: "Span") -> bool:
        """Tell whether some moment belongs to both."""
        return self.begins < other.ends and other.begins < self.ends

    def holds(self, at: datetime) -> bool:
        """Tell whether a moment belongs to it."""
        return self.begins <= at < self.ends


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the same time in order, in as few pieces as there can be."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.begins, one.ends)):
        if span.begins >= span.ends:
            continue
        if found and span.begins <= found[-1].ends:
            found[-1] = Span(found[-1].begins, max(found[-1].ends, span.ends))
        else:
            found.append(span)
    return found


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """Return the time of `spans` that is in none of `taken`, in order."""
    found: list[Span] = []
    holes = merged(taken)
    for span in merged(spans):
        begins = span.begins
        for hole in holes:
            if hole.overlaps(Span(begins, span.ends)) and begins < span.ends:
                if begins < hole.begins:
                    found.append(Span(begins, hole.begins))
                begins = max(begins, hole.ends)
        if begins < span.ends:
            found.append(Span(begins, span.ends))
    return found


class WorkCalendar:
    """A place's weekly hours and holidays in its own time zone.

    Hours are kept by the clock on the wall: an opening begins when the clocks first show its
    beginning and ends when they first show its end, so a missing hour shortens it and a doubled
    hour makes it longer. An opening that lies wholly in a missing hour (or day) does not happen.
    """

    def __init__(
        self, zone: tzinfo, hours: Mapping[int, Sequence[Minutes]], holidays: Iterable[date] = ()
    ) -> None:
        """Open at `hours` (weekday, 0 is Monday, to its spans) except on `holidays`.

        Raises ValueError for a weekday or minutes that are none.
        """
        self.zone = zone
        self.holidays = frozenset(holidays)
        self._hours: dict[int, list[Minutes]] = {}
        for weekday, spans in hours.items():
            if weekday not in range(WEEK):
                raise ValueError("a weekday is 0 to 6")
            self._hours[weekday] = _tidy(spans)

    @property
    def has_hours(self) -> bool:
        """Say whether it ever opens in a week without holidays."""
        return any(self._hours.values())

    def openings(self, day: date) -> list[Span]:
        """Return when it is open on a local day; nothing on holidays and on days left out."""
        if day in self.holidays:
            return []
        found = []
        for begins, ends in self._hours.get(day.weekday(), ()):
            span = Span(first_moment(self.zone, day, begins), first_moment(self.zone, day, ends))
            if span.begins < span.ends:
                found.append(span)
        return found

    def is_working_day(self, day: date) -> bool:
        """Tell whether it opens at all on a local day."""
        return bool(self.openings(day))

    def open_between(self, after: datetime, before: datetime) -> list[Span]:
        """Return the open time from `after` until `before`, across midnights in one piece."""
        window = Span(after.astimezone(UTC), before.astimezone(UTC))
        return merged(
            Span(max(span.begins, window.begins), min(span.ends, window.ends))
            for day in self._days(window.begins, window.ends)
            for span in self.openings(day)
            if span.overlaps(window)
        )

    def is_open(self, at: datetime) -> bool:
        """Tell whether it is open at an instant."""
        return any(span.holds(at) for day in self._days(at, at) for span in self.openings(day))

    def next_opening(self, at: datetime) -> datetime | None:
        """Return the first instant from `at` on at which it is open: `at` itself while it is.

        Nothing when it does not open within three years, or before the calendar ends.
        """
        span = next(self._from(at), None)
        return max(span.begins, at.astimezone(UTC)) if span else None

    def working_day(self, day: date, n: int) -> date | None:
        """Return the n-th working day after a date; 0 is the date itself, or the first after it.

        The date given counts as a whole: whether it is a working day itself does not matter
        for n from 1 on. Raises ValueError for a negative n.
        """
        if n < 0:
            raise ValueError("working days are counted forward")
        wanted, barren = n, 0
        if n == 0 and self.is_working_day(day):
            return day
        wanted = max(n, 1)
        while barren < LONGEST_SEARCH_DAYS and day < date.max - timedelta(days=1):
            day += timedelta(days=1)
            barren += 1
            if self.is_working_day(day):
                wanted, barren = wanted - 1, 0
                if wanted == 0:
                    return day
        return None

    def add_working_days(self, at: datetime, n: int) -> datetime | None:
        """Return the same time of day n working days later, moved into that day's hours.

        An instant outside of the hours counts as the next opening. A time of day that the day
        found does not have open becomes that day's next opening, or its last closing where none
        follows: two working days after Monday 16:00 is Wednesday 16:00, or Wednesday's closing
        at noon. Never before `at`. Nothing where `next_opening` knows nothing.
        """
        begins = self.next_opening(at)
        if begins is None or n == 0:
            return begins
        local = begins.astimezone(self.zone)
        day = self.working_day(local.date(), n)
        if day is None:
            return None
        minutes = local.hour * 60 + local.minute
        wanted = first_moment(self.zone, day, minutes) + timedelta(
            seconds=local.second, microseconds=local.microsecond
        )
        spans = self.openings(day)
        for span in spans:
            if wanted < span.ends:
                return max(wanted, span.begins)
        return spans[-1].ends

    def add_working_minutes(self, at: datetime, minutes: int) -> datetime | None:
        """Return the earliest instant by which it was open for so many minutes since `at`.

        That may be a closing; 0 minutes are over at once. Nothing where it never opens so long.
        Raises ValueError for negative minutes.
        """
        if minutes < 0:
            raise ValueError("working time is counted forward")
        left, here = timedelta(minutes=minutes), at.astimezone(UTC)
        if not left:
            return here
        for span in self._from(at):
            begins = max(span.begins, here)
            if span.ends - begins >= left:
                return begins + left
            left -= max(span.ends - begins, timedelta())
            here = max(here, span.ends)
        return None

    def working_minutes_between(self, after: datetime, before: datetime) -> int:
        """Return for how many whole minutes it is open from `after` to `before`; 0 backwards."""
        spans = self.open_between(after, before) if after < before else []
        total = sum((span.ends - span.begins for span in spans), timedelta())
        return int(total.total_seconds()) // 60

    def _from(self, at: datetime) -> Iterator[Span]:
        """Give the openings that end after `at`, in order; stop after three years without one."""
        day, barren = at.astimezone(self.zone).date() - timedelta(days=1), 0
        while self.has_hours and barren < LONGEST_SEARCH_DAYS:
            for span in self.openings(day):
                if at < span.ends:
                    barren = 0
                    yield span
            if day >= date.max - timedelta(days=2):
                return
            day += timedelta(days=1)
            barren += 1

    def _days(self, after: datetime, before: datetime) -> Iterator[date]:
        """Give the local days whose openings may touch a span, one more at either side.

        A day lasts beyond its midnight where clocks are put back at it.
        """
        first = after.astimezone(self.zone).toordinal() - 1
        last = before.astimezone(self.zone).toordinal() + 1
        for ordinal in range(max(first, 1), min(last, date.max.toordinal() - 1) + 1):
            yield date.fromordinal(ordinal)


def _tidy(spans: Sequence[Minutes]) -> list[Minutes]:
    """Return a day's spans in order, with those that touch made one."""
    for begins, ends in spans:
        if not 0 <= begins < ends <= MINUTES_A_DAY:
            raise ValueError("minutes of a day go from 0 to 1440, forwards")
    found: list[Minutes] = []
    for span in sorted(spans):
        if found and span[0] <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], span[1]))
        else:
            found.append(span)
    return found
