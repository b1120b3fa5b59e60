"""Looks every few seconds whether a patient is missed."""

import asyncio

from rounds.kernel.actor import SYSTEM
from rounds.kernel.unit import Units
from rounds.visits.missed import due, notice

SWEEP_SECONDS = 15.0


class MissedWatch:
    """Notices visits that nobody came to, each once."""

    def __init__(self, units: Units) -> None:
        """Read and write with `units`."""
        self._units = units

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await self.sweep()

    async def sweep(self) -> None:
        """Look once; only news takes the writers' queue, one visit at a time."""
        async with self._units.reading(SYSTEM) as unit:
            found = [(visit.id, room.id) for visit, room in await due(unit)]
        for visit, room in found:
            async with self._units(SYSTEM) as unit:
                await notice(unit, visit, room)
