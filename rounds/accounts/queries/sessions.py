"""Finding sessions."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.accounts.model import (
    Session,
)
from rounds.people.model import (
    Person,
)


async def session_by_token(session: AsyncSession, token_hash: str) -> tuple[Session, Person] | None:
    """Return the session behind a cookie, with its person."""
    found = await session.execute(
        select(Session, Person)
        .join(Person, Person.id == Session.person_id)
        .where(Session.token_hash == token_hash)
    )
    row = found.one_or_none()
    return None if row is None else (row[0], row[1])


async def session_by_id(session: AsyncSession, id: str) -> tuple[Session, Person] | None:
    """Return a session with its person."""
    found = await session.execute(
        select(Session, Person).join(Person, Person.id == Session.person_id).where(Session.id == id)
    )
    row = found.one_or_none()
    return None if row is None else (row[0], row[1])


async def open_sessions_of_invitation(session: AsyncSession, invitation: str) -> Sequence[Session]:
    """Return the sessions an invitation opened that have not ended."""
    found = await session.execute(
        select(Session).where(Session.invitation_id == invitation, Session.ended_at.is_(None))
    )
    return found.scalars().all()


async def open_sessions_of_account(
    session: AsyncSession, account: str, now: datetime
) -> Sequence[Session]:
    """Return the sessions of an account that are open now, the oldest first."""
    found = await session.execute(
        select(Session)
        .where(Session.account_id == account, Session.ended_at.is_(None), Session.expires_at > now)
        .order_by(Session.id)
    )
    return found.scalars().all()


async def idle_sessions(
    session: AsyncSession, since: datetime, now: datetime, locked: bool = False
) -> Sequence[Session]:
    """Return the staff's open and unlocked sessions in which nothing was done since then."""
    statement = select(Session).where(
        Session.kind == "staff",
        Session.ended_at.is_(None),
        Session.locked_at.is_(None),
        Session.expires_at > now,
        func.coalesce(Session.seen_at, Session.created_at) <= since,
    )
    if locked:
        statement = statement.with_for_update()
    return (await session.execute(statement.order_by(Session.id))).scalars().all()


async def sessions_by_id(session: AsyncSession, ids: Iterable[str]) -> Sequence[Session]:
    """Return sessions that have not ended, locked for the caller's transaction."""
    found = await session.execute(
        select(Session)
        .where(Session.id.in_(set(ids)), Session.ended_at.is_(None))
        .order_by(Session.id)
        .with_for_update()
    )
    return found.scalars().all()


async def open_guest_sessions(session: AsyncSession, room: str) -> Sequence[Session]:
    """Return the sessions of the guests of a room that have not ended."""
    found = await session.execute(
        select(Session)
        .where(Session.kind == "guest", Session.room_id == room, Session.ended_at.is_(None))
        .order_by(Session.id)
    )
    return found.scalars().all()
