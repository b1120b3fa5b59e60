"""Finding people."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.people.model import (
    Clinic,
    ContactPoint,
    Membership,
    Patient,
    Person,
    RelatedPerson,
    Responsibility,
    StaffMember,
    System,
)


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


async def everybody(session: AsyncSession, clinic: str) -> Sequence[tuple[Person, str]]:
    """Return everybody the clinic knows in the order they were added, patients with their number.

    The number is empty for others.
    """
    found = await session.execute(
        select(Person, Patient.number)
        .outerjoin(Patient, Patient.person_id == Person.id)
        .where(Person.clinic_id == clinic)
        .order_by(Person.id)
    )
    return [(person, number or "") for person, number in found]


async def relatives_of(session: AsyncSession, patient: str) -> Sequence[Person]:
    """Return the people related to one patient in the order they were added."""
    return [person for person, _ in await kin_of(session, patient)]


async def kin_of(session: AsyncSession, patient: str) -> Sequence[tuple[Person, RelatedPerson]]:
    """Return the people related to one patient with their tie, in the order they were added."""
    found = await session.execute(
        select(Person, RelatedPerson)
        .join(RelatedPerson, RelatedPerson.person_id == Person.id)
        .where(RelatedPerson.patient_id == patient, RelatedPerson.ended_at.is_(None))
        .order_by(Person.id)
    )
    return [(person, row) for person, row in found]


async def locked_clinic(session: AsyncSession, id: str | None) -> Clinic | None:
    """Return a clinic, locked: who enters patients there passes one after the other."""
    found = await session.execute(
        select(Clinic).where(Clinic.id == id).with_for_update(key_share=True)
    )
    return found.scalar_one_or_none()


async def unindexed_patients(
    session: AsyncSession, clinic: str
) -> Sequence[tuple[Person, Patient]]:
    """Return the patients of a clinic that cannot be found by likeness yet, the oldest first."""
    found = await session.execute(
        select(Person, Patient)
        .join(Patient, Patient.person_id == Person.id)
        .where(Patient.clinic_id == clinic, Patient.likeness.is_(None))
        .order_by(Person.id)
    )
    return [(person, patient) for person, patient in found]


async def patient_by_number(session: AsyncSession, clinic: str, index: str) -> Patient | None:
    """Return the patient of a clinic with this blind index of the number."""
    found = await session.execute(
        select(Patient).where(Patient.clinic_id == clinic, Patient.number_index == index)
    )
    return found.scalar_one_or_none()


async def patients_by_likeness(
    session: AsyncSession, clinic: str, likeness: str
) -> Sequence[Patient]:
    """Return the patients of a clinic with this blind index of name and date of birth."""
    found = await session.execute(
        select(Patient)
        .where(Patient.clinic_id == clinic, Patient.likeness == likeness)
        .order_by(Patient.person_id)
    )
    return found.scalars().all()


async def responsibilities_of(session: AsyncSession, patient: str) -> Sequence[Responsibility]:
    """Return who answered for what and when, the newest first."""
    found = await session.execute(
        select(Responsibility)
        .where(Responsibility.patient_id == patient)
        .order_by(Responsibility.begins_at.desc(), Responsibility.id.desc())
    )
    return found.scalars().all()


async def patient_by_id(session: AsyncSession, id: str) -> Patient | None:
    """Return a patient, locked for the caller's transaction."""
    found = await session.execute(
        select(Patient).where(Patient.person_id == id).with_for_update(key_share=True)
    )
    return found.scalar_one_or_none()


async def staff_member(session: AsyncSession, person: str) -> StaffMember | None:
    """Return what a person is among the staff."""
    return await session.get(StaffMember, person)


async def staff_by_id(
    session: AsyncSession, ids: Iterable[str]
) -> dict[str, tuple[Person, StaffMember]]:
    """Return those of these people who belong to the staff, by id."""
    found = await session.execute(
        select(Person, StaffMember)
        .join(StaffMember, StaffMember.person_id == Person.id)
        .where(Person.id.in_(list(ids)))
    )
    return {person.id: (person, member) for person, member in found}


async def contact_points(session: AsyncSession, person: str) -> Sequence[ContactPoint]:
    """Return the addresses of a person that are in use, the oldest first."""
    found = await session.execute(
        select(ContactPoint)
        .where(ContactPoint.person_id == person, ContactPoint.removed_at.is_(None))
        .order_by(ContactPoint.id)
    )
    return found.scalars().all()


async def phone_numbers(session: AsyncSession, person: str) -> list[str]:
    """Return the telephone numbers of a person that are in use (E.164), the proved ones first."""
    known = await contact_points(session, person)
    phones = [one for one in known if one.system == System.SMS]
    return [one.value for one in sorted(phones, key=lambda one: one.verified_at is None)]


async def contacts_by_index(session: AsyncSession, index: str) -> Sequence[ContactPoint]:
    """Return every address in use with this blind index, whoever's it is."""
    found = await session.execute(
        select(ContactPoint)
        .where(ContactPoint.value_index == index, ContactPoint.removed_at.is_(None))
        .order_by(ContactPoint.id)
    )
    return found.scalars().all()


async def membership_of(session: AsyncSession, patient: str, person: str) -> Membership | None:
    """Return the open membership of a person in a patient's team."""
    found = await session.execute(
        select(Membership).where(
            Membership.patient_id == patient,
            Membership.person_id == person,
            Membership.ends_at.is_(None),
        )
    )
    return found.scalar_one_or_none()


async def was_member(session: AsyncSession, patient: str, person: str) -> bool:
    """Tell whether a person belonged to a patient's team before."""
    found = await session.execute(
        select(Membership.id)
        .where(Membership.patient_id == patient, Membership.person_id == person)
        .limit(1)
    )
    return found.scalar_one_or_none() is not None


async def team_of(session: AsyncSession, patient: str) -> Sequence[Membership]:
    """Return every membership of a patient's team, past ones too, by their beginning."""
    found = await session.execute(
        select(Membership)
        .where(Membership.patient_id == patient)
        .order_by(Membership.begins_at, Membership.id)
    )
    return found.scalars().all()


async def open_responsibilities(session: AsyncSession, patient: str) -> Sequence[Responsibility]:
    """Return who answers for what now."""
    found = await session.execute(
        select(Responsibility)
        .where(Responsibility.patient_id == patient, Responsibility.ends_at.is_(None))
        .order_by(Responsibility.id)
    )
    return found.scalars().all()


async def record_of(session: AsyncSession, person: str) -> str | None:
    """Return whose record a person belongs to: their own, or the patient's they are related to."""
    if await session.get(Patient, person) is not None:
        return person
    tie = await session.get(RelatedPerson, person)
    return tie.patient_id if tie else None


async def is_close_to(session: AsyncSession, patient: str, person: str) -> bool:
    """Tell whether a person was entered as a relative or friend of this patient."""
    found = await session.get(RelatedPerson, person)
    return found is not None and found.patient_id == patient


async def related_person(session: AsyncSession, person: str) -> RelatedPerson | None:
    """Return whose relative a person is, and what they are to them."""
    return await session.get(RelatedPerson, person)
