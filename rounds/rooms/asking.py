"""The patient's yes to a guest, heard by a clinician in the visit itself."""

from rounds.audit import trail
from rounds.consent.actions import Action
from rounds.kernel.actor import Role
from rounds.kernel.errors import Conflict, Gone
from rounds.kernel.ids import RoomId, SeatId
from rounds.kernel.unit import Unit
from rounds.rooms.events import GuestAgreedTo
from rounds.rooms.lobby import in_room
from rounds.rooms.model import Seat, Standing
from rounds.rooms.queries import open_call, seats_of


async def agree(unit: Unit, room_id: str, seat_id: str) -> None:
    """Note that the patient, who was asked alone, says yes to a relative for this one visit.

    Who joins without consent waits while the patient is asked (clinical page, 4.3). Raises
    Conflict while the patient is neither inside nor on the telephone.
    """
    room, _ = await in_room(unit, room_id, Action.ROOM_ADMIT)
    if not room.is_open:
        raise Gone("This visit has ended.")
    seats = await seats_of(unit.session, room_id)
    guest = next((one for one in seats if one.id == seat_id), None)
    if guest is None or guest.role != Role.RELATIVE:
        raise Conflict("This person has no part in this visit.")
    if guest.agreed_at is not None:
        return
    if not await _can_be_asked(unit, [one for one in seats if one.role == Role.PATIENT]):
        raise Conflict("Let the patient in first, and ask them alone.")
    guest.agreed_at = unit.now
    unit.tell(GuestAgreedTo(RoomId(room.id), SeatId(guest.id)))
    await trail.record(unit, "room.agree", "seat", guest.id, room.patient_id)


async def _can_be_asked(unit: Unit, patients: list[Seat]) -> bool:
    for seat in patients:
        call = await open_call(unit.session, seat.id)
        if seat.standing == Standing.ADMITTED or (call is not None and call.began_at is not None):
            return True
    return False
