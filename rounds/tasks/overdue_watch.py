"""Looks every few minutes whether somebody has to hear of a late task."""

import asyncio

from rounds.kernel.actor import SYSTEM
from rounds.kernel.unit import Units
from rounds.people.model import Clinic
from rounds.people.queries import clinics
from rounds.tasks.overdue import late, notice

SWEEP_SECONDS = 300.0


class OverdueWatch:
    """Tells of late tasks, each once."""

    def __init__(self, units: Units) -> None:
        """Read and write with `units`."""
        self._units = units

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await self.sweep()

    async def sweep(self) -> None:
        """Look once; only news takes the writers' queue, one task at a time."""
        async with self._units.reading(SYSTEM) as unit:
            found = [
                (clinic.id, task)
                for clinic in await clinics(unit.session)
                for task in await late(unit, clinic)
            ]
        for clinic, task in found:
            async with self._units(SYSTEM) as unit:
                await notice(unit, await unit.session.get_one(Clinic, clinic), task)
