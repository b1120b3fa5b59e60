"""Recovery codes: ten that stand in once each for the second factor."""

import asyncio
import re
import secrets
from collections.abc import Sequence

from rounds.accounts.model import Account, RecoveryCode
from rounds.accounts.passwords import Passwords
from rounds.accounts.queries.staff import recovery_codes
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit, Units

COUNT = 10
LETTERS = 12
# Without letters and digits that look alike (Crockford's base 32); 11 of them are 55 random bits.
ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
# The first letter tells which of the ten it is, so that one slow hash is enough to check it.
FIRST = ALPHABET[:COUNT]


def new_codes() -> list[str]:
    """Return ten fresh codes in groups of four."""
    return [
        in_groups(first + "".join(secrets.choice(ALPHABET) for _ in range(LETTERS - 1)))
        for first in FIRST
    ]


def in_groups(code: str) -> str:
    """Return a code as people read it."""
    return "-".join(code[at : at + 4] for at in range(0, LETTERS, 4))


def plain(code: str) -> str:
    """Return a code as it was hashed, however it was typed."""
    return re.sub(r"[\s-]", "", code).upper()


def is_one(code: str) -> bool:
    """Tell whether something has the form of a recovery code."""
    typed = plain(code)
    return len(typed) == LETTERS and typed[0] in FIRST and set(typed) <= set(ALPHABET)


async def hashes_of(passwords: Passwords, codes: Sequence[str]) -> list[str]:
    """Return the hashes to keep; outside of any transaction, it takes half a second."""
    return list(await asyncio.gather(*(passwords.hash(plain(code)) for code in codes)))


async def keep_codes(unit: Unit, account: Account, hashes: Sequence[str]) -> None:
    """Keep new codes instead of the old ones."""
    for old in await recovery_codes(unit.session, account.id):
        await unit.session.delete(old)
    await unit.session.flush()
    # Their order tells which letter each begins with.
    for id, code_hash in zip(sorted(new_id() for _ in hashes), hashes, strict=True):
        unit.session.add(
            RecoveryCode(
                id=id, clinic_id=account.clinic_id, account_id=account.id, code_hash=code_hash
            )
        )


async def take(units: Units, passwords: Passwords, unit: Unit, account: str, code: str) -> bool:
    """Tell whether `code` is one of the account's that was not used; it is used up then.

    `unit` reads; the slow hash runs outside of any transaction that writes.
    """
    typed = plain(code)
    at = FIRST.index(typed[0])
    known = await recovery_codes(unit.session, account)
    row = known[at] if at < len(known) else None
    if not await passwords.matches(row.code_hash if row else None, typed) or row is None:
        return False
    async with units(unit.actor, unit.request) as own:
        mine = next(
            (one for one in await recovery_codes(own.session, account, True) if one.id == row.id),
            None,
        )
        if mine is None or mine.used_at is not None:
            return False
        mine.used_at = own.now
    return True


async def left(unit: Unit, account: str) -> int:
    """Return how many codes are unused."""
    return sum(one.used_at is None for one in await recovery_codes(unit.session, account))
