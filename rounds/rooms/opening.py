"""Opening a room with its seats; closing it for everyone."""

from collections.abc import Sequence
from dataclasses import dataclass

from rounds.accounts.links import close as close_link
from rounds.accounts.queries.invitations import invitations_of_room
from rounds.audit import trail
from rounds.consent.actions import Action
from rounds.kernel.actor import Role
from rounds.kernel.ids import PersonId, RoomId, new_id
from rounds.kernel.unit import Unit
from rounds.rooms.events import RoomClosed
from rounds.rooms.lobby import in_room
from rounds.rooms.model import Room, Seat, Standing


@dataclass(frozen=True, slots=True)
class Place:
    """Whom to set a seat for, and whether they may admit others."""

    person: str
    role: Role
    may_admit: bool


@dataclass(frozen=True, slots=True)
class Occasion:
    """What people meet for: its kind and its own id."""

    kind: str
    id: str


async def open_room(
    unit: Unit, clinic: str, patient: str, occasion: Occasion, places: Sequence[Place]
) -> Room:
    """Open a room about `patient` with a seat for each of `places`."""
    room = Room(
        id=new_id(),
        clinic_id=clinic,
        patient_id=patient,
        occasion=occasion.kind,
        occasion_id=occasion.id,
        opened_at=unit.now,
    )
    unit.session.add(room)
    await unit.session.flush()
    for place in places:
        await set_seat(unit, room, place)
    await trail.record(unit, "room.open", "room", room.id, patient, clinic)
    return room


async def set_seat(unit: Unit, room: Room, place: Place) -> Seat:
    """Set one more seat."""
    seat = Seat(
        id=new_id(),
        clinic_id=room.clinic_id,
        room_id=room.id,
        person_id=place.person,
        role=place.role,
        may_admit=place.may_admit,
        standing=Standing.INVITED,
    )
    unit.session.add(seat)
    await unit.session.flush()
    return seat


async def close_room(unit: Unit, room_id: str) -> None:
    """End the meeting for everyone: links stop opening it, media stops. Idempotent.

    Raises NotFound or Forbidden for whoever may not.
    """
    room, _ = await in_room(unit, room_id, Action.ROOM_END)
    await shut_room(unit, room)


async def shut_room(unit: Unit, room: Room) -> None:
    """Close a room on behalf of a rule that asked for leave itself, such as a cancellation."""
    if room.closed_at is not None:
        return
    room.closed_at = unit.now
    for row in await invitations_of_room(unit.session, room.id):
        await close_link(unit, row)
    unit.tell(RoomClosed(RoomId(room.id), PersonId(unit.actor.person or "")))
    await trail.record(unit, Action.ROOM_END, "room", room.id, room.patient_id)
