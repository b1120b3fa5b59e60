"""When somebody's turn comes: reckoned from the clinician's own visits, or not told at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rounds.kernel.unit import Unit
from rounds.rooms.model import Room, Seat, Standing
from rounds.rooms.outlook import UNKNOWN, Outlook
from rounds.rooms.queries import seats_of
from rounds.visits.model import Visit, VisitState
from rounds.visits.queries import visit_of_room, visits_with

STEP = 5
"""Minutes: nobody can tell a wait more exactly (features.md, J4)."""
AROUND = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Turn:
    """One visit in a clinician's queue: when it should begin, how long it takes, where it stands.

    `began_at` while the clinician is in it now; `waits` while its guests are in the waiting room.
    """

    id: str
    starts_at: datetime
    minutes: int
    began_at: datetime | None = None
    waits: bool = False

    @property
    def rank(self) -> tuple[datetime, str]:
        """Order in the queue."""
        return (self.starts_at, self.id)


def outlook(
    own: Turn, others: Iterable[Turn], now: datetime, expected_at: datetime | None
) -> Outlook:
    """Return how many wait before `own` in the clinician's queue, and in about how many minutes.

    A running visit takes its planned time; one that has overrun takes nobody knows how long, so
    nothing is told. Neither is it when the time is past and nobody said how late they are.
    """
    rest = sorted((one for one in others if one.id != own.id), key=lambda one: one.rank)
    ahead = [one for one in rest if one.waits and one.began_at is None and one.rank < own.rank]
    free = now
    for one in rest:
        if one.began_at is not None:
            over = one.began_at + timedelta(minutes=one.minutes)
            if over <= now:
                return Outlook(len(ahead))
            free = max(free, over)
    for one in ahead:
        free = max(free, one.starts_at) + timedelta(minutes=one.minutes)
    begins = max(free, own.starts_at, expected_at or free)
    return Outlook(len(ahead), rounded(begins - now))


def rounded(wait: timedelta) -> int | None:
    """Return minutes in steps of five, never fewer than it takes; None for no wait at all."""
    steps = -(-wait // timedelta(minutes=STEP))
    return STEP * steps if wait > timedelta(0) else None


async def read_outlook(unit: Unit, room: Room) -> Outlook:
    """Return when the turn of those who wait in a room comes.

    Its clinician is the first of the visit. While a clinician is in the room already nothing is
    told: they are there, and let people in when they are ready.
    """
    visit = await visit_of_room(unit.session, room.id)
    hosts = [one for one in await seats_of(unit.session, room.id) if one.may_admit]
    if visit is None or not hosts or _any_inside(hosts):
        return UNKNOWN
    lead = hosts[0].person_id
    turns = []
    span = (unit.now - AROUND, unit.now + AROUND)
    for other, place in await visits_with(unit.session, lead, *span):
        if other.state in (VisitState.ARRIVED, VisitState.IN_PROGRESS):
            turns.append(_turn(other, lead, await seats_of(unit.session, place.id)))
    own = Turn(visit.id, visit.starts_at, visit.minutes)
    return outlook(own, turns, unit.now, room.expected_at)


def _turn(visit: Visit, lead: str, seats: Sequence[Seat]) -> Turn:
    inside = _any_inside([one for one in seats if one.person_id == lead])
    began = visit.started_at if inside and visit.state == VisitState.IN_PROGRESS else None
    return Turn(visit.id, visit.starts_at, visit.minutes, began, any(one.in_line for one in seats))


def _any_inside(seats: Iterable[Seat]) -> bool:
    return any(one.standing == Standing.ADMITTED for one in seats)
