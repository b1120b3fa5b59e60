"""Finding accounts of staff, and who they belong to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.accounts.model import (
    Account,
    AccountLink,
    RecoveryCode,
    Session,
)
from rounds.people.model import (
    Person,
    Responsibility,
    StaffMember,
)


async def account_by_email(session: AsyncSession, email: str) -> Account | None:
    """Return the account of an address, whatever its case."""
    found = await session.execute(select(Account).where(Account.email == email.strip().lower()))
    return found.scalar_one_or_none()


async def account_of(session: AsyncSession, person: str) -> Account | None:
    """Return the account of a person."""
    found = await session.execute(select(Account).where(Account.person_id == person))
    return found.scalar_one_or_none()


async def account_by_id(session: AsyncSession, id: str, locked: bool = False) -> Account | None:
    """Return an account; `locked` for the caller's transaction, as it stands by then."""
    statement = select(Account).where(Account.id == id)
    if locked:
        statement = statement.with_for_update(key_share=True)
        statement = statement.execution_options(populate_existing=True)
    return (await session.execute(statement)).scalar_one_or_none()


async def recovery_codes(
    session: AsyncSession, account: str, locked: bool = False
) -> Sequence[RecoveryCode]:
    """Return the recovery codes of an account in the order of their making."""
    statement = (
        select(RecoveryCode).where(RecoveryCode.account_id == account).order_by(RecoveryCode.id)
    )
    if locked:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(statement)).scalars().all()


async def account_link_by_token(session: AsyncSession, token_hash: str) -> AccountLink | None:
    """Return the link behind a token, locked for the caller's transaction."""
    found = await session.execute(
        select(AccountLink)
        .where(AccountLink.token_hash == token_hash)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return found.scalar_one_or_none()


async def open_account_links(session: AsyncSession, account: str) -> Sequence[AccountLink]:
    """Return the links of an account that nobody has used."""
    found = await session.execute(
        select(AccountLink).where(AccountLink.account_id == account, AccountLink.used_at.is_(None))
    )
    return found.scalars().all()


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One member of staff with the account, if there is one, and when they were last here."""

    person: Person
    member: StaffMember
    account: Account | None
    seen_at: datetime | None


async def staff_with_accounts(session: AsyncSession, clinic: str) -> Sequence[StaffLine]:
    """Return everybody who works for a clinic, in the order they were added."""
    last = func.max(func.coalesce(Session.seen_at, Session.created_at)).label("at")
    seen = select(Session.account_id, last).group_by(Session.account_id).subquery()
    found = await session.execute(
        select(Person, StaffMember, Account, seen.c.at)
        .join(StaffMember, StaffMember.person_id == Person.id)
        .outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(seen, seen.c.account_id == Account.id)
        .where(StaffMember.clinic_id == clinic)
        .order_by(Person.id)
    )
    return [StaffLine(person, member, account, at) for person, member, account, at in found]


async def staff_line(session: AsyncSession, clinic: str, person: str) -> StaffLine | None:
    """Return one member of a clinic's staff."""
    known = await staff_with_accounts(session, clinic)
    return next((one for one in known if one.person.id == person), None)


async def locked_staff(session: AsyncSession, clinic: str) -> Sequence[tuple[StaffMember, Account]]:
    """Return all members with accounts, locked for the caller's transaction.

    Always all of them and in one order: two administrators who act on each other wait in line
    instead of both going through.
    """
    found = await session.execute(
        select(StaffMember, Account)
        .join(Account, Account.person_id == StaffMember.person_id)
        .where(StaffMember.clinic_id == clinic)
        .order_by(Account.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return [(member, account) for member, account in found]


async def answered_for(session: AsyncSession, person: str) -> Sequence[Person]:
    """Return the patients for whom a member of staff answers now, in the order of their names."""
    found = await session.execute(
        select(Person)
        .where(
            Person.id.in_(
                select(Responsibility.patient_id).where(
                    Responsibility.person_id == person, Responsibility.ends_at.is_(None)
                )
            )
        )
        .order_by(Person.id)
    )
    return sorted(found.scalars().all(), key=lambda one: one.name)
