"""Reading the trail."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.audit.model import AuditEntry

PAGE = 50
"""Lines on a page."""


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Lines, newest first; `older` is what to ask for as `before` to go on, if there is more."""

    lines: Sequence[AuditEntry]
    older: str | None


async def about_patient(session: AsyncSession, patient: str) -> Sequence[AuditEntry]:
    """Return every line about one patient's record, oldest first."""
    statement = (
        select(AuditEntry)
        .where(AuditEntry.patient_id == patient)
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    return (await session.execute(statement)).scalars().all()


async def about_patient_page(
    session: AsyncSession, patient: str, before: str | None = None, size: int = PAGE
) -> TrailPage:
    """Return a page of who touched one patient's record; the caller asks who may see it."""
    statement = select(AuditEntry).where(AuditEntry.patient_id == patient)
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    newest = statement.order_by(AuditEntry.id.desc()).limit(size + 1)
    found = (await session.execute(newest)).scalars().all()
    return TrailPage(found[:size], found[size - 1].id if len(found) > size else None)
