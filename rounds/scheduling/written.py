"""Reads days and times as forms send them, with a sentence for whoever wrote something else."""

import re
from datetime import UTC, date, datetime, time, tzinfo

from rounds.kernel.errors import Invalid
from rounds.scheduling.local import MINUTES_A_DAY, Never, Once, first_moment, resolve
from rounds.scheduling.working import Span

CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::00)?")
FIRST_YEAR, LAST_YEAR = 1970, 2200


def day_of(text: str, field: str) -> date:
    """Return the day of an input of type date. Raises Invalid naming `field`."""
    try:
        day = datetime.strptime(text.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        day = None
    if day is None or not text.isascii() or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid("This is not a day.", {field: "Please choose a day."})
    return day


def minutes_of(text: str, field: str) -> int:
    """Return minutes since midnight of an input of type time. Raises Invalid naming `field`."""
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        raise Invalid("This is not a time.", {field: "Please choose a time."})
    return int(found[1]) * 60 + int(found[2])


def number_of(text: str, field: str) -> int:
    """Return a whole number up to six digits. Raises Invalid naming `field`."""
    if not re.fullmatch(r"[0-9]{1,6}", text.strip()):
        raise Invalid("This is not a number.", {field: "Please write a number."})
    return int(text)


def closing_of(text: str, field: str) -> int:
    """Return the end of a span within a day; midnight is the end of the day, not its beginning."""
    return minutes_of(text, field) or MINUTES_A_DAY


def span_of(zone: tzinfo, begins: tuple[str, str], ends: tuple[str, str]) -> Span:
    """Return the span from a written day and time until another one, in a clinic's time zone.

    Without a time the first day counts from its beginning and the last to its end. A time that
    the clocks show twice is the first of the two, one that they jump over is the moment after
    the jump: where one span ends, the next begins. Raises Invalid for `from`, `from_time`,
    `until` or `until_time`.
    """
    first, last = day_of(begins[0], "from"), day_of(ends[0], "until")
    from_minutes = minutes_of(begins[1], "from_time") if begins[1] else 0
    until_minutes = minutes_of(ends[1], "until_time") if ends[1] else MINUTES_A_DAY
    return Span(first_moment(zone, first, from_minutes), first_moment(zone, last, until_minutes))


def instant_of(zone: tzinfo, day: date, minutes: int, which: str = "") -> datetime:
    """Return the one instant, in UTC, that a written time means for an appointment.

    Raises Invalid with `following` (the next time there is) for one that the clocks jump over,
    and with `twice` (both instants) for one they show twice, unless `which` says "first" or
    "second".
    """
    found = resolve(zone, datetime.combine(day, time(minutes // 60, minutes % 60)))
    if isinstance(found, Once):
        return found.at.astimezone(UTC)
    if isinstance(found, Never):
        raise Invalid(
            "The clocks are put forward that day, so this time does not exist.",
            {"time": "The next time there is stands here now."},
            following=found.following.isoformat(),
        )
    if which in ("first", "second"):
        return (found.first if which == "first" else found.second).astimezone(UTC)
    raise Invalid(
        "The clocks are put back that day and show this time twice.",
        {"which": "Please choose which of the two is meant."},
        twice=[found.first.isoformat(), found.second.isoformat()],
    )
