"""Reads the visits of one patient."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.rooms.model import Room, Seat
from rounds.visits.model import Visit

MOST_VISITS = 200


async def visits_of_patient(
    session: AsyncSession, patient: str, person: str
) -> Sequence[tuple[Visit, bool]]:
    """Return a patient's visits, the newest first, and whether `person` has a seat in each."""
    found = await session.execute(
        select(Visit, Seat.id)
        .join(Room, Room.occasion_id == Visit.id)
        .outerjoin(Seat, (Seat.room_id == Room.id) & (Seat.person_id == person))
        .where(Visit.patient_id == patient)
        .order_by(Visit.starts_at.desc(), Visit.id.desc())
        .limit(MOST_VISITS)
    )
    return [(visit, seat is not None) for visit, seat in found]
