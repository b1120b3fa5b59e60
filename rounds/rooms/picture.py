"""One look at a room: everything its people may be told, loaded at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rounds.accounts.model import Invitation
from rounds.accounts.queries.invitations import invitations_of_room
from rounds.consent.model import Scope
from rounds.consent.queries import consents_for
from rounds.kernel.actor import Role
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Person
from rounds.people.queries import people_by_id, relationships
from rounds.rooms.arrivals_model import CheckIn, DoorNote, PhoneCall, SelfTest
from rounds.rooms.model import ChatMessage, Room, ScreenShare, Seat, Standing
from rounds.rooms.phone import number_on_file
from rounds.rooms.queries import (
    calls_of_room,
    check_ins_of_room,
    door_notes,
    last_messages,
    open_shares,
    room_by_id,
    seats_of,
    self_tests_of_room,
    shares_of_room,
)

GUESTS = frozenset({Role.PATIENT, Role.RELATIVE})


@dataclass(frozen=True, slots=True)
class Picture:
    """A room, its seats in order, the people on them, their links, the chat, the door, the screens.

    `check_ins` and `self_tests` are by seat. `numbers` are the telephone numbers to reach guests
    at, `consents` from when until when a consent lets a relative take part; both by person.
    `shares` are those that are open; once the room is closed, all there were. `on_hold` says that
    the clinic deletes nothing now.
    """

    room: Room
    now: datetime
    seats: Sequence[Seat]
    people: Mapping[str, Person]
    relationships: Mapping[str, str]
    invitations: Mapping[str, Invitation]
    messages: Sequence[ChatMessage]
    check_ins: Mapping[str, CheckIn]
    self_tests: Mapping[str, SelfTest]
    shares: Sequence[ScreenShare] = ()
    notes: Sequence[DoorNote] = ()
    calls: Sequence[PhoneCall] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)
    consents: Mapping[str, tuple[datetime, datetime | None]] = field(default_factory=dict)
    on_hold: bool = False

    def open_call(self, seat: str) -> PhoneCall | None:
        """Return a seat's wish for a call, or its call, that is not over."""
        found = (one for one in self.calls if one.seat_id == seat and one.ended_at is None)
        return next(found, None)

    def seat(self, id: str) -> Seat:
        """Return a seat. Raises NotFound when it is not in this room."""
        for seat in self.seats:
            if seat.id == id:
                return seat
        raise NotFound("There is nothing here for you.")

    def line(self) -> list[Seat]:
        """Return those who wait, in order: the sent back first, then by arrival."""
        waiting = [seat for seat in self.seats if seat.in_line]
        return sorted(
            waiting,
            key=lambda seat: (
                seat.given != Standing.SENT_BACK,
                seat.arrived_at or self.now,
                seat.id,
            ),
        )


async def take_picture(unit: Unit, room_id: str) -> Picture:
    """Load a room. Raises NotFound when there is none."""
    session = unit.session
    room = await room_by_id(session, room_id)
    if room is None:
        raise NotFound("There is nothing here for you.")
    seats, notes = await seats_of(session, room_id), await door_notes(session, room_id)
    calls = await calls_of_room(session, room_id)
    check_ins = await check_ins_of_room(session, room_id)
    clinic = await session.get(Clinic, room.clinic_id)
    shares = open_shares if room.is_open else shares_of_room
    seated = [seat.person_id for seat in seats]
    callers = [one.began_by for one in calls if one.began_by]
    ids = [*seated, *(one.author_id for one in notes), *callers]
    # The newest link of a person is the one that counts.
    links = {row.person_id: row for row in await invitations_of_room(session, room_id)}
    return Picture(
        room=room,
        now=unit.now,
        seats=seats,
        people=await people_by_id(session, ids),
        relationships=await relationships(session, seated),
        invitations=links,
        messages=await last_messages(session, room_id),
        check_ins=check_ins,
        self_tests=await self_tests_of_room(session, room_id),
        shares=await shares(session, room_id),
        notes=notes,
        calls=calls,
        numbers=await _numbers(unit, seats, check_ins),
        consents=await _consents(unit, room, seats),
        on_hold=clinic is not None and clinic.on_hold_since is not None,
    )


async def _numbers(
    unit: Unit, seats: Sequence[Seat], check_ins: Mapping[str, CheckIn]
) -> dict[str, str]:
    found = {}
    for seat in seats:
        if seat.role not in GUESTS:
            continue
        if number := await number_on_file(unit, seat, check_ins.get(seat.id)):
            found[seat.person_id] = number
    return found


async def _consents(
    unit: Unit, room: Room, seats: Sequence[Seat]
) -> dict[str, tuple[datetime, datetime | None]]:
    found = {}
    for seat in seats:
        if seat.role != Role.RELATIVE:
            continue
        for one in await consents_for(unit.session, room.patient_id, seat.person_id):
            if one.holds(unit.now) and Scope.VISITS in one.opened:
                found[seat.person_id] = (one.given_at, one.until)
    return found
