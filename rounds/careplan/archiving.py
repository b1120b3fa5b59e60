"""Keeps the logs of years small: old keystrokes of one go become one row, in the background."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import takewhile

from rounds.audit import trail
from rounds.careplan.coalescing import Coalescing, Unlike
from rounds.careplan.log import note_archived, replace_entries
from rounds.careplan.model import PlanSection
from rounds.careplan.queries import oldest_snapshot, sections_to_archive
from rounds.careplan.stored import read_entries, read_stored
from rounds.kernel.actor import SYSTEM
from rounds.kernel.ids import new_id
from rounds.kernel.logs import get_logger
from rounds.kernel.unit import Units
from rounds.people.model import Clinic
from rounds.sync.live import Live, Shapes
from rounds.sync.log import Entry
from rounds.sync.refused import Refused

log = get_logger(__name__)

OLD = timedelta(days=30)
"""So long single keystrokes are kept: to find out what was the matter, as figures of visits are."""
AT_A_TIME = 500
"""Rows that one transaction goes through at most, so that nobody waits for it."""
WORTH = 200
"""Rows of a section for which it is gone through."""
LOOK_EVERY_SECONDS = 3600.0


class _Overtaken(Exception):
    """What was read is not so any more: another process did it, or nothing may be deleted now."""


class Archive:
    """Looks every hour at the sections in which many rows grew old."""

    def __init__(self, units: Units, shapes: Shapes) -> None:
        """Read and write with `units`; `shapes` are those of the sections."""
        self._units = units
        self._shapes = shapes
        self._left: set[str] = set()
        """Sections that cannot be read whole, which are left as they are until the next start."""

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            await self.look()

    async def look(self) -> int:
        """Look once; return by how many rows the logs became shorter."""
        async with self._units.reading(SYSTEM) as unit:
            due = await sections_to_archive(unit.session, WORTH, unit.now - OLD)
        fewer = 0
        for section in due:
            if section.id in self._left or section.kind not in self._shapes:
                continue
            try:
                fewer += await self._go_through(section)
            except _Overtaken:
                continue
            except (Refused, Unlike) as fault:
                self._left.add(section.id)
                log.error("plan_not_archived", section=section.id, kind=type(fault).__name__)
        if fewer:
            log.info("plan_archived", count=fewer)
        return fewer

    async def _go_through(self, section: PlanSection) -> int:
        """Return by how many rows a section became shorter. Raises Refused, Unlike, _Overtaken."""
        shape = self._shapes[section.kind]
        async with self._units.reading(SYSTEM) as unit:
            stored = await read_stored(unit.session, section.id)
            until = await oldest_snapshot(unit.session, section.id)
            before = unit.now - OLD
        if (await asyncio.to_thread(Live, section.id, shape, stored)).quarantined:
            raise Refused("quarantined")
        going, done, fewer = Coalescing(shape), 0, 0
        while done < section.archived:
            rows = await self._rows(section.id, done, section.archived)
            await asyncio.to_thread(going.skip, rows)
            done = rows[-1].seq
        while rows := await self._rows(section.id, done, until):
            rows = list(takewhile(lambda one: one.at < before, rows))
            if not rows:
                break
            joined = await asyncio.to_thread(going.join, rows)
            fewer += await self._write(section, done, rows, joined)
            done = rows[-1].seq
        return fewer

    async def _rows(self, section: str, after: int, until: int) -> list[Entry]:
        async with self._units.reading(SYSTEM) as unit:
            return await read_entries(unit.session, section, after, until, AT_A_TIME)

    async def _write(
        self, section: PlanSection, done: int, rows: Sequence[Entry], joined: Sequence[Entry]
    ) -> int:
        """Put `joined` in the place of the rows they stand for, all or none of them."""
        async with self._units(SYSTEM, new_id()) as unit:
            clinic = await unit.session.get_one(
                Clinic, section.clinic_id, with_for_update={"key_share": True}
            )
            if clinic.on_hold_since is not None:
                raise _Overtaken
            until = rows[-1].seq
            if not await note_archived(unit.session, section.id, done, until):
                raise _Overtaken
            if await oldest_snapshot(unit.session, section.id) < until:
                raise _Overtaken
            fewer = await replace_entries(unit.session, section, joined)
            if fewer is None:
                raise _Overtaken
            if fewer:
                await trail.record(
                    unit,
                    "plan.archive",
                    "plan_section",
                    section.id,
                    clinic=section.clinic_id,
                    count=fewer,
                )
        return fewer
