"""What the visit console shows, read on behalf of one clinician."""

from dataclasses import dataclass

from rounds.audit import trail
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Patient, Person
from rounds.rooms.lobby import thing_of
from rounds.rooms.model import Room, Seat
from rounds.rooms.queries import room_of_occasion, seat_of_person
from rounds.visits.model import Visit
from rounds.visits.queries import patient_of, visit_by_id


@dataclass(frozen=True, slots=True)
class Console:
    """A visit with everything its page needs."""

    clinic: Clinic
    visit: Visit
    room: Room
    seat: Seat
    me: Person
    person: Person
    patient: Patient


async def open_visit(unit: Unit, visit_id: str, action: Action) -> tuple[Visit, Room, Seat]:
    """Return a visit, its room and the actor's seat, if the actor may do `action`."""
    visit = await visit_by_id(unit.session, visit_id)
    room = await room_of_occasion(unit.session, visit_id)
    seat = await seat_of_person(unit.session, room.id, unit.actor.person) if room else None
    thing = await thing_of(unit, room, seat, room.id if room else visit_id)
    require(
        unit,
        action,
        Thing("visit", visit_id, thing.clinic, thing.patient, thing.room, thing.relation),
    )
    if visit is None or room is None or seat is None:
        raise NotFound("There is nothing here for you.")
    return visit, room, seat


async def read_console(unit: Unit, visit_id: str) -> Console:
    """Return the console's content; the reading leaves a line in the trail."""
    visit, room, seat = await open_visit(unit, visit_id, Action.VISIT_READ)
    person, patient = await patient_of(unit.session, visit)
    clinic = await unit.session.get(Clinic, visit.clinic_id)
    me = await unit.session.get(Person, seat.person_id)
    if clinic is None or me is None:
        raise NotFound("There is nothing here for you.")
    await trail.record_reading(unit, Action.VISIT_READ, "visit", visit.id, visit.patient_id)
    return Console(clinic, visit, room, seat, me, person, patient)
