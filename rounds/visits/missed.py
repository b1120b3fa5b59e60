"""A patient who does not come: noticed after ten minutes, written to, left to be followed up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from rounds.audit import trail
from rounds.consent.actions import Action
from rounds.kernel.actor import Role
from rounds.kernel.errors import Invalid, NotFound
from rounds.kernel.ids import RoomId, VisitId, new_id
from rounds.kernel.unit import Unit
from rounds.notices.outbox import CHANNEL, Message, Values, queue
from rounds.people.model import Person, System
from rounds.rooms.arrival import is_unsafe
from rounds.rooms.events import CallBegan, GuestAdmitted, GuestKnocked
from rounds.rooms.model import Room, Seat
from rounds.rooms.queries import check_in_of, locked_room, open_call, seats_of
from rounds.visits.arranging import OVER, arranged
from rounds.visits.events import VisitMissed
from rounds.visits.model import MissedVisit, Visit
from rounds.visits.queries import missed_of_visit, open_missed, unattended_visits, visit_by_id
from rounds.visits.reminders import ABOUT, address_of

MISSED_AFTER = timedelta(minutes=10)
NOTICED_WITHIN = timedelta(hours=12)
"""A server that was away longer than this does not report what everybody knows by now."""
KIND = "visit_missed"
CALL_OFFERED = "call_me"
HELD_BACK = "unsafe"
"""Nothing was sent: whoever reads messages beside them must not learn of the visit."""
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Open:
    """A missed visit that somebody has to follow up."""

    missed: MissedVisit
    visit: Visit
    patient: Person


async def due(unit: Unit) -> Sequence[tuple[Visit, Room]]:
    """Return the visits whose patient might have to be missed now, with their rooms."""
    begun = (unit.now - NOTICED_WITHIN, unit.now - MISSED_AFTER)
    return await unattended_visits(unit.session, *begun)


async def notice(unit: Unit, visit_id: str, room_id: str) -> MissedVisit | None:
    """Note that the patient is not there, and write to them, once; nothing if they came.

    The room is locked before anything is read: whoever arrives at this very moment either is
    here already, or comes after all.
    """
    room = await locked_room(unit.session, room_id)
    visit = await visit_by_id(unit.session, visit_id)
    if room is None or visit is None or not room.is_open or visit.state in OVER:
        return None
    if unit.now < visit.starts_at + MISSED_AFTER:
        return None
    seats = await seats_of(unit.session, room_id)
    patient = next((one for one in seats if one.role == Role.PATIENT), None)
    if patient is None or await _is_here(unit, patient):
        return None
    if await missed_of_visit(unit.session, visit.id) is not None:
        return None
    row = MissedVisit(
        id=new_id(),
        clinic_id=visit.clinic_id,
        visit_id=visit.id,
        patient_id=visit.patient_id,
        noticed_at=unit.now,
        tried=",".join(await _try(unit, visit, patient)),
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.tell(VisitMissed(VisitId(visit.id), RoomId(room.id)))
    await trail.record(unit, "visit.missed", "visit", visit.id, visit.patient_id, visit.clinic_id)
    return row


async def came_after_all(unit: Unit, fact: GuestKnocked | GuestAdmitted | CallBegan) -> None:
    """The patient is there, or on the telephone: nobody has to follow it up any more."""
    seat = await unit.session.get(Seat, fact.seat)
    room = await unit.session.get(Room, fact.room)
    if seat is None or room is None or seat.role != Role.PATIENT:
        return
    row = await missed_of_visit(unit.session, room.occasion_id)
    if row is not None and row.came_at is None:
        row.came_at = unit.now
        unit.tell(VisitMissed(VisitId(row.visit_id), RoomId(room.id)))


async def follow_up(unit: Unit, visit_id: str, reason: str) -> None:
    """Say what became of it; whoever says it first is who did it.

    Raises NotFound for a visit that is not for the actor or was not missed, Invalid without
    words.
    """
    visit, room = await arranged(unit, visit_id, Action.MISSED_TEND)
    row = await missed_of_visit(unit.session, visit.id)
    if row is None:
        raise NotFound("There is nothing here for you.")
    words = reason.strip()
    if not words:
        raise Invalid("Please write what became of it.", {"reason": "Please write a few words."})
    if row.done_at is not None:
        return
    row.done_at, row.done_by, row.reason = unit.now, unit.actor.person, words
    unit.tell(VisitMissed(VisitId(visit.id), RoomId(room.id)))
    await trail.record(unit, "visit.missed_done", "visit", visit.id, visit.patient_id)


async def to_follow_up(unit: Unit, clinic: str) -> Sequence[Open]:
    """Return what is left to be followed up in a clinic, the oldest first."""
    return [Open(*one) for one in await open_missed(unit.session, clinic)]


async def _is_here(unit: Unit, patient: Seat) -> bool:
    call = await open_call(unit.session, patient.id)
    return patient.arrived_at is not None or (call is not None and call.began_at is not None)


async def _try(unit: Unit, visit: Visit, patient: Seat) -> list[str]:
    """Write to the patient while the visit may still happen; return what was tried."""
    if is_unsafe(await check_in_of(unit.session, patient.id)):
        return [HELD_BACK]
    contact = await address_of(unit, visit, visit.patient_id)
    if contact is None or unit.now >= visit.planned_end:
        return []
    person = await unit.session.get_one(Person, visit.patient_id)
    values: Values = {"starts_at": visit.starts_at.isoformat(), "any_way": 1}
    message = Message(
        KIND, values, (ABOUT, visit.id), None, visit.planned_end, f"missed:{visit.id}"
    )
    if await queue(unit, person, message, contact) is None:
        return []
    return [str(CHANNEL[System(contact.system)]), CALL_OFFERED]
