"""How often one receiver may have a key frame asked for: everyone in the room pays for each."""

FIRST_WAIT = 500_000
"""Microseconds until the same receiver may ask for a key frame again …"""
LONGEST_WAIT = 10_000_000
"""… doubling up to this while it asks on and on: it cannot decode at all, and everyone pays. One
that is quiet for twice its wait has decoded meanwhile and is trusted again."""


class KeyFrameBudget:
    """How often one receiver's requests are passed on."""

    __slots__ = ("_last", "_wait")

    def __init__(self) -> None:
        """Begin trusted."""
        self._last = -LONGEST_WAIT
        self._wait = FIRST_WAIT

    def allows(self, now: int) -> bool:
        """Return whether a request at `now` (µs) may pass, and count it if so."""
        since = now - self._last
        if since < self._wait:
            return False
        calm = since >= 2 * self._wait
        self._wait = FIRST_WAIT if calm else min(2 * self._wait, LONGEST_WAIT)
        self._last = now
        return True
