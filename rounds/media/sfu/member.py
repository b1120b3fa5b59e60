"""One media process of the fleet: its engine, and what it last told about its load."""

import asyncio
import contextlib

from rounds.kernel.errors import Unavailable
from rounds.media.sfu.engine import EmbeddedEngine
from rounds.media.sfu.placement import Limits, Load

STALE_SECONDS = 3.0
"""A process that has told nothing for so long is busy or stuck, and gets no new room."""
PATIENCE_SECONDS = 5.0
"""A process that is away for longer is given up: its rooms go to others."""


class Member:
    """A media process as placement sees it."""

    def __init__(self, engine: EmbeddedEngine, limits: Limits) -> None:
        """Judge what the process tells by `limits`."""
        self.engine = engine
        self._limits = limits
        self.load = Load()
        self._told_at = 0.0
        self.fresh = asyncio.Event()
        """Whether nobody wants this process replaced."""

    @property
    def returning(self) -> bool:
        """Whether the process is away and expected back at once."""
        return 0.0 < self.engine.away <= PATIENCE_SECONDS

    @property
    def given_up(self) -> bool:
        """Whether the process is away for too long."""
        return self.engine.away > PATIENCE_SECONDS

    @property
    def draining(self) -> bool:
        """Whether the process waits for its last room to end."""
        return self.load.draining

    @property
    def takes_rooms(self) -> bool:
        """Whether a new room may come here now."""
        fresh = asyncio.get_running_loop().time() - self._told_at < STALE_SECONDS
        return self.engine.ready and fresh and self.load.within(self._limits)

    async def measure(self) -> None:
        """Ask the process how it is; without an answer, what it told before grows stale."""
        with contextlib.suppress(Unavailable):
            self.load = Load.of(await self.engine.load())
            self._told_at = asyncio.get_running_loop().time()
            if not self.load.draining:
                self.fresh.set()

    async def drain(self) -> None:
        """Let no new room come here from now on. Raises Unavailable."""
        await self.engine.drain()
        self.fresh.clear()
        await self.measure()

    def report(self) -> dict[str, int | float | bool | None]:
        """Return what operators want to know of this process."""
        return {
            "port": self.engine.port,
            "pid": self.engine.pid,
            "ready": self.engine.ready,
            "takes_rooms": self.takes_rooms,
            "draining": self.draining,
            "native": self.load.native,
            "seats": self.load.seats,
            "cpu_share": self.load.share,
            "clock_late_p95_milliseconds": round(self.load.late * 1000, 1),
        }
