"""What the patient of a visit can read of it afterwards, and whoever of the family they let."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rounds.accounts.queries.invitations import invitation_by_id
from rounds.accounts.reading_on import READABLE
from rounds.audit import trail
from rounds.consent.access import Thing, can, require
from rounds.consent.actions import Action
from rounds.consent.relations import relation_to
from rounds.kernel.actor import Role
from rounds.kernel.errors import Gone, NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Person
from rounds.people.queries import people_by_id
from rounds.rooms.model import Room
from rounds.rooms.queries import room_of_occasion, seats_of
from rounds.visits.closing_model import Agreement
from rounds.visits.model import Visit, VisitState
from rounds.visits.queries import agreements_of, next_booked, visit_of_room

OVER = "This page was open for seven days after your visit. Call us to hear more."


@dataclass(frozen=True, slots=True)
class Agreed:
    """What stands published, the newest first (nothing while it is still written), and what comes.

    `booked` is the patient's next visit, in the clinic's time by `zone`.
    """

    clinic: Clinic
    visit: Visit
    versions: Sequence[Agreement]
    people: dict[str, Person]
    roles: dict[str, Role]
    booked: Visit | None
    zone: ZoneInfo
    until: datetime


async def read_agreed_as_guest(unit: Unit, invitation: str) -> Agreed:
    """Return what was agreed, for the guest of this link.

    Raises NotFound for whoever else and for family without the right, Gone after seven days.
    """
    row = await invitation_by_id(unit.session, invitation)
    visit = await visit_of_room(unit.session, row.room_id) if row else None
    room = await room_of_occasion(unit.session, visit.id) if visit else None
    thing = await _thing(unit, visit, room, invitation)
    require(unit, Action.AGREED_READ, thing)
    if row is None or visit is None or room is None or unit.actor.invitation != row.id:
        raise NotFound("There is nothing here for you.")
    return await _read(unit, visit, room)


async def may_read(unit: Unit, visit: Visit, room: Room) -> bool:
    """Say whether the actor may read what is agreed, for a page that has a place for it."""
    thing = await _thing(unit, visit, room, visit.id)
    return can(unit.actor, Action.AGREED_READ, thing).allowed


async def read_agreed(unit: Unit, visit: Visit, room: Room) -> Agreed | None:
    """Return what was agreed in a visit that the actor may see; None for one that is not over."""
    if visit.state != VisitState.FINISHED or not await may_read(unit, visit, room):
        return None
    return await _read(unit, visit, room)


async def _read(unit: Unit, visit: Visit, room: Room) -> Agreed:
    until = (visit.ended_at or visit.planned_end) + READABLE
    if unit.now >= until:
        raise Gone(OVER)
    over = visit.state == VisitState.FINISHED
    versions = await agreements_of(unit.session, visit.id) if over else []
    seats = await seats_of(unit.session, room.id)
    owners = {one.owner_id for one in versions if one.owner_id}
    clinic = await unit.session.get_one(Clinic, visit.clinic_id)
    await trail.record_reading(unit, Action.AGREED_READ, "visit", visit.id, visit.patient_id)
    return Agreed(
        clinic=clinic,
        visit=visit,
        versions=versions,
        people=dict(await people_by_id(unit.session, owners)),
        roles={one.person_id: Role(one.role) for one in seats},
        booked=await next_booked(unit.session, visit.patient_id, unit.now),
        zone=ZoneInfo(clinic.time_zone),
        until=until,
    )


async def _thing(unit: Unit, visit: Visit | None, room: Room | None, id: str) -> Thing:
    if visit is None or room is None:
        return Thing("visit", id)
    tie = await relation_to(unit, visit.patient_id)
    return Thing("visit", visit.id, visit.clinic_id, visit.patient_id, room.id, tie)
