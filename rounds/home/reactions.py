"""Tells the staff of a visit, as the office, that the day changed."""

from rounds.accounts.events import InvitationChanged
from rounds.consent.access import OFFICE
from rounds.kernel.actor import STAFF, SYSTEM, Role
from rounds.kernel.unit import Units
from rounds.people.queries import people_by_id, staff
from rounds.rooms.events import GuestKnocked, RoomFact
from rounds.rooms.queries import room_by_id, seats_of
from rounds.visits.events import VisitChanged
from rounds.web.live import Live


class TodayReactions:
    """Rings pages of the day; what changed they ask for themselves."""

    def __init__(self, units: Units, live: Live) -> None:
        """Find the staff with `units`, ring with `live`."""
        self._units = units
        self._live = live

    async def changed(self, fact: RoomFact | VisitChanged | InvitationChanged) -> None:
        """Ring everybody of the staff who has a seat in the room, and the office, which helps."""
        await self.room_changed(fact.room)

    async def room_changed(self, room: str) -> None:
        """Ring for a room where something changed."""
        for person in await self._staff(room):
            await self._live.tell(person, "today_changed", {})

    async def knocked(self, fact: GuestKnocked) -> None:
        """Say by name who waits, to those who may admit."""
        async with self._units.reading(SYSTEM) as unit:
            room = await room_by_id(unit.session, fact.room)
            seats = await seats_of(unit.session, fact.room)
            people = await people_by_id(unit.session, [seat.person_id for seat in seats])
        guest = next((seat for seat in seats if seat.id == fact.seat), None)
        if room is None or guest is None:
            return
        payload = {
            "visit": room.occasion_id,
            "seat": guest.id,
            "name": people[guest.person_id].name,
        }
        for seat in seats:
            if seat.may_admit:
                await self._live.tell(seat.person_id, "guest_knocked", payload)

    async def _staff(self, room: str) -> list[str]:
        async with self._units.reading(SYSTEM) as unit:
            seats = await seats_of(unit.session, room)
            row = await room_by_id(unit.session, room)
            known = await staff(unit.session, row.clinic_id) if row else []
        helping = [person.id for person, member in known if member.role in OFFICE]
        seated = [seat.person_id for seat in seats if seat.role in STAFF | {Role.INTERPRETER}]
        return list(dict.fromkeys([*seated, *helping]))
