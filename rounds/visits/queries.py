"""Finding visits."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.kernel.actor import Role
from rounds.people.model import Membership, Patient, Person
from rounds.rooms.model import Room, Seat
from rounds.visits.closing_model import Agreement, VisitSummary
from rounds.visits.experience_model import Experience
from rounds.visits.model import LONGEST_MINUTES, MissedVisit, Visit, VisitState


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


async def unattended_visits(
    session: AsyncSession, after: datetime, before: datetime
) -> Sequence[tuple[Visit, Room]]:
    """Return the visits begun in a span whose patient never came, and that nobody missed yet."""
    found = await session.execute(
        select(Visit, Room)
        .join(Room, Room.occasion_id == Visit.id)
        .join(Seat, Seat.room_id == Room.id)
        .outerjoin(MissedVisit, MissedVisit.visit_id == Visit.id)
        .where(
            Visit.starts_at > after,
            Visit.starts_at <= before,
            Visit.state.not_in([VisitState.FINISHED, VisitState.CANCELLED]),
            Room.closed_at.is_(None),
            Seat.role == Role.PATIENT,
            Seat.arrived_at.is_(None),
            MissedVisit.id.is_(None),
        )
        .order_by(Visit.starts_at, Visit.id)
    )
    return [(visit, room) for visit, room in found]


async def missed_of_visit(session: AsyncSession, visit: str) -> MissedVisit | None:
    """Return that the patient of a visit was missed."""
    found = await session.execute(select(MissedVisit).where(MissedVisit.visit_id == visit))
    return found.scalar_one_or_none()


async def open_missed(
    session: AsyncSession, clinic: str
) -> Sequence[tuple[MissedVisit, Visit, Person]]:
    """Return what of a clinic nobody followed up yet, with visit and patient, the oldest first."""
    found = await session.execute(
        select(MissedVisit, Visit, Person)
        .join(Visit, Visit.id == MissedVisit.visit_id)
        .join(Person, Person.id == MissedVisit.patient_id)
        .where(
            MissedVisit.clinic_id == clinic,
            MissedVisit.done_at.is_(None),
            MissedVisit.came_at.is_(None),
        )
        .order_by(MissedVisit.noticed_at, MissedVisit.id)
    )
    return [(row, visit, person) for row, visit, person in found]


async def summary_of(session: AsyncSession, visit: str) -> VisitSummary | None:
    """Return what the hosts of a visit wrote at its end."""
    found = await session.execute(select(VisitSummary).where(VisitSummary.visit_id == visit))
    return found.scalar_one_or_none()


async def agreements_of(session: AsyncSession, visit: str) -> Sequence[Agreement]:
    """Return what was published to the patient of a visit, the newest first."""
    found = await session.execute(
        select(Agreement).where(Agreement.visit_id == visit).order_by(Agreement.version.desc())
    )
    return found.scalars().all()


async def unfinished_summaries(
    session: AsyncSession, person: str
) -> Sequence[tuple[VisitSummary, Visit, Person]]:
    """Return the summaries that a host has to finish, with visit and patient, the oldest first.

    They are theirs who ended the visit; where nobody did, of all its hosts.
    """
    found = await session.execute(
        select(VisitSummary, Visit, Person)
        .join(Visit, Visit.id == VisitSummary.visit_id)
        .join(Person, Person.id == VisitSummary.patient_id)
        .join(Room, Room.occasion_id == Visit.id)
        .join(Seat, Seat.room_id == Room.id)
        .where(
            Seat.person_id == person,
            Seat.may_admit.is_(True),
            VisitSummary.decided_at.is_(None),
            VisitSummary.ended_at.is_not(None),
            or_(VisitSummary.ended_by.is_(None), VisitSummary.ended_by == person),
        )
        .order_by(VisitSummary.ended_at, VisitSummary.id)
    )
    return [(row, visit, patient) for row, visit, patient in found]


async def next_booked(session: AsyncSession, patient: str, now: datetime) -> Visit | None:
    """Return the next visit of a patient that is booked and has not begun."""
    found = await session.execute(
        select(Visit)
        .where(
            Visit.patient_id == patient,
            Visit.starts_at > now,
            Visit.state == VisitState.PLANNED,
        )
        .order_by(Visit.starts_at, Visit.id)
        .limit(1)
    )
    return found.scalar_one_or_none()


async def experience_of(session: AsyncSession, visit: str, person: str) -> Experience | None:
    """Return what somebody said about a visit, locked for the caller's transaction."""
    found = await session.execute(
        select(Experience)
        .where(Experience.visit_id == visit, Experience.person_id == person)
        .with_for_update(key_share=True)
    )
    return found.scalar_one_or_none()


async def experience_by_id(session: AsyncSession, id: str) -> Experience | None:
    """Return what somebody said about a visit."""
    return await session.get(Experience, id)


async def experiences_to_count(
    session: AsyncSession, now: datetime, most: int
) -> Sequence[tuple[Experience, Visit]]:
    """Return answers that nobody can change any more and that are in no sum yet, oldest first."""
    found = await session.execute(
        select(Experience, Visit)
        .join(Visit, Visit.id == Experience.visit_id)
        .where(Experience.counted_at.is_(None), Experience.until <= now)
        .order_by(Experience.until, Experience.id)
        .limit(most)
    )
    return [(row, visit) for row, visit in found]


async def written_experiences(
    session: AsyncSession, clinic: str, most: int
) -> Sequence[tuple[Experience, Visit]]:
    """Return the newest answers of a clinic that hold words."""
    found = await session.execute(
        select(Experience, Visit)
        .join(Visit, Visit.id == Experience.visit_id)
        .where(Experience.clinic_id == clinic, Experience.words.is_not(None))
        .order_by(Experience.given_at.desc(), Experience.id.desc())
        .limit(most)
    )
    return [(row, visit) for row, visit in found]
