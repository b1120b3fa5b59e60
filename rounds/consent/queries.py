"""What patients agreed to, and whom they keep out."""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.consent.model import Consent, Exclusion, Purpose


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
            Consent.replaced_at.is_(None),
        )
    )
    return found.scalars().all()


async def consents_to(session: AsyncSession, patient: str, purpose: Purpose) -> Sequence[Consent]:
    """Return every agreement of a patient to one purpose, withdrawn ones too, the newest first."""
    found = await session.execute(
        select(Consent)
        .where(Consent.patient_id == patient, Consent.purpose == purpose)
        .order_by(Consent.id.desc())
    )
    return found.scalars().all()


async def consents_touching(session: AsyncSession, patient: str, person: str) -> Sequence[Consent]:
    """Return what names a person, and what the patient said about their team working together."""
    together = and_(Consent.purpose == Purpose.TREATMENT, Consent.grantee_id.is_(None))
    found = await session.execute(
        select(Consent).where(
            Consent.patient_id == patient, or_(Consent.grantee_id == person, together)
        )
    )
    return found.scalars().all()


async def consent_by_id(session: AsyncSession, patient: str, id: str) -> Consent | None:
    """Return an agreement of this patient, none of another's."""
    found = await session.execute(
        select(Consent).where(Consent.id == id, Consent.patient_id == patient)
    )
    return found.scalar_one_or_none()


async def exclusion_by_id(session: AsyncSession, patient: str, id: str) -> Exclusion | None:
    """Return an exclusion this patient made, none of another's."""
    found = await session.execute(
        select(Exclusion).where(Exclusion.id == id, Exclusion.patient_id == patient)
    )
    return found.scalar_one_or_none()


async def kept_out_of(session: AsyncSession, patient: str) -> frozenset[str]:
    """Return the people whom a patient keeps out of everything now."""
    found = await session.execute(
        select(Exclusion.person_id).where(
            Exclusion.patient_id == patient,
            Exclusion.section.is_(None),
            Exclusion.person_id.is_not(None),
            Exclusion.lifted_at.is_(None),
        )
    )
    return frozenset(one for one in found.scalars() if one is not None)


async def patients_keeping_out(session: AsyncSession, person: str) -> frozenset[str]:
    """Return the patients who keep a person out of everything: for that person they are absent."""
    found = await session.execute(
        select(Exclusion.patient_id).where(
            Exclusion.person_id == person,
            Exclusion.section.is_(None),
            Exclusion.lifted_at.is_(None),
        )
    )
    return frozenset(found.scalars())


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
