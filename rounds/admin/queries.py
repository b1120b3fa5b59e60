"""How a clinic stands, in numbers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.accounts.model import Account, Session
from rounds.audit.model import AuditEntry
from rounds.notices.model import Notice, NoticeState
from rounds.people.model import Patient
from rounds.scheduling.model import Holiday, Hours, Shift
from rounds.visits.model import Visit, VisitState


async def count(session: AsyncSession, model: type[Any], *which: ColumnElement[bool]) -> int:
    """Return how many rows of a table are such."""
    return int(await session.scalar(select(func.count()).select_from(model).where(*which)) or 0)


async def staff_accounts(session: AsyncSession, clinic: str) -> Mapping[str, int]:
    """Return how many accounts are `taken` up, still `invited`, and `unprotected` by a factor."""
    active = (Account.clinic_id == clinic, Account.active.is_(True))
    taken = (*active, Account.password_hash != "")
    return {
        "taken": await count(session, Account, *taken),
        "invited": await count(session, Account, *active, Account.password_hash == ""),
        "unprotected": await count(session, Account, *taken, Account.totp_confirmed_at.is_(None)),
    }


async def has_hours(session: AsyncSession, clinic: str) -> bool:
    """Tell whether the clinic said when it is open."""
    of_clinic = (Hours.clinic_id == clinic, Hours.person_id.is_(None))
    return await count(session, Hours, *of_clinic) > 0


async def on_call(session: AsyncSession, clinic: str, now: datetime) -> int:
    """Return how many shifts on call run now."""
    here = (Shift.clinic_id == clinic, Shift.begins_at <= now, Shift.ends_at > now)
    return await count(session, Shift, *here)


async def holidays_between(session: AsyncSession, clinic: str, after: date, before: date) -> int:
    """Return how many days of a span the clinic is closed."""
    days = (Holiday.clinic_id == clinic, Holiday.day >= after, Holiday.day < before)
    return await count(session, Holiday, *days)


async def messages(session: AsyncSession, clinic: str) -> Mapping[str, int]:
    """Return how many messages were `sent`, and how many were `given_up` and not looked at."""
    here = Notice.clinic_id == clinic
    lost = (Notice.state == NoticeState.GIVEN_UP, Notice.seen_at.is_(None))
    return {
        "sent": await count(session, Notice, here, Notice.state == NoticeState.SENT),
        "given_up": await count(session, Notice, here, *lost),
    }


async def visits_by_state(
    session: AsyncSession, clinic: str, after: datetime, before: datetime
) -> Mapping[str, int]:
    """Return how many visits of a span there are in each state."""
    found = await session.execute(
        select(Visit.state, func.count())
        .where(Visit.clinic_id == clinic, Visit.starts_at >= after, Visit.starts_at < before)
        .group_by(Visit.state)
    )
    return {str(state): int(number) for state, number in found}


async def patients(session: AsyncSession, clinic: str) -> int:
    """Return how many patients the clinic has."""
    return await count(session, Patient, Patient.clinic_id == clinic)


async def signed_in(session: AsyncSession, clinic: str, now: datetime) -> int:
    """Return how many members of staff are signed in."""
    found = await session.scalar(
        select(func.count(func.distinct(Session.person_id))).where(
            Session.clinic_id == clinic,
            Session.kind == "staff",
            Session.ended_at.is_(None),
            Session.expires_at > now,
        )
    )
    return int(found or 0)


async def coming_visits(session: AsyncSession, clinic: str, now: datetime) -> Sequence[datetime]:
    """Return when the visits to come begin, the next one first."""
    found = await session.execute(
        select(Visit.starts_at)
        .where(Visit.clinic_id == clinic, Visit.starts_at > now, Visit.state == VisitState.PLANNED)
        .order_by(Visit.starts_at)
    )
    return found.scalars().all()


async def last_network_check(session: AsyncSession, clinic: str) -> datetime | None:
    """Return when somebody of the clinic last ran the network check, as the trail has it."""
    return await session.scalar(
        select(func.max(AuditEntry.at)).where(
            AuditEntry.clinic_id == clinic,
            AuditEntry.action == "network.check",
            AuditEntry.outcome == "done",
        )
    )
