"""Hashing and checking passwords and PINs, off the event loop, a few at a time."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 15, 128
T = TypeVar("T")


class Passwords:
    """Argon2id with 64 MiB, three passes, one lane (RFC 9106, second recommended option's memory).

    At most as many hashes run at once as there are cores, and never more than two, so that a
    flood of sign-ins cannot take the memory or the processor from running visits.
    """

    def __init__(self, memory_kib: int = 64 * 1024, passes: int = 3) -> None:
        """Make the pool and a hash of nothing, for accounts that do not exist."""
        self._hasher = PasswordHasher(passes, memory_kib, parallelism=1)
        self._pool = ThreadPoolExecutor(min(2, os.cpu_count() or 1), "password")
        self._nobody: str | None = None

    async def hash(self, secret: str) -> str:
        """Return the hash to store."""
        return await self._run(self._hasher.hash, secret)

    async def matches(self, stored: str | None, secret: str) -> bool:
        """Tell whether `secret` is the one stored; takes as long when nothing is stored."""
        if stored is None:
            self._nobody = self._nobody or await self.hash("nobody has this password")
            await self._run(self._check, self._nobody, secret)
            return False
        return await self._run(self._check, stored, secret)

    async def weigh(self, work: Callable[..., T], secret: str, *values: object) -> T:
        """Return what `work` says of a secret; off the event loop, a few at a time like hashes."""
        return await self._run(work, secret, *values)

    def close(self) -> None:
        """Let the running hashes finish and take no new ones."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _check(self, stored: str, secret: str) -> bool:
        try:
            return self._hasher.verify(stored, secret)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[..., T], *values: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *values)
