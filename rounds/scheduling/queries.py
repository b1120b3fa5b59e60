"""Finding hours, holidays, time off, shifts and protected minutes."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.accounts.model import Account
from rounds.people.model import Clinic, StaffMember
from rounds.scheduling.model import Holiday, Hours, ProtectedTime, Shift, TimeOff


async def locked_clinic(session: AsyncSession, clinic: str) -> Clinic | None:
    """Return a clinic, locked for the caller's transaction: its schedule has one writer."""
    found = await session.execute(
        select(Clinic).where(Clinic.id == clinic).with_for_update(key_share=True)
    )
    return found.scalar_one_or_none()


async def locked_staff(
    session: AsyncSession, clinic: str, people: Iterable[str]
) -> Sequence[StaffMember]:
    """Return the clinic's staff among `people`, locked in one order: a diary has one writer."""
    found = await session.execute(
        select(StaffMember)
        .where(StaffMember.clinic_id == clinic, StaffMember.person_id.in_(set(people)))
        .order_by(StaffMember.person_id)
        .with_for_update(key_share=True)
    )
    return found.scalars().all()


async def without_account(session: AsyncSession, clinic: str) -> frozenset[str]:
    """Return the people of a clinic whose account was closed: nothing reaches them any more."""
    found = await session.execute(
        select(Account.person_id).where(Account.clinic_id == clinic, Account.active.is_(False))
    )
    return frozenset(found.scalars())


async def hours_of(session: AsyncSession, clinic: str) -> Sequence[Hours]:
    """Return all weekly hours of a clinic and of its people, in the order of the week."""
    found = await session.execute(
        select(Hours).where(Hours.clinic_id == clinic).order_by(Hours.weekday, Hours.begins)
    )
    return found.scalars().all()


async def holidays_of(session: AsyncSession, clinic: str) -> Sequence[Holiday]:
    """Return every holiday of a clinic by its day."""
    found = await session.execute(
        select(Holiday).where(Holiday.clinic_id == clinic).order_by(Holiday.day)
    )
    return found.scalars().all()


async def holiday_on(session: AsyncSession, clinic: str, day: date) -> Holiday | None:
    """Return the holiday of a clinic on a day."""
    found = await session.execute(
        select(Holiday).where(Holiday.clinic_id == clinic, Holiday.day == day)
    )
    return found.scalar_one_or_none()


async def time_off_between(
    session: AsyncSession, clinic: str, after: datetime, before: datetime
) -> Sequence[TimeOff]:
    """Return when people of a clinic are away in a span of time, by its beginning."""
    found = await session.execute(
        select(TimeOff)
        .where(TimeOff.clinic_id == clinic, TimeOff.begins_at < before, TimeOff.ends_at > after)
        .order_by(TimeOff.begins_at, TimeOff.id)
    )
    return found.scalars().all()


async def time_off_by_id(session: AsyncSession, id: str) -> TimeOff | None:
    """Return a span of time off."""
    return await session.get(TimeOff, id)


async def shifts_between(
    session: AsyncSession, clinic: str, after: datetime, before: datetime
) -> Sequence[Shift]:
    """Return the shifts of a clinic that touch a span of time, by their beginning."""
    found = await session.execute(
        select(Shift)
        .where(Shift.clinic_id == clinic, Shift.begins_at < before, Shift.ends_at > after)
        .order_by(Shift.begins_at, Shift.id)
    )
    return found.scalars().all()


async def shift_by_id(session: AsyncSession, id: str) -> Shift | None:
    """Return a shift."""
    return await session.get(Shift, id)


async def holiday_by_id(session: AsyncSession, id: str) -> Holiday | None:
    """Return a holiday."""
    return await session.get(Holiday, id)


async def protected_of(session: AsyncSession, clinic: str) -> Sequence[ProtectedTime]:
    """Return the protected minutes of everybody in a clinic, in the order of the week."""
    found = await session.execute(
        select(ProtectedTime)
        .where(ProtectedTime.clinic_id == clinic)
        .order_by(ProtectedTime.weekday, ProtectedTime.begins, ProtectedTime.id)
    )
    return found.scalars().all()


async def protected_by_id(session: AsyncSession, id: str) -> ProtectedTime | None:
    """Return a row of protected minutes."""
    return await session.get(ProtectedTime, id)
