"""Finding notices."""

from collections.abc import Iterable, Sequence
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


async def notice_by_id(session: AsyncSession, id: str) -> Notice | None:
    """Return a notice."""
    return await session.get(Notice, id)


async def waiting_for(session: AsyncSession, person: str, about_kind: str) -> Sequence[Notice]:
    """Return what waits to be sent to a person about one kind of thing."""
    found = await session.execute(
        select(Notice).where(
            Notice.person_id == person,
            Notice.about_kind == about_kind,
            Notice.state == NoticeState.WAITING,
        )
    )
    return found.scalars().all()


async def sent_about_visits(
    session: AsyncSession, people: Iterable[str], most: int
) -> Sequence[Notice]:
    """Return what was sent about the visits of a family, to whomever, the newest first.

    A visit counts as theirs when one of `people` was written to about it.
    """
    theirs = select(Notice.about_id).where(
        Notice.person_id.in_(set(people)), Notice.about_kind == "visit"
    )
    found = await session.execute(
        select(Notice)
        .where(
            Notice.about_kind == "visit",
            Notice.about_id.in_(theirs),
            Notice.sent_at.is_not(None),
        )
        .order_by(Notice.sent_at.desc(), Notice.id.desc())
        .limit(most)
    )
    return found.scalars().all()
