"""Visits that took place, told to the database as the rooms tell it, without anybody in a call."""

from datetime import timedelta

from rounds.accounts.links import close
from rounds.accounts.queries.invitations import invitations_of_room
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.unit import Units
from rounds.rooms.model import Room
from rounds.rooms.queries import seats_of
from rounds.visits.model import Visit, VisitState
from tests.making.visits import MadeVisit


async def end_visit(units: Units, visit: MadeVisit, came: bool = True) -> None:
    """Let a visit have begun ten minutes ago and end now; `came` says that the guests were in."""
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Visit, visit.id)
        room = await unit.session.get_one(Room, visit.room)
        if not room.is_open:
            return
        for seat in await seats_of(unit.session, visit.room):
            if came and seat.role in (Role.PATIENT, Role.RELATIVE):
                seat.arrive(unit.now)
                seat.admit(unit.now)
        for link in await invitations_of_room(unit.session, visit.room):
            await close(unit, link)
        room.started_at = unit.now - timedelta(minutes=10)
        room.closed_at = unit.now
        row.reach(VisitState.IN_PROGRESS, room.started_at)
        row.reach(VisitState.FINISHED, unit.now)
