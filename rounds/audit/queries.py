"""Reading the trail."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.audit.model import AuditEntry


async def about_patient(session: AsyncSession, patient: str) -> Sequence[AuditEntry]:
    """Return every line about one patient's record, oldest first."""
    statement = (
        select(AuditEntry)
        .where(AuditEntry.patient_id == patient)
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    return (await session.execute(statement)).scalars().all()
