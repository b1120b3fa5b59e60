"""What patients agreed to, and whom they keep out."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.consent.model import Consent, Exclusion


async def consents_of(session: AsyncSession, patient: str) -> Sequence[Consent]:
    """Return every agreement of a patient, withdrawn ones too, the newest first."""
    found = await session.execute(
        select(Consent).where(Consent.patient_id == patient).order_by(Consent.id.desc())
    )
    return found.scalars().all()


async def consents_for(session: AsyncSession, patient: str, grantee: str) -> Sequence[Consent]:
    """Return the agreements of a patient that name one person and were not withdrawn."""
    found = await session.execute(
        select(Consent).where(
            Consent.patient_id == patient,
            Consent.grantee_id == grantee,
            Consent.withdrawn_at.is_(None),
        )
    )
    return found.scalars().all()


async def exclusions_of(session: AsyncSession, patient: str) -> Sequence[Exclusion]:
    """Return whom and what a patient keeps out now, the newest first."""
    found = await session.execute(
        select(Exclusion)
        .where(Exclusion.patient_id == patient, Exclusion.lifted_at.is_(None))
        .order_by(Exclusion.id.desc())
    )
    return found.scalars().all()


async def exclusions_for(session: AsyncSession, patient: str, person: str) -> Sequence[Exclusion]:
    """Return the exclusions that touch one person, by name or as one of everybody."""
    found = await session.execute(
        select(Exclusion).where(
            Exclusion.patient_id == patient,
            or_(Exclusion.person_id == person, Exclusion.person_id.is_(None)),
            Exclusion.lifted_at.is_(None),
        )
    )
    return found.scalars().all()
