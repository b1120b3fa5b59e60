"""How much one person may do in a while: tokens that are taken, and come back with time (pure)."""

from collections.abc import Hashable


class Rates:
    """A bucket of tokens for each key."""

    def __init__(self, per_second: float, burst: float) -> None:
        """Give back `per_second`, and hold `burst` at the most."""
        self._per_second = per_second
        self._burst = burst
        self._left: dict[Hashable, tuple[float, float]] = {}

    def __len__(self) -> int:
        """Return how many keys are remembered."""
        return len(self._left)

    def take(self, key: Hashable, now: float) -> bool:
        """Take a token at the monotonic second `now`; False when there is none."""
        left = self._at(key, now)
        taken = left >= 1
        self._left[key] = (left - taken, now)
        return taken

    def forget(self, now: float) -> None:
        """Forget whose bucket is full again."""
        full = [key for key in self._left if self._at(key, now) >= self._burst]
        for key in full:
            del self._left[key]

    def _at(self, key: Hashable, now: float) -> float:
        left, before = self._left.get(key, (self._burst, now))
        return min(self._burst, left + (now - before) * self._per_second)
