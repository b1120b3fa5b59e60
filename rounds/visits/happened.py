"""What happened in a visit, reckoned from its seats, lines and telephone calls (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

LATE_FROM = timedelta(minutes=5)
"""Who comes within these minutes was on time."""


class Fact(BaseModel):
    """One thing that is known of a visit; people are named by id, so that names stay current."""

    model_config = ConfigDict(frozen=True)


class Call(Fact):
    """A part that went by telephone."""

    person: str
    began: datetime
    ended: datetime | None


class Times(Fact):
    """When it was and how people met."""

    began: datetime | None
    ended: datetime | None
    by_video: bool
    calls: list[Call]


class Attendee(Fact):
    """Somebody who was there; `minutes` where they are known."""

    person: str
    role: str
    minutes: int | None


class There(Fact):
    """Everybody who was there."""

    people: list[Attendee]


class Latecomer(Fact):
    """Somebody who came, and how many minutes after the beginning."""

    person: str
    minutes: int


class Absence(Fact):
    """Who came late, and who did not come."""

    late: list[Latecomer]
    missing: list[str]


class Lines(Fact):
    """How sound and picture were: shares of the time, 0 to 1, and how often a line was lost."""

    weak: float
    lost: float
    reconnections: int


class Arrival(Fact):
    """What the patient told on arriving; words of `rounds.rooms.check_in`."""

    place: str
    phone: str
    company: str
    companions: str
    safe: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A seat as the visit left it: milliseconds of media, whether they were let in."""

    person: str
    role: str
    present_ms: int = 0
    let_in: bool = False
    arrived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """Everything the built-in sources look at."""

    planned_at: datetime
    now: datetime
    began: datetime | None = None
    ended: datetime | None = None
    seats: Sequence[Seen] = ()
    calls: Sequence[tuple[str, str | None, datetime, datetime | None]] = ()
    """Whom, by whom, from when, until when."""
    lines: Lines | None = None
    arrival: Arrival | None = None


def times_of(seen: Happening) -> Times | None:
    """Return when it was; nothing for a visit that never began."""
    if seen.began is None:
        return None
    return Times(
        began=seen.began,
        ended=seen.ended,
        by_video=any(one.present_ms > 0 for one in seen.seats) or not seen.calls,
        calls=[Call(person=whom, began=at, ended=end) for whom, _, at, end in seen.calls],
    )


def there_of(seen: Happening) -> There | None:
    """Return who was there and for how long, in the order of their seats."""
    found = [
        Attendee(person=one.person, role=one.role, minutes=_minutes(seen, one))
        for one in seen.seats
        if _came(seen, one)
    ]
    return There(people=found) if found else None


def absence_of(seen: Happening) -> Absence | None:
    """Return who was late or missing; nothing when everybody was on time, or while it is open."""
    late = [
        Latecomer(person=one.person, minutes=int((at - seen.planned_at).total_seconds()) // 60)
        for one in seen.seats
        if (at := one.arrived_at) is not None and at - seen.planned_at >= LATE_FROM
    ]
    missing = [
        one.person
        for one in seen.seats
        if seen.ended and one.arrived_at is None and not _came(seen, one)
    ]
    return Absence(late=late, missing=missing) if late or missing else None


def _came(seen: Happening, one: Seen) -> bool:
    return one.let_in or one.present_ms > 0 or bool(_calls_with(seen, one.person))


def _minutes(seen: Happening, one: Seen) -> int | None:
    """Return how long somebody was there, never longer than the visit was."""
    spoke = sum((_length(seen, call) for call in _calls_with(seen, one.person)), timedelta())
    whole = timedelta(milliseconds=one.present_ms) + spoke
    if not whole:
        return None
    if seen.began is not None:
        whole = min(whole, (seen.ended or seen.now) - seen.began)
    return max(1, round(whole.total_seconds() / 60))


def _length(seen: Happening, call: tuple[datetime, datetime | None]) -> timedelta:
    began, ended = call
    return max(timedelta(), (ended or seen.ended or seen.now) - began)


def _calls_with(seen: Happening, person: str) -> list[tuple[datetime, datetime | None]]:
    return [(at, end) for whom, by, at, end in seen.calls if person in (whom, by)]
