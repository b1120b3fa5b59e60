"""Signing in with e-mail and password."""

from rounds.accounts.model import Account
from rounds.accounts.passwords import Passwords
from rounds.accounts.queries import account_by_email
from rounds.accounts.session import open_staff_session
from rounds.accounts.throttle import Throttle
from rounds.audit import trail
from rounds.kernel.actor import STRANGER, Role
from rounds.kernel.errors import Invalid
from rounds.kernel.unit import Unit, Units
from rounds.kernel.words import N_
from rounds.people.model import StaffMember

WRONG = N_("E-mail and password do not fit together. Please try again.")


async def sign_in(
    units: Units, passwords: Passwords, throttle: Throttle, email: str, secret: str, address: str
) -> str:
    """Return the token of a new session.

    The slow hash runs outside of any transaction. Raises Invalid when the two do not fit (the
    same whether the account exists or not) and Unavailable after too many failures.
    """
    name = email.strip().lower()
    await throttle.check_sign_in(name, address)
    async with units.reading(STRANGER) as unit:
        account = await account_by_email(unit.session, name)
    usable = account is not None and account.active
    stored = account.password_hash if account is not None and usable else None
    if not await passwords.matches(stored, secret) or account is None:
        await throttle.count_sign_in(name, address)
        async with units(STRANGER) as unit:
            clinic = account.clinic_id if account else None
            known = account.id if account else None
            await trail.record(
                unit, "account.sign_in", "account", known, clinic=clinic, outcome=trail.DENIED
            )
        raise Invalid(WRONG)
    async with units(STRANGER) as unit:
        return await open_session_of(unit, account)


async def open_session_of(unit: Unit, account: Account) -> str:
    """Open a session for an account whose owner has proved to be there."""
    member = await unit.session.get(StaffMember, account.person_id)
    if member is None or not account.active:
        raise Invalid(WRONG)
    return await open_staff_session(unit, account, Role(member.role))
