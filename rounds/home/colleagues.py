"""Who of the clinic is free, in a visit or away now: told by calls and calendars, not by people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from rounds.kernel.actor import CLINICIANS, Role
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Person
from rounds.people.queries import staff
from rounds.rooms.model import Standing
from rounds.rooms.presence import Presence
from rounds.rooms.queries import occupied_seats
from rounds.scheduling.queries import time_off_between, without_account
from rounds.visits.queries import booked_for

SHOWN = CLINICIANS | {Role.COORDINATOR}
AHEAD = timedelta(hours=8)


class Availability(StrEnum):
    """How somebody stands now."""

    IN_VISIT = "in_visit"
    BOOKED = "booked"
    FREE = "free"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the clinic; `until` is when the calendar says that it changes."""

    person: Person
    role: Role
    now: Availability
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of one person: in a call, with a page open, off, and their visits to come."""

    inside: bool
    heard: bool
    off_until: datetime | None
    visits: Sequence[tuple[datetime, datetime]]


def availability(signs: Signs, now: datetime) -> tuple[Availability, datetime | None]:
    """Return how somebody stands, and until when by the calendar (pure).

    A call counts most; then time off; then the calendar; who has no page open is away.
    """
    running = [end for begin, end in signs.visits if begin <= now < end]
    if signs.inside:
        return Availability.IN_VISIT, max(running, default=None)
    if signs.off_until is not None:
        return Availability.AWAY, signs.off_until
    if running:
        return Availability.BOOKED, max(running)
    if not signs.heard:
        return Availability.AWAY, None
    return Availability.FREE, min((begin for begin, _ in signs.visits if begin > now), default=None)


async def read_colleagues(
    unit: Unit, clinic: Clinic, presence: Presence, is_heard: Callable[[str], bool]
) -> list[Colleague]:
    """Return the actor's colleagues in the clinic's time; `is_heard` tells whose page is open."""
    zone = ZoneInfo(clinic.time_zone)
    gone = await without_account(unit.session, clinic.id)
    known = [
        (person, Role(member.role))
        for person, member in await staff(unit.session, clinic.id)
        if member.role in SHOWN and person.id not in gone and person.id != unit.actor.person
    ]
    ids = [person.id for person, _ in known]
    inside = {
        seat.person_id
        for seat in await occupied_seats(unit.session)
        if seat.standing == Standing.ADMITTED and seat.id in presence.present(seat.room_id)
    }
    moment = unit.now + timedelta(seconds=1)
    off = {
        row.person_id: row.ends_at
        for row in await time_off_between(unit.session, clinic.id, unit.now, moment)
    }
    booked = await booked_for(unit.session, ids, unit.now, unit.now + AHEAD)
    found = []
    for person, role in known:
        visits = [(one.starts_at, one.planned_end) for who, one in booked if who == person.id]
        signs = Signs(person.id in inside, is_heard(person.id), off.get(person.id), visits)
        now, until = availability(signs, unit.now)
        found.append(Colleague(person, role, now, until.astimezone(zone) if until else None))
    return found
