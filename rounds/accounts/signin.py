"""Signing in: e-mail and password, then the second factor, then a session."""

from dataclasses import dataclass
from enum import StrEnum

from rounds.accounts.model import Account
from rounds.accounts.passwords import Passwords
from rounds.accounts.queries.staff import account_by_email, account_by_id
from rounds.accounts.session import open_staff_session
from rounds.accounts.throttle import Throttle
from rounds.audit import trail
from rounds.kernel.actor import STRANGER, Role
from rounds.kernel.errors import Gone, Invalid
from rounds.kernel.signing import Signer, fingerprint
from rounds.kernel.unit import Unit, Units
from rounds.kernel.words import N_
from rounds.people.model import Clinic, StaffMember

WRONG = N_("E-mail and password do not fit together. Please try again.")
AGAIN = N_("That took too long. Please sign in again.")
PURPOSE = "half signed in"
HALF_SECONDS = 10 * 60


class Step(StrEnum):
    """What is missing before somebody whose password was right is in."""

    NOTHING = "nothing"
    CODE = "code"
    FACTOR = "factor"


@dataclass(frozen=True, slots=True)
class Half:
    """Somebody whose password was right a moment ago, and where they want to go."""

    account: Account
    clinic: Clinic
    step: Step
    next: str


async def sign_in(
    units: Units, passwords: Passwords, throttle: Throttle, email: str, secret: str, address: str
) -> Account:
    """Return the account of the two; nobody is in yet.

    The slow hash runs outside of any transaction. Raises Invalid when the two do not fit (the
    same whether the account exists or not) and Unavailable after too many failures.
    """
    name = email.strip().lower()
    await throttle.check_sign_in(name, address)
    async with units.reading(STRANGER) as unit:
        account = await account_by_email(unit.session, name)
    usable = account is not None and account.active
    stored = account.password_hash or None if account is not None and usable else None
    if not await passwords.matches(stored, secret) or account is None:
        await throttle.count_sign_in(name, address)
        async with units(STRANGER) as unit:
            clinic = account.clinic_id if account else None
            known = account.id if account else None
            await trail.record(
                unit, "account.sign_in", "account", known, clinic=clinic, outcome=trail.DENIED
            )
        raise Invalid(WRONG)
    return account


def half_token(signer: Signer, account: Account, path: str) -> str:
    """Return the token that says who gave the right password; it opens nothing but what is next.

    A new password makes it worthless.
    """
    return signer.sign(PURPOSE, [account.id, _mark(account), path])


async def read_half(unit: Unit, signer: Signer, token: str) -> Half:
    """Return who stands behind a token of `half_token`. Raises Gone after ten minutes."""
    id, mark, path = signer.read(PURPOSE, token, HALF_SECONDS)
    account = await account_by_id(unit.session, str(id))
    if account is None or not account.active or _mark(account) != mark:
        raise Gone(AGAIN)
    clinic = await unit.session.get_one(Clinic, account.clinic_id)
    return Half(account, clinic, step_of(account, clinic), str(path))


def step_of(account: Account, clinic: Clinic) -> Step:
    """Return what is missing for an account whose password was right."""
    if account.totp_confirmed_at is not None:
        return Step.CODE
    return Step.FACTOR if clinic.needs_second_factor else Step.NOTHING


async def open_session_of(unit: Unit, account: Account, label: str = "") -> str:
    """Open a session for an account whose owner has proved to be there."""
    member = await unit.session.get(StaffMember, account.person_id)
    if member is None or not account.active:
        raise Invalid(WRONG)
    return await open_staff_session(unit, account, Role(member.role), label)


def _mark(account: Account) -> str:
    return fingerprint(account.password_hash)[:16]
