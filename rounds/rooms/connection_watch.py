"""Looks at all connections every two seconds, tells rooms what changed, and keeps records."""

import asyncio
import time
from collections.abc import Callable, Sequence

from rounds.kernel.errors import Refusal
from rounds.kernel.logs import get_logger
from rounds.kernel.unit import Units
from rounds.media.engine import MediaEngine
from rounds.rooms.connections import Connections
from rounds.rooms.figures import Span
from rounds.rooms.records import write_records
from rounds.rooms.telling import RoomTeller

log = get_logger(__name__)

LOOK_SECONDS = 2.0
LONGEST_LOOK = 3 * LOOK_SECONDS
"""A look that comes later than this counts for no more: the machine slept, or was stopped."""
WRITE_SECONDS = 30.0
"""A server that is killed loses no more than this and one look of every record."""


class ConnectionWatch:
    """Two loops: one that looks, one that writes."""

    def __init__(
        self,
        units: Units,
        engine: MediaEngine,
        connections: Connections,
        teller: RoomTeller,
        observe: Callable[[Sequence[Span]], None],
    ) -> None:
        """Ask `engine`, tell rooms with `teller`, write with `units`; `observe` counts spans."""
        self._units = units
        self._engine = engine
        self._connections = connections
        self._teller = teller
        self._observe = observe
        self._looked_at = time.monotonic()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def keep_records(self) -> None:
        """Write until cancelled."""
        while True:
            await asyncio.sleep(WRITE_SECONDS)
            await self.write()

    async def look(self) -> None:
        """Look once."""
        try:
            statistics = await self._engine.statistics()
        except Refusal:
            return  # the engine is restarting; what is missed meanwhile counts with the next look
        now = time.monotonic()
        seconds = min(now - self._looked_at, LONGEST_LOOK)
        self._looked_at = now
        changed = self._connections.look(statistics, seconds, now)
        self._observe(self._connections.spans)
        for room in sorted(changed):
            await self._teller.tell_room(room)

    async def write(self) -> None:
        """Write once; what cannot be written now is kept for the next time."""
        try:
            await write_records(self._units, self._connections)
        except Refusal:
            log.warning("connection_records_wait")

    async def close(self) -> None:
        """Write what is left before the server ends."""
        await self.write()
