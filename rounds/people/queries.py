"""Finding people."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.people.model import Clinic, Patient, Person, RelatedPerson, StaffMember


async def clinics(session: AsyncSession) -> Sequence[Clinic]:
    """Return every clinic of this database."""
    return (await session.execute(select(Clinic).order_by(Clinic.id))).scalars().all()


async def people_by_id(session: AsyncSession, ids: Iterable[str]) -> Mapping[str, Person]:
    """Return the people among `ids`, by id."""
    wanted = set(ids)
    if not wanted:
        return {}
    found = await session.execute(select(Person).where(Person.id.in_(wanted)))
    return {person.id: person for person in found.scalars()}


async def relationships(session: AsyncSession, ids: Iterable[str]) -> Mapping[str, str]:
    """Return, for the relatives among `ids`, what they are to their patient."""
    wanted = set(ids)
    if not wanted:
        return {}
    found = await session.execute(select(RelatedPerson).where(RelatedPerson.person_id.in_(wanted)))
    return {row.person_id: row.relationship for row in found.scalars()}


async def staff(session: AsyncSession, clinic: str) -> Sequence[tuple[Person, StaffMember]]:
    """Return the clinic's staff in the order they were added."""
    found = await session.execute(
        select(Person, StaffMember)
        .join(StaffMember, StaffMember.person_id == Person.id)
        .where(StaffMember.clinic_id == clinic)
        .order_by(Person.id)
    )
    return [(person, member) for person, member in found]


async def patients_of(session: AsyncSession, clinic: str) -> Sequence[tuple[Person, Patient]]:
    """Return the clinic's patients in the order they were added."""
    found = await session.execute(
        select(Person, Patient)
        .join(Patient, Patient.person_id == Person.id)
        .where(Patient.clinic_id == clinic)
        .order_by(Person.id)
    )
    return [(person, patient) for person, patient in found]


async def relatives_of(session: AsyncSession, patient: str) -> Sequence[Person]:
    """Return the people related to one patient in the order they were added."""
    found = await session.execute(
        select(Person)
        .join(RelatedPerson, RelatedPerson.person_id == Person.id)
        .where(RelatedPerson.patient_id == patient)
        .order_by(Person.id)
    )
    return found.scalars().all()
