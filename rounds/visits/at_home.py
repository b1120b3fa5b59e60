"""A visit seen, and entered, from the pages between visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rounds.accounts import links
from rounds.accounts.links import UNKNOWN, WAITING_BEFORE
from rounds.accounts.model import Invitation
from rounds.accounts.queries.invitations import invitations_of_room
from rounds.accounts.queries.sessions import open_sessions_of_invitation
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.consent.relations import relation_to
from rounds.kernel.actor import Role
from rounds.kernel.errors import Gone, NotFound
from rounds.kernel.unit import Unit
from rounds.rooms.model import Room, Seat
from rounds.rooms.queries import locked_room, room_of_occasion, seat_of_person
from rounds.visits.lifecycle import Participant
from rounds.visits.links import invite
from rounds.visits.model import Visit, VisitState
from rounds.visits.queries import visit_by_id

OVER = (VisitState.FINISHED, VisitState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Opened:
    """The link that this browser holds now; `cookie` when it is a new one.

    Without an invitation the visit is open on another device, and the person decides.
    """

    invitation: str | None = None
    cookie: str | None = None


async def visible_visit(unit: Unit, visit_id: str) -> tuple[Visit, Room]:
    """Return a visit of the actor's own, or of a patient who opened their visits to the actor.

    Raises NotFound for every other.
    """
    visit = await visit_by_id(unit.session, visit_id)
    room = await room_of_occasion(unit.session, visit_id)
    patient = visit.patient_id if visit else None
    thing = Thing("visit", visit_id)
    if visit is not None:
        tie = await relation_to(unit, visit.patient_id)
        thing = Thing("visit", visit_id, visit.clinic_id, patient, None, tie)
    require(unit, Action.MY_VISIT, thing)
    if visit is None or room is None:
        raise NotFound("There is nothing here for you.")
    return visit, room


def opens_at(visit: Visit) -> datetime:
    """Return when the waiting room of a visit opens."""
    return visit.starts_at - WAITING_BEFORE


def is_open(visit: Visit, room: Room, now: datetime) -> bool:
    """Say whether those with a seat may go in now."""
    return room.is_open and visit.state not in OVER and now >= opens_at(visit)


async def link_in_use(unit: Unit, visit_id: str) -> str | None:
    """Return the actor's link of a visit that some browser holds now, if there is one."""
    _, room = await visible_visit(unit, visit_id)
    for row in reversed(await _links_of(unit, room)):
        if row.bound_at is not None and await open_sessions_of_invitation(unit.session, row.id):
            return row.id
    return None


async def open_here(unit: Unit, visit_id: str, here: str | None, confirmed: bool) -> Opened:
    """Let the actor into their own visit in this browser, without the message with the link.

    `here` is the link this browser holds already. A link in use elsewhere ends only when
    `confirmed`. Raises Gone when the visit is not open, or when the clinic took the link back.
    """
    # The room before the visit, as everywhere: two who meet wait for each other in line.
    found = await room_of_occasion(unit.session, visit_id)
    if found is not None:
        await locked_room(unit.session, found.id)
    visit, room = await visible_visit(unit, visit_id)
    seat = await seat_of_person(unit.session, room.id, unit.actor.person)
    if seat is None:
        raise NotFound("There is nothing here for you.")
    if not room.is_open or visit.state in OVER:
        raise Gone("This visit has ended.")
    if not is_open(visit, room, unit.now):
        raise Gone("You are early. The waiting room opens 30 minutes before the visit.")
    in_use = await link_in_use(unit, visit_id)
    if in_use is not None and in_use == here:
        return Opened(in_use)
    if in_use is not None and not confirmed:
        return Opened()
    row = await _fresh(unit, visit, room, seat)
    return Opened(row.id, await links.bind(unit, row))


async def _fresh(unit: Unit, visit: Visit, room: Room, seat: Seat) -> Invitation:
    known = await _links_of(unit, room)
    # What the clinic took back stays so.
    if known and all(one.revoked_at is not None for one in known):
        raise Gone(UNKNOWN)
    row, _token = await invite(unit, visit, room, Participant(seat.person_id, Role(seat.role)))
    return row


async def _links_of(unit: Unit, room: Room) -> Sequence[Invitation]:
    known = await invitations_of_room(unit.session, room.id)
    return [one for one in known if one.person_id == unit.actor.person]
