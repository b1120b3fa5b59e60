"""Reads the patients of a clinic for their list, a slice at a time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.accounts.model import Account
from rounds.consent.model import Exclusion, Section
from rounds.people.model import Matter, Membership, Patient, Person, Responsibility
from rounds.visits.model import Visit, VisitState


async def slice_of_patients(
    session: AsyncSession, clinic: str, member: str | None, after: str | None, size: int
) -> Sequence[Any]:
    """Return up to `size` patients with an id above `after`; with `member`, of their teams only.

    Rows of plain columns: this is read for thousands.
    """
    wanted = (
        select(
            Person.id,
            Person.prefix,
            Person.given_name,
            Person.family_name,
            Person.language,
            Person.portrait,
            Patient.born,
            Patient.number,
            Patient.interpreter,
        )
        .join(Patient, Patient.person_id == Person.id)
        .where(Patient.clinic_id == clinic)
        .order_by(Person.id)
        .limit(size)
    )
    if member is not None:
        wanted = wanted.join(Membership, Membership.patient_id == Person.id).where(
            Membership.person_id == member, Membership.ends_at.is_(None)
        )
    if after is not None:
        wanted = wanted.where(Person.id > after)
    found: Sequence[Any] = (await session.execute(wanted)).all()
    return found


async def visits_kept_from(
    session: AsyncSession, patients: Iterable[str], person: str
) -> frozenset[str]:
    """Return those among `patients` who keep their visits from a person, or from everybody."""
    found = await session.execute(
        select(Exclusion.patient_id).where(
            Exclusion.patient_id.in_(list(patients)),
            (Exclusion.person_id == person) | Exclusion.person_id.is_(None),
            Exclusion.section == Section.VISITS,
            Exclusion.lifted_at.is_(None),
        )
    )
    return frozenset(found.scalars())


async def patients_with_a_team(session: AsyncSession, clinic: str) -> frozenset[str]:
    """Return the patients of a clinic for whom somebody leads."""
    found = await session.execute(
        select(Responsibility.patient_id).where(
            Responsibility.clinic_id == clinic,
            Responsibility.matter == Matter.LEAD,
            Responsibility.ends_at.is_(None),
        )
    )
    return frozenset(found.scalars())


async def holders_for(
    session: AsyncSession, patients: Iterable[str]
) -> Mapping[tuple[str, str], Person]:
    """Return who answers now, by patient and matter."""
    found = await session.execute(
        select(Responsibility.patient_id, Responsibility.matter, Person)
        .join(Person, Person.id == Responsibility.person_id)
        .where(Responsibility.patient_id.in_(list(patients)), Responsibility.ends_at.is_(None))
    )
    return {(patient, matter): person for patient, matter, person in found}


async def next_visits(
    session: AsyncSession, patients: Iterable[str], after: datetime
) -> Mapping[str, datetime]:
    """Return when the next planned visit of each patient begins, for those who have one."""
    found = await session.execute(
        select(Visit.patient_id, func.min(Visit.starts_at))
        .where(
            Visit.patient_id.in_(list(patients)),
            Visit.starts_at >= after,
            Visit.state.not_in([VisitState.FINISHED, VisitState.CANCELLED]),
        )
        .group_by(Visit.patient_id)
    )
    return dict(found.all())


async def without_account(session: AsyncSession, clinic: str) -> frozenset[str]:
    """Return the staff whose account was closed: they take over nothing any more."""
    found = await session.execute(
        select(Account.person_id).where(Account.clinic_id == clinic, Account.active.is_(False))
    )
    return frozenset(found.scalars())
