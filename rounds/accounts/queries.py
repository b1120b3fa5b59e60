"""Finding accounts, sessions and invitations."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.accounts.model import Account, Invitation, Session
from rounds.people.model import Person


async def account_by_email(session: AsyncSession, email: str) -> Account | None:
    """Return the account of an address, whatever its case."""
    found = await session.execute(select(Account).where(Account.email == email.strip().lower()))
    return found.scalar_one_or_none()


async def account_of(session: AsyncSession, person: str) -> Account | None:
    """Return the account of a person."""
    found = await session.execute(select(Account).where(Account.person_id == person))
    return found.scalar_one_or_none()


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


async def invitation_by_token(session: AsyncSession, token_hash: str) -> Invitation | None:
    """Return the invitation behind a link, locked for the caller's transaction."""
    found = await session.execute(
        select(Invitation)
        .where(Invitation.token_hash == token_hash)
        .with_for_update(key_share=True)
    )
    return found.scalar_one_or_none()


async def invitation_by_id(session: AsyncSession, id: str) -> Invitation | None:
    """Return an invitation, locked for the caller's transaction."""
    found = await session.execute(
        select(Invitation).where(Invitation.id == id).with_for_update(key_share=True)
    )
    return found.scalar_one_or_none()


async def invitations_of_room(session: AsyncSession, room: str) -> Sequence[Invitation]:
    """Return the invitations into a room, the oldest first."""
    found = await session.execute(
        select(Invitation).where(Invitation.room_id == room).order_by(Invitation.id)
    )
    return found.scalars().all()


async def invitations_for(session: AsyncSession, patient: str, person: str) -> Sequence[Invitation]:
    """Return a person's invitations into a patient's rooms that nobody took back, locked."""
    found = await session.execute(
        select(Invitation)
        .where(
            Invitation.patient_id == patient,
            Invitation.person_id == person,
            Invitation.revoked_at.is_(None),
        )
        .order_by(Invitation.id)
        .with_for_update(key_share=True)
    )
    return found.scalars().all()
