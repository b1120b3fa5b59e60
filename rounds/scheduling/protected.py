"""Minutes that somebody keeps free for same-day handoffs, until they are released."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from rounds.audit import trail
from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.scheduling.local import MINUTES_A_DAY, first_moment
from rounds.scheduling.model import ProtectedTime
from rounds.scheduling.owner import changed, owner_or_office
from rounds.scheduling.queries import protected_by_id, protected_of
from rounds.scheduling.working import WEEK, Span

SHORTEST, LONGEST = 5, 240
LONGEST_RELEASE = 24 * 60


@dataclass(frozen=True, slots=True)
class Kept:
    """Protected minutes of one day: until `released_at` nobody books them ordinarily."""

    span: Span
    released_at: datetime

    def stands_against(self, span: Span, now: datetime) -> bool:
        """Tell whether an ordinary booking of `span`, made at `now`, would take from them."""
        return now < self.released_at and self.span.overlaps(span)


def kept_between(
    zone: tzinfo, rows: Iterable[ProtectedTime], after: datetime, before: datetime
) -> Iterator[Kept]:
    """Give the protected minutes of weekly `rows` that touch a span of time."""
    window = Span(after, before)
    day = after.astimezone(zone).date() - timedelta(days=1)
    last = before.astimezone(zone).date()
    known = list(rows)
    while day <= last:
        for row in known:
            if row.weekday == day.weekday():
                begins = first_moment(zone, day, row.begins)
                span = Span(begins, begins + timedelta(minutes=row.minutes))
                if span.overlaps(window):
                    yield Kept(span, begins - timedelta(minutes=row.release))
        day += timedelta(days=1)


def is_free_for_booking(
    zone: tzinfo, rows: Iterable[ProtectedTime], span: Span, now: datetime
) -> bool:
    """Tell whether an ordinary booking may take `span`: no protected minutes stand against it."""
    kept = kept_between(zone, rows, span.begins, span.ends)
    return not any(one.stands_against(span, now) for one in kept)


async def protect(
    unit: Unit, person: str, weekday: int, begins: int, minutes: int, release: int
) -> ProtectedTime:
    """Keep minutes of a weekday free. Raises Invalid for odd numbers, Conflict for an overlap."""
    clinic, _ = await owner_or_office(unit, person)
    if weekday not in range(WEEK) or not 0 <= begins < MINUTES_A_DAY:
        raise Invalid("Please choose a day and a time.", {"begins": "Please choose a time."})
    if not SHORTEST <= minutes <= LONGEST or begins + minutes > MINUTES_A_DAY:
        raise Invalid(
            "Protected time takes 5 to 240 minutes of one day.",
            {"minutes": "Please choose 5 to 240."},
        )
    if not 0 <= release <= LONGEST_RELEASE:
        raise Invalid(
            "Protected time is released at most a day before.",
            {"release": "Please choose 0 to 1440 minutes."},
        )
    for row in await protected_of(unit.session, clinic.id):
        same_day = row.person_id == person and row.weekday == weekday
        if same_day and row.begins < begins + minutes and begins < row.begins + row.minutes:
            raise Conflict("These minutes are protected already.")
    row = ProtectedTime(
        id=new_id(),
        clinic_id=clinic.id,
        person_id=person,
        weekday=weekday,
        begins=begins,
        minutes=minutes,
        release=release,
    )
    unit.session.add(row)
    await unit.session.flush()
    await trail.record(unit, "protected.add", "schedule", person, clinic=clinic.id)
    changed(unit, clinic.id)
    return row


async def unprotect(unit: Unit, person: str, id: str) -> None:
    """Give protected minutes back to ordinary booking for good."""
    clinic, _ = await owner_or_office(unit, person)
    row = await protected_by_id(unit.session, id)
    if row is None:
        return
    if row.person_id != person:
        raise NotFound("There is nothing here for you.")
    await unit.session.delete(row)
    await trail.record(unit, "protected.remove", "schedule", person, clinic=clinic.id)
    changed(unit, clinic.id)
