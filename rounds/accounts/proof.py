"""Proves that the owner of an account is there: by a code, or by the password."""

from collections.abc import Awaitable, Callable

from rounds.accounts import recovery
from rounds.accounts.factor import DIGITS, accept
from rounds.accounts.locking import own_session, unlock
from rounds.accounts.model import Account
from rounds.accounts.passwords import Passwords
from rounds.accounts.queries.staff import account_by_id
from rounds.accounts.session import rotate
from rounds.accounts.throttle import Throttle
from rounds.audit import trail
from rounds.consent.actions import Action
from rounds.kernel.actor import Actor
from rounds.kernel.errors import Invalid, NotFound
from rounds.kernel.unit import Unit, Units
from rounds.kernel.words import N_

WRONG_CODE = N_("That code does not fit. Take the newest one from your app, or a recovery code.")
WRONG_PASSWORD = N_("That is not your password.")
CODE_FIRST = N_("Please use a code from your app.")


class Prover:
    """Looks at codes and passwords, counting every try before it is looked at."""

    def __init__(self, units: Units, passwords: Passwords, throttle: Throttle) -> None:
        """Read and note with `units`; slow hashes run in `passwords`."""
        self._units = units
        self._passwords = passwords
        self._throttle = throttle

    async def check_code(self, actor: Actor, account: str, code: str, address: str) -> None:
        """Use up a code of the account's app or one of its recovery codes.

        Raises Invalid for one that is wrong or was used, Unavailable after too many tries.
        """
        await self._checked(actor, account, address, lambda: self._takes(actor, account, code))

    async def check_password(self, actor: Actor, account: Account, word: str, address: str) -> None:
        """Compare a password. Raises Invalid for a wrong one, Unavailable after too many tries."""
        stored = account.password_hash or None
        await self._checked(
            actor,
            account.id,
            address,
            lambda: self._passwords.matches(stored, word),
            Invalid(WRONG_PASSWORD, {"password": WRONG_PASSWORD}),
        )

    async def prove(self, actor: Actor, code: str, password: str, address: str) -> str:
        """Note that the owner of the actor's session is there; return the session's new token.

        A code, or the password where the account has no second factor.
        """
        account = await self._own_account(actor, Action.ACCOUNT_OWN)
        await self._either(actor, account, code, password, address)
        async with self._units(actor) as unit:
            row = await own_session(unit, Action.ACCOUNT_OWN)
            row.proved_at = unit.now
            await trail.record(unit, "account.prove", "account", account.id)
            return rotate(row)

    async def unlock(self, actor: Actor, code: str, password: str, address: str) -> None:
        """Open the actor's locked screen by the password or a code."""
        account = await self._own_account(actor, Action.UNLOCK)
        if password:
            await self.check_password(actor, account, password, address)
        else:
            await self.check_code(actor, account.id, code, address)
        async with self._units(actor) as unit:
            await unlock(unit)

    async def _either(
        self, actor: Actor, account: Account, code: str, password: str, address: str
    ) -> None:
        if account.totp_confirmed_at is not None:
            if not code:
                raise Invalid(CODE_FIRST, {"code": CODE_FIRST})
            await self.check_code(actor, account.id, code, address)
        else:
            await self.check_password(actor, account, password, address)

    async def _own_account(self, actor: Actor, action: Action) -> Account:
        async with self._units.reading(actor) as unit:
            row = await own_session(unit, action)
            account = await account_by_id(unit.session, str(row.account_id))
        if account is None or not account.active:
            raise NotFound("There is nothing here for you.")
        return account

    async def _takes(self, actor: Actor, account: str, code: str) -> bool:
        typed = recovery.plain(code)
        if len(typed) == DIGITS and typed.isascii() and typed.isdigit():
            async with self._units(actor) as unit:
                row = await account_by_id(unit.session, account, locked=True)
                return row is not None and row.active and accept(row, typed, unit.now)
        if not recovery.is_one(code):
            return False
        async with self._units.reading(actor) as unit:
            return await recovery.take(self._units, self._passwords, unit, account, code)

    async def _checked(
        self,
        actor: Actor,
        account: str,
        address: str,
        check: Callable[[], Awaitable[bool]],
        refusal: Invalid | None = None,
    ) -> None:
        await self._throttle.take_proof(account, address)
        if await check():
            await self._throttle.forgive_proof(account)
            return
        await self._throttle.count_proof(address)
        async with self._units(actor) as unit:
            await _note_failure(unit, account)
        raise refusal or Invalid(WRONG_CODE, {"code": WRONG_CODE})


async def _note_failure(unit: Unit, account: str) -> None:
    row = await account_by_id(unit.session, account)
    clinic = row.clinic_id if row else None
    await trail.record(
        unit, "account.prove", "account", account, clinic=clinic, outcome=trail.DENIED
    )
