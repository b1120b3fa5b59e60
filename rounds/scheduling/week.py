"""What the page of the week shows: who is on call, gaps, who is away, and what is now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Person
from rounds.people.queries import people_by_id
from rounds.scheduling.coverage import coming_gaps, gaps_between
from rounds.scheduling.diaries import clinic_calendar
from rounds.scheduling.local import first_moment
from rounds.scheduling.on_call import on_call_at
from rounds.scheduling.queries import holidays_of, shifts_between, time_off_between
from rounds.scheduling.working import WEEK, Span

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of one day: from, until (in the clinic's time) and whose it is."""

    begins: datetime
    ends: datetime
    person: Person | None = None
    shift: str | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week."""

    day: date
    is_today: bool
    holiday: str | None
    open: Sequence[Piece]
    on_call: Sequence[Piece]
    gaps: Sequence[Piece]
    off: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class WeekView:
    """A week, who is on call now, and the gaps to come."""

    clinic: Clinic
    zone: ZoneInfo
    now: datetime
    monday: date
    days: Sequence[Day]
    on_call_now: Sequence[Person]
    has_hours: bool
    coming: Sequence[Piece]


async def read_week(unit: Unit, around: date | None) -> WeekView:
    """Return the week a date lies in, the present one for none. Raises NotFound for non-staff."""
    require(unit, Action.ON_CALL_READ, Thing("schedule", unit.actor.clinic, unit.actor.clinic))
    clinic = await unit.session.get(Clinic, unit.actor.clinic)
    if clinic is None:
        raise NotFound("There is nothing here for you.")
    zone = ZoneInfo(clinic.time_zone)
    now = unit.now.astimezone(zone)
    wanted = around if around and EARLIEST <= around <= LATEST else now.date()
    monday = wanted - timedelta(days=wanted.weekday())
    calendar = await clinic_calendar(unit.session, clinic)
    on_call = await on_call_at(unit.session, clinic.id, unit.now)
    coming = await coming_gaps(unit.session, clinic, unit.now)
    known = await people_by_id(unit.session, on_call)
    return WeekView(
        clinic=clinic,
        zone=zone,
        now=now,
        monday=monday,
        days=await _days(unit, clinic, zone, monday, now.date()),
        on_call_now=[known[one] for one in on_call],
        has_hours=calendar.has_hours,
        coming=[Piece(one.begins.astimezone(zone), one.ends.astimezone(zone)) for one in coming],
    )


async def _days(
    unit: Unit, clinic: Clinic, zone: ZoneInfo, monday: date, today: date
) -> Sequence[Day]:
    after = first_moment(zone, monday, 0)
    before = first_moment(zone, monday + timedelta(days=WEEK), 0)
    calendar = await clinic_calendar(unit.session, clinic)
    shifts = await shifts_between(unit.session, clinic.id, after, before)
    away = await time_off_between(unit.session, clinic.id, after, before)
    gaps = await gaps_between(unit.session, clinic, after, before)
    holidays = {row.day: row.name for row in await holidays_of(unit.session, clinic.id)}
    people = await people_by_id(
        unit.session, [*(row.person_id for row in shifts), *(row.person_id for row in away)]
    )
    found = []
    for offset in range(WEEK):
        day = monday + timedelta(days=offset)
        window = Span(first_moment(zone, day, 0), first_moment(zone, day + timedelta(days=1), 0))
        cut = _Cut(zone, window, people)
        found.append(
            Day(
                day=day,
                is_today=day == today,
                holiday=holidays.get(day),
                open=cut.all([(span, None, None) for span in calendar.openings(day)]),
                on_call=cut.all(
                    [(Span(row.begins_at, row.ends_at), row.person_id, row.id) for row in shifts]
                ),
                gaps=cut.all([(span, None, None) for span in gaps]),
                off=cut.all(
                    [(Span(row.begins_at, row.ends_at), row.person_id, None) for row in away]
                ),
            )
        )
    return found


class _Cut:
    """Cuts spans to one day."""

    def __init__(self, zone: ZoneInfo, window: Span, people: Mapping[str, Person]) -> None:
        self._zone, self._window, self._people = zone, window, people

    def all(self, spans: Sequence[tuple[Span, str | None, str | None]]) -> list[Piece]:
        """Return what of each lies in the day."""
        window = self._window
        return [
            Piece(
                max(span.begins, window.begins).astimezone(self._zone),
                min(span.ends, window.ends).astimezone(self._zone),
                self._people.get(person) if person else None,
                shift,
            )
            for span, person, shift in spans
            if span.overlaps(window)
        ]
