"""Sharing a screen: who may, one at a time, and when it is over.

Clinicians and hosts share theirs as they like; anybody else asks, and a host lets them, once. The
matrix of the room follows from here: whatever a page sends, a screen passes only from the seat
whose share runs (see `audience`).
"""

from dataclasses import replace

from rounds.audit import trail
from rounds.consent.access import Relation, require, shares
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Gone
from rounds.kernel.ids import RoomId, SeatId, new_id
from rounds.kernel.unit import Unit
from rounds.rooms.events import SharingChanged
from rounds.rooms.lobby import in_room, thing_of
from rounds.rooms.model import Room, ScreenShare, Seat
from rounds.rooms.queries import locked_room, open_shares, room_by_id, seat_of_person

BEGAN = "room.share:began"
ENDED = "room.share:ended"
ALLOWED = "room.let:allowed"
DECLINED = "room.let:declined"
"""As the trail knows them: what became of `Action.ROOM_SHARE` and `Action.ROOM_LET`."""


async def ask(unit: Unit, room_id: str) -> None:
    """Ask the hosts to be let share a screen; asking again changes nothing."""
    room, seat = await in_room(unit, room_id, Action.ROOM_ASK)
    _check_open(room)
    if await _open_share(unit, room_id, seat.id) is None:
        unit.session.add(_new_share(unit, room, seat))
        await _note(unit, room, seat.id, Action.ROOM_ASK)


async def let(unit: Unit, room_id: str, seat_id: str) -> None:
    """Let somebody who asked share a screen, once. Raises Conflict when they do not ask now."""
    room, share = await _asked(unit, room_id, seat_id)
    share.allowed_at = unit.now
    await _note(unit, room, seat_id, ALLOWED)


async def decline(unit: Unit, room_id: str, seat_id: str) -> None:
    """Do not let somebody share a screen now. Raises Conflict when they do not ask now."""
    room, share = await _asked(unit, room_id, seat_id)
    share.ended_at = unit.now
    await _note(unit, room, seat_id, DECLINED)


async def begin(unit: Unit, room_id: str, take_over: bool) -> None:
    """Let everybody in the call see the actor's screen from now on.

    Raises Forbidden for whoever has not been let, Conflict while somebody else shares theirs and
    the actor may not, or does not want to, take over.
    """
    room, seat, own = await _sharer(unit, room_id)
    _check_open(room)
    running = next((one for one in await open_shares(unit.session, room_id) if one.runs), None)
    if running is not None and running.seat_id == seat.id:
        return
    if running is not None:
        if not (take_over and may_take_over(seat)):
            raise Conflict("Somebody else shares a screen now. Ask them to stop first.")
        await _end(unit, room, running)
    if own is None:
        own = _new_share(unit, room, seat)
        own.allowed_at = unit.now
        unit.session.add(own)
    own.began_at = unit.now
    await _note(unit, room, seat.id, BEGAN)


async def end(unit: Unit, room_id: str, seat_id: str) -> None:
    """End sharing: one's own, or as a host somebody else's. What is over already stays so.

    A wish that was not answered, or not used yet, is over with it.
    """
    room, seat = await in_room(unit, room_id, Action.ROOM_ASK)
    if seat_id != seat.id:
        await in_room(unit, room_id, Action.ROOM_LET)
    share = await _open_share(unit, room_id, seat_id)
    if share is not None:
        await _end(unit, room, share)


async def end_shares(unit: Unit, room_id: str, seat_id: str | None = None) -> None:
    """End what a seat that left the call shared or asked for; without a seat, of the whole room."""
    room = await room_by_id(unit.session, room_id)
    if room is None:
        return
    for share in await open_shares(unit.session, room_id):
        if seat_id in (None, share.seat_id):
            await _end(unit, room, share)


def may_take_over(seat: Seat) -> bool:
    """Tell whether a seat shares by its own right, and so ends what another one shares."""
    return shares(seat.role, Relation(seated=True, may_admit=seat.may_admit))


async def _sharer(unit: Unit, room_id: str) -> tuple[Room, Seat, ScreenShare | None]:
    """Return room, seat and open share of the actor, if they may share a screen now."""
    room = await locked_room(unit.session, room_id)
    seat = await seat_of_person(unit.session, room_id, unit.actor.person)
    share = await _open_share(unit, room_id, seat.id) if seat is not None else None
    thing = await thing_of(unit, room, seat, room_id)
    tie = replace(thing.relation, may_share=share is not None and not share.waits)
    require(unit, Action.ROOM_SHARE, replace(thing, relation=tie))
    if room is None or seat is None:
        raise AssertionError("allowed without a seat")
    return room, seat, share


async def _asked(unit: Unit, room_id: str, seat_id: str) -> tuple[Room, ScreenShare]:
    room, _ = await in_room(unit, room_id, Action.ROOM_LET)
    _check_open(room)
    share = await _open_share(unit, room_id, seat_id)
    if share is None or not share.waits:
        raise Conflict("This person does not ask to share a screen any more.")
    return room, share


async def _open_share(unit: Unit, room_id: str, seat_id: str) -> ScreenShare | None:
    found = await open_shares(unit.session, room_id)
    return next((one for one in found if one.seat_id == seat_id), None)


def _new_share(unit: Unit, room: Room, seat: Seat) -> ScreenShare:
    return ScreenShare(
        id=new_id(),
        clinic_id=room.clinic_id,
        room_id=room.id,
        seat_id=seat.id,
        asked_at=unit.now,
    )


async def _end(unit: Unit, room: Room, share: ScreenShare) -> None:
    ran = share.runs
    share.ended_at = unit.now
    unit.tell(SharingChanged(RoomId(room.id), SeatId(share.seat_id)))
    if ran:
        await trail.record(unit, ENDED, "seat", share.seat_id, room.patient_id, room.clinic_id)


async def _note(unit: Unit, room: Room, seat_id: str, action: str) -> None:
    unit.tell(SharingChanged(RoomId(room.id), SeatId(seat_id)))
    await trail.record(unit, action, "seat", seat_id, room.patient_id, room.clinic_id)


def _check_open(room: Room) -> None:
    if not room.is_open:
        raise Gone("This visit has ended.")
