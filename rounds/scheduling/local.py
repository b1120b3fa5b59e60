"""Puts a time of day that people wrote on the world's line of time, where clocks change too."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

MINUTES_A_DAY = 1440


@dataclass(frozen=True, slots=True)
class Once:
    """The clocks of the place show this time once: at `at`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Never:
    """The clocks jump over this time; `following` is the first moment after the jump."""

    following: datetime


@dataclass(frozen=True, slots=True)
class Twice:
    """The clocks are put back and show this time at `first` and again at `second`."""

    first: datetime
    second: datetime


Local = Once | Never | Twice


def resolve(zone: tzinfo, wall: datetime) -> Local:
    """Say which instants a naive local time means in `zone`; results are in that zone.

    Works for every rule of the IANA database: changes by half an hour (Lord Howe) and days that
    a place left out altogether (Samoa, 30 December 2011). Raises OverflowError at the ends of
    the calendar.
    """
    early = wall.replace(tzinfo=zone, fold=0)
    late = wall.replace(tzinfo=zone, fold=1)
    before, after = early.astimezone(UTC), late.astimezone(UTC)
    if before == after:
        return Once(early)
    if before < after:
        return Twice(before.astimezone(zone), after.astimezone(zone))
    # In a gap PEP 495 reads fold=0 by the old offset, which is the later instant.
    return Never(_change_within(zone, after, before).astimezone(zone))


def first_moment(zone: tzinfo, day: date, minutes: int) -> datetime:
    """Return, in UTC, when the clocks first show `minutes` since midnight of `day`, or go past it.

    `minutes` may be 1440: the midnight that ends the day. Grows with day and minutes, strictly
    so wherever no clock is changed.
    """
    days, rest = divmod(minutes, MINUTES_A_DAY)
    wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60))
    found = resolve(zone, wall)
    if isinstance(found, Once):
        return found.at.astimezone(UTC)
    if isinstance(found, Twice):
        return found.first.astimezone(UTC)
    return found.following.astimezone(UTC)


def zone_named(name: str) -> ZoneInfo | None:
    """Return the time zone of an IANA name, or nothing for a name that is none."""
    return ZoneInfo(name) if name in available_timezones() else None


def _change_within(zone: tzinfo, low: datetime, high: datetime) -> datetime:
    """Return the instant between `low` and `high` (UTC, whole seconds) when the offset changes."""
    old = low.astimezone(zone).utcoffset()
    seconds = int((high - low).total_seconds())
    begin, end = 0, seconds
    while end - begin > 1:
        middle = (begin + end) // 2
        if (low + timedelta(seconds=middle)).astimezone(zone).utcoffset() == old:
            begin = middle
        else:
            end = middle
    return low + timedelta(seconds=end)
