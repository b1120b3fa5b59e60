"""Tells the staff of a visit that their day changed, and people at home that their pages did."""

from rounds.accounts.events import InvitationChanged
from rounds.consent.access import OFFICE
from rounds.consent.events import AccessEnded, ConsentGiven
from rounds.consent.queries import kept_out_of
from rounds.kernel.actor import STAFF, SYSTEM, Role
from rounds.kernel.unit import Units
from rounds.people.events import MemberJoined, MemberLeft, ResponsibilityPassed
from rounds.people.queries import patient_by_id, people_by_id, relatives_of, staff, team_of
from rounds.rooms.events import GuestKnocked, NoteWritten, RoomClosed, RoomFact
from rounds.rooms.queries import room_by_id, seats_of
from rounds.tasks.events import TaskChanged, TaskGiven
from rounds.visits.events import (
    AgreementPublished,
    SummaryChanged,
    VisitChanged,
    VisitMissed,
)
from rounds.web.live import Live


class TodayReactions:
    """Rings pages of the day; what changed they ask for themselves."""

    def __init__(self, units: Units, live: Live) -> None:
        """Find the staff with `units`, ring with `live`."""
        self._units = units
        self._live = live

    async def changed(
        self,
        fact: RoomFact
        | NoteWritten
        | VisitChanged
        | VisitMissed
        | SummaryChanged
        | InvitationChanged,
    ) -> None:
        """Ring everybody of the staff who has a seat in the room, and the office, which helps."""
        await self.room_changed(fact.room)

    async def room_changed(self, room: str) -> None:
        """Ring for a room where something changed."""
        for person in await self._staff(room):
            await self._live.tell(person, "today_changed", {})

    async def colleague_moved(self, fact: RoomFact | RoomClosed) -> None:
        """Ring for everybody at work when somebody of the staff came into a visit or went."""
        async with self._units.reading(SYSTEM) as unit:
            room = await room_by_id(unit.session, fact.room)
            seats = {one.id: one for one in await seats_of(unit.session, fact.room)}
            known = await staff(unit.session, room.clinic_id) if room else []
        seat = seats.get(fact.seat) if isinstance(fact, RoomFact) else None
        if seat is not None and not seat.may_admit:
            return
        for person, _ in known:
            if self._live.is_heard(person.id):
                await self._live.tell(person.id, "today_changed", {})

    async def task_changed(self, fact: TaskGiven | TaskChanged) -> None:
        """Ring everybody of the patient's care team, and the office, which helps."""
        async with self._units.reading(SYSTEM) as unit:
            patient = await patient_by_id(unit.session, fact.patient)
            team = await team_of(unit.session, fact.patient)
            known = await staff(unit.session, patient.clinic_id) if patient else []
            out = await kept_out_of(unit.session, fact.patient)
        members = {one.person_id for one in team if one.ends_at is None}
        helping = {person.id for person, member in known if member.role in OFFICE}
        for person in sorted((members | helping) - out):
            await self._live.tell(person, "today_changed", {})

    async def knocked(self, fact: GuestKnocked) -> None:
        """Say by name who waits, to those who may admit."""
        async with self._units.reading(SYSTEM) as unit:
            room = await room_by_id(unit.session, fact.room)
            seats = await seats_of(unit.session, fact.room)
            people = await people_by_id(unit.session, [seat.person_id for seat in seats])
            out = await kept_out_of(unit.session, room.patient_id) if room else frozenset()
        guest = next((seat for seat in seats if seat.id == fact.seat), None)
        if room is None or guest is None:
            return
        payload = {
            "visit": room.occasion_id,
            "seat": guest.id,
            "name": people[guest.person_id].name,
        }
        for seat in seats:
            if seat.may_admit and seat.person_id not in out:
                await self._live.tell(seat.person_id, "guest_knocked", payload)

    async def _staff(self, room: str) -> list[str]:
        async with self._units.reading(SYSTEM) as unit:
            found = await room_by_id(unit.session, room)
            seats = await seats_of(unit.session, room)
            if found is None:
                return []
            known = await staff(unit.session, found.clinic_id)
            # For whom the patient keeps out the visit is not there: nothing of it may ring.
            out = await kept_out_of(unit.session, found.patient_id)
        seated = [seat.person_id for seat in seats if seat.role in STAFF | {Role.INTERPRETER}]
        helping = [person.id for person, member in known if member.role in OFFICE]
        return [one for one in dict.fromkeys([*seated, *helping]) if one not in out]


class MyReactions:
    """Rings the pages of a patient and of their relatives; what changed they ask for themselves."""

    def __init__(self, units: Units, live: Live) -> None:
        """Find the family with `units`, ring with `live`."""
        self._units = units
        self._live = live

    async def visit_changed(self, fact: VisitChanged | AgreementPublished) -> None:
        """A visit was planned, moved on or over, or there is more to read of it."""
        async with self._units.reading(SYSTEM) as unit:
            room = await room_by_id(unit.session, fact.room)
        if room is not None:
            await self._ring(room.patient_id)

    async def record_changed(
        self,
        fact: MemberJoined | MemberLeft | ResponsibilityPassed | ConsentGiven | AccessEnded,
    ) -> None:
        """Who cares for a patient, or who may see what, changed."""
        await self._ring(fact.patient)

    async def task_changed(self, fact: TaskGiven | TaskChanged) -> None:
        """What patient or family are to do changed, or may have."""
        await self._ring(fact.patient)

    async def _ring(self, patient: str) -> None:
        async with self._units.reading(SYSTEM) as unit:
            family = await relatives_of(unit.session, patient)
        for person in (patient, *(one.id for one in family)):
            await self._live.tell_home(person, "my_changed")
