"""Reads the versions of plans, who signed and who read them, and which are due."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, func, select

from rounds.careplan.model import CarePlan, PlanEntry, PlanSection
from rounds.careplan.version_model import PlanAcknowledgement, PlanSignature, PlanVersion
from rounds.kernel.database import AsyncSession


async def locked_plan(session: AsyncSession, plan: str) -> CarePlan | None:
    """Return a plan that nobody else gives a version meanwhile."""
    found: CarePlan | None = await session.scalar(
        select(CarePlan).where(CarePlan.id == plan).with_for_update()
    )
    return found


async def versions_of(session: AsyncSession, plan: str) -> Sequence[PlanVersion]:
    """Return the versions of a plan, the first one first."""
    found = await session.scalars(
        select(PlanVersion).where(PlanVersion.plan_id == plan).order_by(PlanVersion.number)
    )
    return found.all()


async def newest_version(session: AsyncSession, plan: str) -> PlanVersion | None:
    """Return the last version of a plan."""
    found: PlanVersion | None = await session.scalar(
        select(PlanVersion)
        .where(PlanVersion.plan_id == plan)
        .order_by(PlanVersion.number.desc())
        .limit(1)
    )
    return found


async def newest_signed(session: AsyncSession, plan: str) -> PlanVersion | None:
    """Return the last version of a plan that somebody signed."""
    found: PlanVersion | None = await session.scalar(
        select(PlanVersion)
        .join(PlanSignature, PlanSignature.version_id == PlanVersion.id)
        .where(PlanVersion.plan_id == plan)
        .order_by(PlanVersion.number.desc())
        .limit(1)
    )
    return found


async def signatures_of(session: AsyncSession, versions: Iterable[str]) -> Sequence[PlanSignature]:
    """Return who signed some versions, in the order of signing."""
    found = await session.scalars(
        select(PlanSignature)
        .where(PlanSignature.version_id.in_(list(versions)))
        .order_by(PlanSignature.signed_at, PlanSignature.id)
    )
    return found.all()


async def acknowledgements_of(session: AsyncSession, version: str) -> Sequence[PlanAcknowledgement]:
    """Return who said to have read a version."""
    found = await session.scalars(
        select(PlanAcknowledgement).where(PlanAcknowledgement.version_id == version)
    )
    return found.all()


async def plans_at_rest(session: AsyncSession, since: datetime) -> Sequence[str]:
    """Return the plans that changed since their last version, and not after `since`."""
    kept = (
        select(PlanVersion.plan_id, func.max(PlanVersion.rows).label("rows"))
        .group_by(PlanVersion.plan_id)
        .subquery()
    )
    found = await session.scalars(
        select(PlanSection.plan_id)
        .outerjoin(
            PlanEntry,
            and_(PlanEntry.section_id == PlanSection.id, PlanEntry.seq == PlanSection.seq),
        )
        .outerjoin(kept, kept.c.plan_id == PlanSection.plan_id)
        .group_by(PlanSection.plan_id, kept.c.rows)
        .having(
            func.sum(PlanSection.seq) > func.coalesce(kept.c.rows, 0),
            func.max(PlanEntry.at) <= since,
        )
    )
    return found.all()


async def plans_signed_between(
    session: AsyncSession, after: datetime, before: datetime
) -> Sequence[CarePlan]:
    """Return the plans of which a version was signed in this time."""
    found = await session.scalars(
        select(CarePlan)
        .where(
            CarePlan.id.in_(
                select(PlanVersion.plan_id)
                .join(PlanSignature, PlanSignature.version_id == PlanVersion.id)
                .where(PlanSignature.signed_at > after, PlanSignature.signed_at <= before)
            )
        )
        .order_by(CarePlan.id)
    )
    return found.all()
