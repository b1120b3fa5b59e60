"""What earlier runs deleted, read from the trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.audit.model import AuditEntry

RUN = "retention.run"
DELETED = "retention.delete"


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run that came to its end: when, and how many of each kind it deleted."""

    at: datetime
    deleted: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many it deleted in all."""
        return sum(self.deleted.values())


async def last_run(session: AsyncSession, clinic: str) -> PastRun | None:
    """Return the newest run that came to its end."""
    ended = await session.execute(
        select(AuditEntry)
        .where(AuditEntry.clinic_id == clinic, AuditEntry.action == RUN)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(1)
    )
    run = ended.scalar_one_or_none()
    if run is None:
        return None
    found = await session.execute(
        select(AuditEntry.object_kind, func.sum(AuditEntry.count))
        .where(
            AuditEntry.clinic_id == clinic,
            AuditEntry.action == DELETED,
            AuditEntry.request == run.request,
        )
        .group_by(AuditEntry.object_kind)
    )
    return PastRun(run.at, {kind: int(count) for kind, count in found})
