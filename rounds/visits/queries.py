"""Finding visits."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.people.model import Patient, Person
from rounds.rooms.model import Room, Seat
from rounds.visits.model import Visit


async def visit_by_id(session: AsyncSession, id: str) -> Visit | None:
    """Return a visit, locked for the caller's transaction."""
    found = await session.execute(
        select(Visit).where(Visit.id == id).with_for_update(key_share=True)
    )
    return found.scalar_one_or_none()


async def visit_of_room(session: AsyncSession, room: str) -> Visit | None:
    """Return the visit people meet for in a room."""
    found = await session.execute(
        select(Visit).join(Room, Room.occasion_id == Visit.id).where(Room.id == room)
    )
    return found.scalar_one_or_none()


async def visits_with(
    session: AsyncSession, person: str, after: datetime, before: datetime
) -> Sequence[tuple[Visit, Room]]:
    """Return the visits a person has a seat in that begin in a span of time, in order."""
    found = await session.execute(
        select(Visit, Room)
        .join(Room, Room.occasion_id == Visit.id)
        .join(Seat, Seat.room_id == Room.id)
        .where(Seat.person_id == person, Visit.starts_at >= after, Visit.starts_at < before)
        .order_by(Visit.starts_at, Visit.id)
    )
    return [(visit, room) for visit, room in found]


async def visits_of_patient(
    session: AsyncSession, patient: str, after: datetime
) -> Sequence[tuple[Visit, Room]]:
    """Return the visits of a patient that begin after a moment, in order."""
    found = await session.execute(
        select(Visit, Room)
        .join(Room, Room.occasion_id == Visit.id)
        .where(Visit.patient_id == patient, Visit.starts_at >= after)
        .order_by(Visit.starts_at, Visit.id)
    )
    return [(visit, room) for visit, room in found]


async def visits_of_clinic(session: AsyncSession, clinic: str) -> Sequence[tuple[Visit, Room]]:
    """Return every visit of a clinic with its room, by time."""
    found = await session.execute(
        select(Visit, Room)
        .join(Room, Room.occasion_id == Visit.id)
        .where(Visit.clinic_id == clinic)
        .order_by(Visit.starts_at, Visit.id)
    )
    return [(visit, room) for visit, room in found]


async def patient_of(session: AsyncSession, visit: Visit) -> tuple[Person, Patient]:
    """Return the patient of a visit."""
    found = await session.execute(
        select(Person, Patient)
        .join(Patient, Patient.person_id == Person.id)
        .where(Person.id == visit.patient_id)
    )
    person, patient = found.one()
    return person, patient
