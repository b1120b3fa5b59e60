"""A self-test found again by its code, by staff on the telephone with whoever did it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rounds.accounts.links import Standing, find, standing
from rounds.audit import trail
from rounds.consent.access import Thing, can, require
from rounds.consent.actions import Action
from rounds.kernel.errors import Gone
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Person, System
from rounds.people.queries import contact_points
from rounds.rooms.arrivals_model import SelfTest
from rounds.rooms.lobby import thing_of
from rounds.rooms.model import Room, Seat
from rounds.rooms.queries import room_by_id, seat_by_id, seat_of_person, self_test_by_code
from rounds.rooms.self_test import Report
from rounds.rooms.self_testing import CODE_LENGTH, read_report
from rounds.visits.model import Visit
from rounds.visits.queries import visit_of_room


@dataclass(frozen=True, slots=True)
class FoundTest:
    """A self-test, whose it is, and when and for which visit it was (in the clinic's time)."""

    test: SelfTest
    report: Report
    person: Person
    seat: Seat
    visit: Visit
    at: datetime
    starts_at: datetime
    phones: Sequence[str]
    sits_there: bool
    """Whether the reader has a seat in the visit, and so its page."""


async def find_test(unit: Unit, typed: str) -> FoundTest | None:
    """Return the test of a code, for the hosts of its visit, the care team and the office.

    None for a code that is none, and for one of a visit the actor may not know. The reading is
    in the trail. Raises NotFound for everybody who is no staff.
    """
    require(unit, Action.SELF_TESTS, Thing("clinic", unit.actor.clinic, unit.actor.clinic))
    code = "".join(letter for letter in typed.upper() if letter.isalpha())
    if len(code) != CODE_LENGTH or unit.actor.clinic is None:
        return None
    test = await self_test_by_code(unit.session, unit.actor.clinic, code)
    room = await room_by_id(unit.session, test.room_id) if test else None
    visit = await visit_of_room(unit.session, room.id) if room else None
    if test is None or room is None or visit is None:
        return None
    own = await seat_of_person(unit.session, room.id, unit.actor.person)
    thing = await thing_of(unit, room, own, room.id)
    if not can(unit.actor, Action.VISIT_ARRANGE, thing).allowed:
        trail.record_denial(unit, Action.SELF_TESTS, "visit", visit.id, visit.patient_id)
        return None
    await trail.record_reading(unit, Action.SELF_TESTS, "visit", visit.id, visit.patient_id)
    seat = await seat_by_id(unit.session, test.seat_id)
    clinic = await unit.session.get_one(Clinic, test.clinic_id)
    if seat is None:
        return None
    zone = ZoneInfo(clinic.time_zone)
    contacts = await contact_points(unit.session, seat.person_id)
    return FoundTest(
        test=test,
        report=read_report(test),
        person=await unit.session.get_one(Person, seat.person_id),
        seat=seat,
        visit=visit,
        at=test.at.astimezone(zone),
        starts_at=visit.starts_at.astimezone(zone),
        phones=[one.value for one in contacts if one.system == System.SMS],
        sits_there=own is not None,
    )


async def place_of_link(unit: Unit, token: str) -> tuple[Room, Seat]:
    """Return the place a link leads to, for a test days before anybody may come in.

    Nothing is bound, and nothing of the visit is told. Raises NotFound for a token that is none
    of ours, Gone for a link that is over or locked.
    """
    row = await find(unit, token)
    if standing(row, unit.now) in (Standing.OVER, Standing.LOCKED):
        raise Gone("This link does not open anything now.")
    room = await room_by_id(unit.session, row.room_id)
    seat = await seat_of_person(unit.session, row.room_id, row.person_id)
    if room is None or seat is None or not room.is_open:
        raise Gone("This link does not open anything now.")
    return room, seat
