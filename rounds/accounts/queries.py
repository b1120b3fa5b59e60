"""Finding accounts, sessions and invitations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.accounts.model import Account, AccountLink, Invitation, RecoveryCode, Session
from rounds.people.model import Person, Responsibility, StaffMember


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
