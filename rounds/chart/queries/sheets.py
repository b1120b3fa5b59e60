"""Reads caseload sheets on their way in."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.accounts.model import Account
from rounds.chart.model import CaseloadImport, CaseloadRow, Stage, Verdict
from rounds.kernel.actor import Role
from rounds.people.model import Patient, StaffMember


async def locked_import(session: AsyncSession, id: str) -> CaseloadImport | None:
    """Return a sheet, locked for the caller's transaction."""
    found = await session.execute(
        select(CaseloadImport).where(CaseloadImport.id == id).with_for_update(key_share=True)
    )
    return found.scalar_one_or_none()


async def last_import(session: AsyncSession, clinic: str) -> CaseloadImport | None:
    """Return the newest sheet of a clinic."""
    found = await session.execute(
        select(CaseloadImport)
        .where(CaseloadImport.clinic_id == clinic)
        .order_by(CaseloadImport.id.desc())
        .limit(1)
    )
    return found.scalar_one_or_none()


async def imports_at(session: AsyncSession, stage: Stage) -> Sequence[CaseloadImport]:
    """Return the sheets of all clinics at a stage, the oldest first."""
    found = await session.execute(
        select(CaseloadImport).where(CaseloadImport.stage == stage).order_by(CaseloadImport.id)
    )
    return found.scalars().all()


async def imports_of(session: AsyncSession, clinic: str, person: str) -> Sequence[CaseloadImport]:
    """Return the sheets that a person brought to a clinic, but none that is being entered."""
    found = await session.execute(
        select(CaseloadImport).where(
            CaseloadImport.clinic_id == clinic,
            CaseloadImport.stage != Stage.ENTERING,
            CaseloadImport.made_by == person,
        )
    )
    return found.scalars().all()


async def verdicts(session: AsyncSession, sheet: str) -> Mapping[Verdict, int]:
    """Return how many rows of a sheet have which verdict."""
    found = await session.execute(
        select(CaseloadRow.verdict, func.count())
        .where(CaseloadRow.import_id == sheet)
        .group_by(CaseloadRow.verdict)
    )
    return {Verdict(verdict): count for verdict, count in found}


async def rows_with(
    session: AsyncSession, sheet: str, wanted: Iterable[Verdict], size: int, after: int = 0
) -> Sequence[CaseloadRow]:
    """Return rows of a sheet with one of the verdicts, by line, above the line `after`."""
    found = await session.execute(
        select(CaseloadRow)
        .where(
            CaseloadRow.import_id == sheet,
            CaseloadRow.verdict.in_(list(wanted)),
            CaseloadRow.line > after,
        )
        .order_by(CaseloadRow.line)
        .limit(size)
    )
    return found.scalars().all()


async def known_indexes(
    session: AsyncSession, clinic: str, numbers: Iterable[str], likenesses: Iterable[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return which blind indexes of numbers, and which of likeness, belong to patients already."""
    by_number = await session.execute(
        select(Patient.number_index).where(
            Patient.clinic_id == clinic, Patient.number_index.in_(list(numbers))
        )
    )
    by_likeness = await session.execute(
        select(Patient.likeness).where(
            Patient.clinic_id == clinic, Patient.likeness.in_(list(likenesses))
        )
    )
    return (
        frozenset(one for one in by_number.scalars() if one),
        frozenset(one for one in by_likeness.scalars() if one),
    )


async def staff_by_email(
    session: AsyncSession, clinic: str, roles: Iterable[Role]
) -> Mapping[str, str]:
    """Return the people with an open account and one of these roles, by e-mail."""
    found = await session.execute(
        select(Account.email, Account.person_id)
        .join(StaffMember, StaffMember.person_id == Account.person_id)
        .where(
            Account.clinic_id == clinic,
            Account.active.is_(True),
            StaffMember.role.in_(list(roles)),
        )
    )
    return dict(found.all())
