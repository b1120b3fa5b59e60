"""Finding invitations."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.accounts.model import (
    Invitation,
)


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
