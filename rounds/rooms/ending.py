"""Ends a person's part in a patient's meetings when the patient ended it.

Whoever is kept out goes at once, with every link. A relative whose access was taken back waits
again outside of the call they are in, where the patient and the host can talk about it, and
loses the links of every other visit (C-07). A seat of staff is a tie of its own: who leaves the
care team stays in the visits they are booked for, who is kept out does not.
"""

from collections.abc import Sequence

from rounds.accounts import links
from rounds.accounts.queries.invitations import invitations_for
from rounds.consent.events import AccessEnded
from rounds.consent.model import Scope, Section
from rounds.consent.relations import tie_of
from rounds.kernel.unit import Unit
from rounds.kernel.words import N_
from rounds.people.queries import is_close_to, relatives_of
from rounds.rooms.lobby import HOST_LEFT, put_back, send_guests_back, take_out
from rounds.rooms.model import Room, Seat, Standing
from rounds.rooms.queries import open_rooms_of, seat_of_person, seats_about

OUTSIDE = N_("You are in the waiting room for the moment. Please wait here.")
UNDER_WAY = frozenset({Standing.WAITING, Standing.SENT_BACK, Standing.ADMITTED, Standing.LEFT})


async def end_part(unit: Unit, fact: AccessEnded) -> None:
    """Follow what a patient ended into their rooms and links, inside the same transaction."""
    if not fact.visits:
        return
    rooms = await open_rooms_of(unit.session, fact.patient)
    for person in await concerned(unit, fact):
        kept_out = await is_turned_away(unit, fact.patient, person)
        if kept_out or await _has_lost_visits(unit, fact.patient, person):
            seats = [
                (room, seat)
                for room in rooms
                if (seat := await seat_of_person(unit.session, room.id, person)) is not None
            ]
            await _end(unit, fact.patient, person, seats, kept_out)


async def turned_away(unit: Unit, fact: AccessEnded) -> list[tuple[str, str]]:
    """Return (room, person) of every open room that a kept-out person has a seat in."""
    if not fact.visits:
        return []
    found = []
    for person in await concerned(unit, fact):
        if await is_turned_away(unit, fact.patient, person):
            seats = await seats_about(unit.session, fact.patient, person)
            found += [(seat.room_id, person) for seat in seats]
    return found


async def concerned(unit: Unit, fact: AccessEnded) -> list[str]:
    """Return whose part in visits may have ended; for everybody, that is the whole family."""
    if fact.person is not None:
        return [fact.person]
    return [one.id for one in await relatives_of(unit.session, fact.patient)]


async def is_turned_away(unit: Unit, patient: str, person: str) -> bool:
    """Tell whether a patient keeps a person out of their visits now."""
    tie = await tie_of(unit.session, patient, person, unit.now)
    if tie.excluded:
        return True
    return Section.VISITS in tie.withheld and await is_close_to(unit.session, patient, person)


async def _has_lost_visits(unit: Unit, patient: str, person: str) -> bool:
    tie = await tie_of(unit.session, patient, person, unit.now)
    is_family = await is_close_to(unit.session, patient, person)
    return is_family and Scope.VISITS not in tie.scopes


async def _end(
    unit: Unit, patient: str, person: str, seats: Sequence[tuple[Room, Seat]], kept_out: bool
) -> None:
    spared = {room.id for room, seat in seats if seat.standing in UNDER_WAY and not kept_out}
    # Links before seats, as taking a link back does: two who meet here wait for each other in line.
    for row in await invitations_for(unit.session, patient, person):
        if row.room_id not in spared:
            await links.revoke(unit, row.id)
    for room, seat in seats:
        if room.id in spared:
            await put_back(unit, room, seat, OUTSIDE)
            continue
        if seat.in_line or seat.standing == Standing.ADMITTED:
            await take_out(unit, room, seat)
        seat.begin_anew(unit.now)
        if seat.may_admit:
            await send_guests_back(unit, room, HOST_LEFT)
