"""Changes what an account proves itself with: password, second factor, recovery codes."""

from collections.abc import Sequence

from rounds.accounts import recovery
from rounds.accounts.factor import new_secret, step_of
from rounds.accounts.model import Account
from rounds.accounts.passwords import Passwords
from rounds.accounts.proof import Prover
from rounds.accounts.queries.staff import account_by_id, account_of, recovery_codes
from rounds.accounts.session import end_sessions_of
from rounds.accounts.strength import check_password
from rounds.audit import trail
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.actor import Actor
from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.kernel.signing import Signer
from rounds.kernel.unit import Unit, Units
from rounds.kernel.words import N_
from rounds.people.model import Person

PURPOSE = "second factor"
SECRET_SECONDS = 30 * 60
UNREAD = N_("That code does not fit. Please type the six digits your app shows now.")


def offer(signer: Signer, account: str) -> tuple[str, str]:
    """Return a new secret for an app, and the token by which it comes back with its first code.

    Nothing is kept until a code has shown that the app has it.
    """
    secret = new_secret()
    return secret, signer.sign(PURPOSE, [account, secret])


def read_offer(signer: Signer, account: str, token: str) -> str:
    """Return the secret of an offer to this account. Raises Gone for any other token."""
    owner, secret = signer.read(PURPOSE, token, SECRET_SECONDS)
    if owner != account:
        raise NotFound("There is nothing here for you.")
    return str(secret)


def check_first_code(unit: Unit, secret: str, code: str) -> int:
    """Return the time step of an app's first code. Raises Invalid for one that does not fit."""
    step = step_of(secret, recovery.plain(code), unit.now)
    if step is None:
        raise Invalid(UNREAD, {"code": UNREAD})
    return step


async def confirm_factor(
    unit: Unit, account: str, secret: str, step: int, hashes: Sequence[str], first: bool = False
) -> Account:
    """Let a second factor count from now on, with fresh recovery codes.

    `first` says that the account has none yet; raises Conflict when it got one meanwhile.
    """
    row = await account_by_id(unit.session, account, locked=True)
    if row is None or not row.active:
        raise NotFound("There is nothing here for you.")
    if first and row.totp_confirmed_at is not None:
        raise Conflict("This account has a second factor already. Please sign in with it.")
    row.totp_secret, row.totp_confirmed_at, row.totp_counter = secret, unit.now, step
    await recovery.keep_codes(unit, row, hashes)
    await trail.record(unit, "account.factor", "account", row.id, clinic=row.clinic_id)
    return row


async def drop_factor(unit: Unit, account: Account) -> None:
    """Forget the second factor and its recovery codes."""
    account.totp_secret = account.totp_confirmed_at = account.totp_counter = None
    for code in await recovery_codes(unit.session, account.id):
        await unit.session.delete(code)
    await trail.record(
        unit, "account.factor_reset", "account", account.id, clinic=account.clinic_id
    )


def require_secure(unit: Unit) -> None:
    """Let only the freshly proved owner of a session go on."""
    require(unit, Action.ACCOUNT_SECURE, Thing("person", unit.actor.person, unit.actor.clinic))


async def renew_codes(unit: Unit, account: str, hashes: Sequence[str]) -> None:
    """Replace the actor's own recovery codes."""
    require_secure(unit)
    row = await account_by_id(unit.session, account, locked=True)
    if row is None or row.totp_confirmed_at is None:
        raise Conflict("Recovery codes stand in for a second factor. Please set that up first.")
    await recovery.keep_codes(unit, row, hashes)
    await trail.record(unit, "account.codes", "account", account)


async def change_password(
    units: Units, passwords: Passwords, prover: Prover, actor: Actor, old: str, new: str, at: str
) -> int:
    """Replace the actor's own password; return how many other sessions ended with it.

    `at` is the address the wish came from. Raises Invalid when the old one is wrong or the new
    one does not do.
    """
    async with units.reading(actor) as unit:
        require_secure(unit)
        account = await own_account(unit)
        person = await unit.session.get_one(Person, account.person_id)
    await prover.check_password(actor, account, old, at)
    await check_password(passwords, new, (person.given_name, person.family_name, account.email))
    password_hash = await passwords.hash(new)
    async with units(actor) as unit:
        require_secure(unit)
        row = await account_by_id(unit.session, account.id, locked=True)
        if row is None or row.password_hash != account.password_hash:
            raise Conflict("Your password was changed meanwhile. Please sign in again.")
        row.password_hash = password_hash
        await trail.record(unit, "account.password", "account", row.id)
        return await end_sessions_of(unit, row.id, "signed_out", but=unit.actor.session)


async def own_account(unit: Unit) -> Account:
    """Return the account behind the actor's session. Raises NotFound without one."""
    account = await account_of(unit.session, str(unit.actor.person)) if unit.actor.person else None
    if account is None or not unit.actor.is_staff:
        raise NotFound("There is nothing here for you.")
    return account
