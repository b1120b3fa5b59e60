"""What the sealer has to seal, and where the chain ends."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.audit.chain import Tail
from rounds.audit.model import AuditEntry, AuditSeal, Unsealed

TURN = 0x726F756E6473
"""The number of the lock that sealers of one PostgreSQL database share."""


async def is_something_due(session: AsyncSession, now: datetime) -> bool:
    """Tell whether a line or a number waits for its seal."""
    waits = select(Unsealed.place).where(or_(Unsealed.due_at.is_(None), Unsealed.due_at <= now))
    return (await session.execute(waits.limit(1))).first() is not None


async def take_turn(session: AsyncSession) -> bool:
    """Become the one sealer until this transaction ends; say no while another process is.

    On SQLite whoever writes is alone already.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    found = await session.execute(select(func.pg_try_advisory_xact_lock(TURN)))
    return bool(found.scalar_one())


async def tail(session: AsyncSession) -> Tail:
    """Return where the chain ends."""
    last = select(AuditSeal.seq, AuditSeal.head).order_by(AuditSeal.seq.desc()).limit(1)
    found = (await session.execute(last)).first()
    return Tail(found.seq, found.head) if found else Tail()


async def lines_to_seal(session: AsyncSession, limit: int) -> Sequence[tuple[Unsealed, AuditEntry]]:
    """Return lines that have no seal yet, in the order they were written."""
    found = await session.execute(
        select(Unsealed, AuditEntry)
        .join(AuditEntry, AuditEntry.id == Unsealed.entry_id)
        .where(Unsealed.due_at.is_(None))
        .order_by(Unsealed.place)
        .limit(limit)
    )
    return [(waiting, line) for waiting, line in found]


async def counts_to_seal(
    session: AsyncSession, now: datetime, limit: int
) -> Sequence[tuple[Unsealed, AuditEntry]]:
    """Return lines whose number is final; locked, so that whoever counts on ends first."""
    found = await session.execute(
        select(Unsealed, AuditEntry)
        .join(AuditEntry, AuditEntry.id == Unsealed.entry_id)
        .where(Unsealed.due_at <= now)
        .order_by(Unsealed.due_at, Unsealed.place)
        .limit(limit)
        .with_for_update(of=AuditEntry)
    )
    return [(waiting, line) for waiting, line in found]
