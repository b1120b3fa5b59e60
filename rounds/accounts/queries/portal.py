"""Finding devices, codes and addresses of people between visits."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.accounts.model import (
    Device,
    Session,
    SignInCode,
)
from rounds.notices.model import Notice
from rounds.people.model import (
    ContactPoint,
    Patient,
    Person,
    RelatedPerson,
)


async def contacts_at(session: AsyncSession, indexes: Collection[str]) -> Sequence[ContactPoint]:
    """Return every address in use with one of these blind indexes, locked, the oldest first."""
    found = await session.execute(
        select(ContactPoint)
        .where(ContactPoint.value_index.in_(indexes), ContactPoint.removed_at.is_(None))
        .order_by(ContactPoint.id)
        .with_for_update(key_share=True)
    )
    return found.scalars().all()


async def people_at_home(
    session: AsyncSession, ids: Collection[str]
) -> Sequence[tuple[Person, bool]]:
    """Return the patients and relatives among `ids`, each with whether it is a patient."""
    found = await session.execute(
        select(Person, Patient.person_id)
        .outerjoin(Patient, Patient.person_id == Person.id)
        .outerjoin(RelatedPerson, RelatedPerson.person_id == Person.id)
        .where(
            Person.id.in_(ids),
            Patient.person_id.is_not(None) | RelatedPerson.person_id.is_not(None),
        )
        .order_by(Person.id)
    )
    return [(person, patient is not None) for person, patient in found]


async def count_messages(
    session: AsyncSession, contacts: Collection[str], kinds: Collection[str], since: datetime
) -> int:
    """Return how many messages of these kinds were queued to these addresses since a moment."""
    found = await session.execute(
        select(func.count())
        .select_from(Notice)
        .where(Notice.contact_id.in_(contacts), Notice.kind.in_(kinds), Notice.created_at > since)
    )
    return found.scalar_one()


async def code_by_id(session: AsyncSession, id: str) -> SignInCode | None:
    """Return a code, locked for the caller's transaction."""
    found = await session.execute(select(SignInCode).where(SignInCode.id == id).with_for_update())
    return found.scalar_one_or_none()


async def code_by_token(session: AsyncSession, token_hash: str) -> SignInCode | None:
    """Return the code whose link this is, locked for the caller's transaction."""
    found = await session.execute(
        select(SignInCode).where(SignInCode.token_hash == token_hash).with_for_update()
    )
    return found.scalar_one_or_none()


async def device_by_id(session: AsyncSession, id: str) -> Device | None:
    """Return a remembered device, locked for the caller's transaction."""
    found = await session.execute(
        select(Device).where(Device.id == id).with_for_update(key_share=True)
    )
    return found.scalar_one_or_none()


async def open_devices(session: AsyncSession, person: str, now: datetime) -> Sequence[Device]:
    """Return the devices of a person that are remembered now, the last used first."""
    found = await session.execute(
        select(Device)
        .where(Device.person_id == person, Device.revoked_at.is_(None), Device.expires_at > now)
        .order_by(Device.used_at.desc(), Device.id.desc())
    )
    return found.scalars().all()


async def open_home_sessions(
    session: AsyncSession, person: str, now: datetime
) -> Sequence[Session]:
    """Return the open sessions of a person between visits, the newest first."""
    found = await session.execute(
        select(Session)
        .where(
            Session.person_id == person,
            Session.kind == "my",
            Session.ended_at.is_(None),
            Session.expires_at > now,
        )
        .order_by(Session.id.desc())
    )
    return found.scalars().all()
