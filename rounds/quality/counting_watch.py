"""Counts every few minutes what has become final since."""

import asyncio
from collections.abc import Awaitable, Callable

from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import Refusal
from rounds.kernel.logs import get_logger
from rounds.kernel.unit import Unit, Units
from rounds.quality.counting import count_answers, count_rooms

log = get_logger(__name__)

SWEEP_SECONDS = 300.0


class CountingWatch:
    """Brings the clinics' numbers up to date, a few visits per transaction."""

    def __init__(self, units: Units) -> None:
        """Read and write with `units`."""
        self._units = units

    async def run(self) -> None:
        """Count until cancelled."""
        while True:
            await self.sweep()
            await asyncio.sleep(SWEEP_SECONDS)

    async def sweep(self) -> None:
        """Count everything that is final; what cannot be counted now is counted later."""
        try:
            for step in (count_rooms, count_answers):
                while await self._once(step):
                    pass
        except Refusal:
            log.warning("counting_waits")

    async def _once(self, step: Callable[[Unit], Awaitable[int]]) -> int:
        async with self._units(SYSTEM) as unit:
            return await step(unit)
