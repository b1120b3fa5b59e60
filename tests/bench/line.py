"""A bad line between a peer and the engine: seeded loss and a fixed delay of media and RTCP."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Line:
    """Loses `loss` of all datagrams, delays the others by `delay` s; ICE and DTLS pass untouched.

    Both happen at the peer's own socket, so that no privilege and no relay is needed.
    """

    loss: float
    delay: float
    seed: int
    lost: int = 0
    passed: int = 0
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Seed the losses."""
        self._random = random.Random(self.seed)

    def carry(self, arrive: Callable[[], None]) -> None:
        """Call `arrive` after the delay, or never."""
        if self._random.random() < self.loss:
            self.lost += 1
            return
        self.passed += 1
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, arrive)
        else:
            arrive()
