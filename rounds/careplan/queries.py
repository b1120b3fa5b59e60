"""What is read of plans: the plan of a patient and its sections."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, func, select

from rounds.careplan.model import (
    CarePlan,
    PlanEntry,
    PlanPending,
    PlanRight,
    PlanSection,
    PlanSnapshot,
)
from rounds.careplan.rights import Right
from rounds.kernel.actor import Role
from rounds.kernel.database import AsyncSession
from rounds.people.model import Clinic, Patient, Person, StaffMember


async def plan_of_patient(session: AsyncSession, patient: str) -> CarePlan | None:
    """Return a patient's plan, or None while nobody has opened it."""
    plan: CarePlan | None = await session.scalar(
        select(CarePlan).where(CarePlan.patient_id == patient)
    )
    return plan


async def sections_of(session: AsyncSession, plan: str) -> Sequence[PlanSection]:
    """Return the sections of a plan."""
    found = await session.scalars(select(PlanSection).where(PlanSection.plan_id == plan))
    return found.all()


async def section_by_id(session: AsyncSession, id: str) -> PlanSection | None:
    """Return a section."""
    return await session.get(PlanSection, id)


async def named(session: AsyncSession, ids: Iterable[str]) -> Mapping[str, tuple[str, Role]]:
    """Return the names and roles of people, by id."""
    wanted = set(ids)
    if not wanted:
        return {}
    found = await session.execute(
        select(Person, StaffMember.role, Patient.person_id)
        .outerjoin(StaffMember, StaffMember.person_id == Person.id)
        .outerjoin(Patient, Patient.person_id == Person.id)
        .where(Person.id.in_(wanted))
    )
    return {
        person.id: (person.name, Role(role) if role else Role.PATIENT if own else Role.RELATIVE)
        for person, role, own in found
    }


async def narrowed_for(session: AsyncSession, plan: str, person: str | None) -> Mapping[str, Right]:
    """Return the lower rights that were set for a person in a plan, by kind of section."""
    found = await session.execute(
        select(PlanRight.kind, PlanRight.right).where(
            PlanRight.plan_id == plan, PlanRight.person_id == person
        )
    )
    return {kind: Right(right) for kind, right in found}


async def narrowed_in(session: AsyncSession, plan: str) -> Mapping[tuple[str, str], Right]:
    """Return all lower rights that were set in a plan, by person and kind of section."""
    found = await session.scalars(select(PlanRight).where(PlanRight.plan_id == plan))
    return {(one.person_id, one.kind): Right(one.right) for one in found}


async def narrowing(session: AsyncSession, plan: str, person: str, kind: str) -> PlanRight | None:
    """Return the lower right that was set for a person in one kind of section."""
    row: PlanRight | None = await session.scalar(
        select(PlanRight).where(
            PlanRight.plan_id == plan, PlanRight.person_id == person, PlanRight.kind == kind
        )
    )
    return row


async def waiting_edits(session: AsyncSession) -> Sequence[PlanPending]:
    """Return the edits that were not carried out yet, in the order they were decided on."""
    found = await session.scalars(
        select(PlanPending)
        .where(PlanPending.seq.is_(None), PlanPending.refused.is_(None))
        .order_by(PlanPending.id)
        .limit(100)
    )
    return found.all()


async def newest_arrival(session: AsyncSession, section: str, origin: str) -> PlanPending | None:
    """Return the last edit of a section that was left for something, done or not."""
    row: PlanPending | None = await session.scalar(
        select(PlanPending)
        .where(PlanPending.section_id == section, PlanPending.origin == origin)
        .order_by(PlanPending.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return row


async def pending_edit(session: AsyncSession, id: str) -> PlanPending:
    """Return an edit."""
    return await session.get_one(PlanPending, id)


async def sections_to_archive(
    session: AsyncSession, worth: int, before: datetime
) -> Sequence[PlanSection]:
    """Return the sections in which so many rows, written before a moment, wait for the archive.

    All of them lie before the oldest snapshot; of a clinic that is on hold there are none.
    """
    oldest = (
        select(func.min(PlanSnapshot.seq))
        .where(PlanSnapshot.section_id == PlanSection.id)
        .scalar_subquery()
    )
    enough = PlanSection.archived + worth
    found = await session.scalars(
        select(PlanSection)
        .join(Clinic, Clinic.id == PlanSection.clinic_id)
        .join(PlanEntry, and_(PlanEntry.section_id == PlanSection.id, PlanEntry.seq == enough))
        .where(oldest >= enough, PlanEntry.at < before, Clinic.on_hold_since.is_(None))
        .order_by(PlanSection.id)
    )
    return found.all()


async def oldest_snapshot(session: AsyncSession, section: str) -> int:
    """Return the number of the row of a section's oldest snapshot, 0 when it has none."""
    return (
        await session.scalar(
            select(func.min(PlanSnapshot.seq)).where(PlanSnapshot.section_id == section)
        )
        or 0
    )
