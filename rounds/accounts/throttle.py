"""How often a stranger may try: counted per account and per client address, in memory."""

import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from rounds.kernel.config import Settings
from rounds.kernel.errors import Unavailable

RESETS_PER_HOUR = 3
TESTS_PER_TEN_MINUTES = 10
PROBES_PER_TEST = 24


class Throttle:
    """Moving windows; a restart forgets them, which costs an attacker more than it gives."""

    def __init__(self, settings: Settings) -> None:
        """Take the numbers from the settings: a hospital is one address."""
        self._windows = MovingWindowRateLimiter(MemoryStorage())
        self._link = RateLimitItemPerMinute(settings.link_tries_per_minute)
        self._account = RateLimitItemPerMinute(settings.sign_in_tries, multiples=15)
        self._address = RateLimitItemPerMinute(settings.sign_in_tries_per_address)
        self._ask = RateLimitItemPerMinute(settings.code_requests_per_minute)
        self._test = RateLimitItemPerMinute(TESTS_PER_TEN_MINUTES, multiples=10)
        self._probe = RateLimitItemPerMinute(PROBES_PER_TEST, multiples=2)
        self._reset = RateLimitItemPerMinute(RESETS_PER_HOUR, multiples=60)

    async def check_link(self, address: str) -> None:
        """Refuse when `address` has had too many links that did not work."""
        await self._check(self._link, "link", address)

    async def count_link(self, address: str) -> None:
        """Count a link that did not work."""
        await self._windows.hit(self._link, "link", address)

    async def check_sign_in(self, account: str, address: str) -> None:
        """Refuse when the account or the address has failed too often."""
        await self._check(self._account, "account", account)
        await self._check(self._address, "address", address)

    async def count_sign_in(self, account: str, address: str) -> None:
        """Count a sign-in that failed."""
        await self._windows.hit(self._account, "account", account)
        await self._windows.hit(self._address, "address", address)

    async def count_ask(self, address: str) -> None:
        """Count a wish for a code or a link, known address or not; refuse when it is too many."""
        await self._check(self._ask, "ask", address)
        await self._windows.hit(self._ask, "ask", address)

    async def take_proof(self, account: str, address: str) -> None:
        """Count a try to prove who one is before it is looked at; refuse after too many.

        Codes are short: counting first leaves nothing to many tries at once.
        """
        await self._check(self._address, "address", address)
        await self._check(self._account, "proof", account)
        await self._windows.hit(self._account, "proof", account)

    async def forgive_proof(self, account: str) -> None:
        """Forget the tries of an account whose owner is there."""
        await self._windows.clear(self._account, "proof", account)

    async def count_proof(self, address: str) -> None:
        """Count a proof that failed against the address it came from."""
        await self._windows.hit(self._address, "address", address)

    async def take_reset(self, account: str, address: str) -> bool:
        """Count a wish for a reset link; say whether one may go out to `account`.

        Raises Unavailable for an address that asks too often, whoever it asks about.
        """
        await self._check(self._address, "address", address)
        await self._windows.hit(self._address, "address", address)
        return await self._windows.hit(self._reset, "reset", account)

    async def take_test(self, seat: str) -> None:
        """Count a self-test of one seat; refuse when it is too many."""
        await self._check(self._test, "test", seat)
        await self._windows.hit(self._test, "test", seat)

    async def take_probe(self, test: str) -> None:
        """Count a piece sent to measure a line's width; refuse when a test has had enough."""
        await self._check(self._probe, "probe", test)
        await self._windows.hit(self._probe, "probe", test)

    async def _check(self, limit: RateLimitItemPerMinute, *key: str) -> None:
        if not await self._windows.test(limit, *key):
            window = await self._windows.get_window_stats(limit, *key)
            wait = max(1, round(window.reset_time - time.time()))
            raise Unavailable(
                "That was a lot of tries. Please wait a little, or call us.",
                retry_after=wait,
                throttled=True,
            )
