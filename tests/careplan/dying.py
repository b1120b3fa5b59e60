"""A process that writes in a section until it is killed, and says each row that it was answered.

Its arguments are the data folder, a section, the people who write, the round, and the point at
which it ends itself: `before` the rows are on the disk, `after` it (before anybody hears), within a
`snapshot`, or `never`: then its parent kills it.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from rounds.careplan.log import PlanLog
from rounds.kernel.actor import Role
from rounds.kernel.unit import Units
from rounds.sync.log import Entry, Snapshot
from tests.making.clock import StoppedClock
from tests.making.ground import ground, make_settings
from tests.making.people import Someone
from tests.making.plans import Desk, Page

FIELD = "t:g1.text"
DEADLY_APPEND = 30


class DyingLog(PlanLog):
    """A log whose process ends at one point of its work, as by a cut of power to it alone."""

    def __init__(self, units: Units, point: str) -> None:
        """End at `point`."""
        super().__init__(units)
        self._point = point
        self._appends = 0

    async def append(self, entries: Sequence[Entry]) -> None:
        """Append, and end before or after it the thirtieth time."""
        self._appends += 1
        due = self._appends == DEADLY_APPEND
        if due and self._point == "before":
            _die()
        await super().append(entries)
        if due and self._point == "after":
            _die()

    async def keep(self, section: str, snapshot: Snapshot) -> None:
        """Keep a snapshot, or end instead."""
        if self._point == "snapshot":
            _die()
        await super().keep(section, snapshot)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def write(folder: str, section: str, people: Sequence[str], turn: int, point: str) -> None:
    """Write as fast as answers come; say each answer at once."""
    async with ground(make_settings(Path(folder), ""), StoppedClock()) as earth:
        desk = Desk(earth)
        desk.hub._store = desk.hub._writer._store = DyingLog(earth.units, point)
        pages = [
            Page(Someone(id, "", Role.GP, ""), 100 * turn + number)
            for number, id in enumerate(people)
        ]
        await asyncio.gather(*(_type(desk, section, page) for page in pages))


async def _type(desk: Desk, section: str, page: Page) -> None:
    live = await desk.open(section, page)
    for number in range(5000):
        page.write(FIELD, number, "a")
        for update in page.send():
            answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            seq = desk.hub.write(live, page, page.person.id, update, answer.set_result)
            assert await answer
            sys.stdout.write(f"{page.client} {number + 1} {seq}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    folder, section, people, turn, point = sys.argv[1:]
    asyncio.run(write(folder, section, people.split(","), int(turn), point))
