"""Finding visits."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.people.model import Membership, Patient, Person
from rounds.rooms.model import Room, Seat
from rounds.visits.model import LONGEST_MINUTES, Visit, VisitState


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


async def visit_by_key(session: AsyncSession, patient: str, key: str) -> Visit | None:
    """Return the visit of a patient that was booked with this key."""
    found = await session.execute(
        select(Visit).where(Visit.patient_id == patient, Visit.booking_key == key)
    )
    return found.scalar_one_or_none()


async def booked_for(
    session: AsyncSession, people: Iterable[str], after: datetime, before: datetime
) -> Sequence[tuple[str, Visit]]:
    """Return who has a seat in which visit that may touch a span of time and still counts."""
    longest = timedelta(minutes=LONGEST_MINUTES)
    found = await session.execute(
        select(Seat.person_id, Visit)
        .join(Room, Room.id == Seat.room_id)
        .join(Visit, Visit.id == Room.occasion_id)
        .where(
            Seat.person_id.in_(set(people)),
            Visit.starts_at > after - longest,
            Visit.starts_at < before,
            Visit.state.not_in([VisitState.FINISHED, VisitState.CANCELLED]),
        )
        .order_by(Visit.starts_at, Visit.id)
    )
    return [(person, visit) for person, visit in found]


async def visits_between(
    session: AsyncSession, clinic: str, after: datetime, before: datetime
) -> Sequence[tuple[Visit, Room]]:
    """Return the visits of a clinic that begin in a span of time, in order."""
    found = await session.execute(
        select(Visit, Room)
        .join(Room, Room.occasion_id == Visit.id)
        .where(Visit.clinic_id == clinic, Visit.starts_at >= after, Visit.starts_at < before)
        .order_by(Visit.starts_at, Visit.id)
    )
    return [(visit, room) for visit, room in found]


async def cared_for(session: AsyncSession, person: str) -> frozenset[str]:
    """Return the patients whose care team a member of staff belongs to."""
    found = await session.execute(
        select(Membership.patient_id).where(
            Membership.person_id == person, Membership.ends_at.is_(None)
        )
    )
    return frozenset(found.scalars())


async def members_of(session: AsyncSession, patient: str) -> frozenset[str]:
    """Return who belongs to a patient's care team now."""
    found = await session.execute(
        select(Membership.person_id).where(
            Membership.patient_id == patient, Membership.ends_at.is_(None)
        )
    )
    return frozenset(found.scalars())


async def patient_of(session: AsyncSession, visit: Visit) -> tuple[Person, Patient]:
    """Return the patient of a visit."""
    found = await session.execute(
        select(Person, Patient)
        .join(Patient, Patient.person_id == Person.id)
        .where(Person.id == visit.patient_id)
    )
    person, patient = found.one()
    return person, patient
