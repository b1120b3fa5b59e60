"""Told facts and who listens: before the commit in the same transaction, or after it."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

# The unit is not named here: it stands above the bus, and each reaction names what it takes.
Before = Callable[[Any, Any], Awaitable[None]]
After = Callable[[Any], Awaitable[None]]


class Bus:
    """The table of reactions; filled once by the roof, read by every unit."""

    def __init__(self) -> None:
        """Begin with nobody listening."""
        self.before: dict[type, list[Before]] = defaultdict(list)
        self.after: dict[type, list[After]] = defaultdict(list)

    def before_commit(self, fact: type, reaction: Before) -> None:
        """Run `reaction(unit, fact)` inside the transaction: what must be true together."""
        self.before[fact].append(reaction)

    def after_commit(self, fact: type, reaction: After) -> None:
        """Run `reaction(fact)` once the transaction stands: what can be redone."""
        self.after[fact].append(reaction)
