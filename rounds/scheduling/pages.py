"""What the pages of hours and of the on-call list show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from rounds.consent.access import Thing, can
from rounds.consent.actions import Action
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Person, StaffMember
from rounds.people.queries import people_by_id, staff
from rounds.scheduling.coverage import coming_gaps
from rounds.scheduling.hours import week_of
from rounds.scheduling.model import Holiday, ProtectedTime, Shift, TimeOff
from rounds.scheduling.on_call import ON_CALL
from rounds.scheduling.owner import office, owner_or_office
from rounds.scheduling.queries import (
    holidays_of,
    hours_of,
    protected_of,
    shifts_between,
    time_off_between,
    without_account,
)
from rounds.scheduling.working import Minutes, Span

SHOWN_DAYS = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class HoursView:
    """Hours, time off and protected minutes of one person; for the office the clinic's too."""

    clinic: Clinic
    zone: ZoneInfo
    person: Person
    is_own: bool
    keeps_all: bool
    staff: Sequence[tuple[Person, StaffMember]]
    clinic_week: Mapping[int, Sequence[Minutes]]
    week: Mapping[int, Sequence[Minutes]]
    holidays: Sequence[Holiday]
    time_off: Sequence[TimeOff]
    protected: Sequence[ProtectedTime]


@dataclass(frozen=True, slots=True)
class OnCallView:
    """The shifts to come, who can take one, and the gaps."""

    clinic: Clinic
    zone: ZoneInfo
    people: Sequence[Person]
    shifts: Sequence[tuple[Shift, Person]]
    gaps: Sequence[Span]


async def read_hours(unit: Unit, person: str) -> HoursView:
    """Return the page of hours of somebody. Raises NotFound as `owner_or_office` does."""
    clinic, member = await owner_or_office(unit, person)
    found = await unit.session.get(Person, member.person_id)
    if found is None:
        raise NotFound("There is nothing here for you.")
    schedule = Thing("schedule", clinic.id, clinic.id)
    keeps_all = can(unit.actor, Action.HOURS_MANAGE, schedule).allowed
    hours = await hours_of(unit.session, clinic.id)
    after, before = unit.now, unit.now + SHOWN_DAYS
    off = await time_off_between(unit.session, clinic.id, after, before)
    protected = await protected_of(unit.session, clinic.id)
    zone = ZoneInfo(clinic.time_zone)
    today = unit.now.astimezone(zone).date()
    return HoursView(
        clinic=clinic,
        zone=zone,
        person=found,
        is_own=found.id == unit.actor.person,
        keeps_all=keeps_all,
        staff=await staff(unit.session, clinic.id) if keeps_all else [],
        clinic_week=week_of(hours, None),
        week=week_of(hours, person),
        holidays=[row for row in await holidays_of(unit.session, clinic.id) if row.day >= today],
        time_off=[row for row in off if row.person_id == person],
        protected=[row for row in protected if row.person_id == person],
    )


async def read_on_call(unit: Unit) -> OnCallView:
    """Return the on-call list as the office edits it. Raises NotFound for others."""
    clinic = await office(unit)
    shifts = await shifts_between(unit.session, clinic.id, unit.now, unit.now + SHOWN_DAYS)
    people = await people_by_id(unit.session, [row.person_id for row in shifts])
    gone = await without_account(unit.session, clinic.id)
    members = await staff(unit.session, clinic.id)
    return OnCallView(
        clinic=clinic,
        zone=ZoneInfo(clinic.time_zone),
        people=[
            person for person, member in members if member.role in ON_CALL and person.id not in gone
        ],
        shifts=[(row, people[row.person_id]) for row in shifts],
        gaps=await coming_gaps(unit.session, clinic, unit.now),
    )
