"""Finding notices."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.notices.model import Notice, NoticeState


async def notice_by_key(session: AsyncSession, key: str) -> Notice | None:
    """Return the notice that was queued under a key."""
    found = await session.execute(select(Notice).where(Notice.key == key))
    return found.scalar_one_or_none()


async def due_notices(session: AsyncSession, now: datetime, most: int) -> Sequence[Notice]:
    """Return what should be sent by now, the longest due first."""
    found = await session.execute(
        select(Notice)
        .where(Notice.state == NoticeState.WAITING, Notice.due_at <= now)
        .order_by(Notice.due_at, Notice.id)
        .limit(most)
    )
    return found.scalars().all()


async def waiting_about(session: AsyncSession, about_id: str) -> Sequence[Notice]:
    """Return what waits to be sent about one thing."""
    found = await session.execute(
        select(Notice).where(Notice.about_id == about_id, Notice.state == NoticeState.WAITING)
    )
    return found.scalars().all()
