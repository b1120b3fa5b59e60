"""Group commit: everything that waits is appended in one go, and only then told to anybody."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence

from rounds.kernel.errors import Unavailable
from rounds.kernel.logs import get_logger
from rounds.kernel.tasks import Tasks
from rounds.sync.log import Entry, Log, Superseded

log = get_logger(__name__)

LONGEST_WINDOW = 0.02
"""Seconds that a row waits for company under load."""
SHORTEST_WINDOW = 0.004
"""Below this waiting costs more than it saves."""
WINDOW_PER_RATE = 1e-6
"""Seconds of window per row and frame a second: 20 ms at 20,000."""
LOOK = 0.1
"""Seconds from one measure of the rate to the next."""
MEMORY = 0.25
"""Seconds in which the measured rate follows."""
MOST_WAITING = 20_000
"""Rows that wait for the disk before more are refused."""


Committed = Callable[[Mapping[str, Sequence[Entry]]], None]
"""Told of the rows of each section that are on the disk now."""
Lost = Callable[[str], None]
"""Told of a section whose rows did not come to the disk: what is in memory is ahead of it."""


class Writer:
    """The one who appends. Rows of a section are appended in the order in which they were put."""

    def __init__(self, store: Log, tasks: Tasks, committed: Committed, lost: Lost) -> None:
        """Append to `store`, and tell of each section if its rows are `committed` or `lost`."""
        self._store = store
        self._committed = committed
        self._lost = lost
        self._queue: list[Entry] = []
        self._something = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._frames = 0
        self._rate = 0.0
        self._looked = (asyncio.get_running_loop().time(), 0)
        tasks.start("section_writer", self._run)

    def check(self) -> None:
        """Raise Unavailable when too much waits already: nothing more is to be taken in."""
        if len(self._queue) >= MOST_WAITING:
            raise Unavailable("Saving is slow at the moment. Please try again.", retry_after=2)

    def count(self, frames: int) -> None:
        """Note that so many packets were sent about what was appended: it is load, too."""
        self._frames += frames

    def put(self, entry: Entry) -> None:
        """Queue a row that was taken in."""
        self._queue.append(entry)
        self._idle.clear()
        self._something.set()

    async def settled(self) -> None:
        """Wait until nothing waits for the disk."""
        await self._idle.wait()

    async def _run(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            window = self._window()
            if window > SHORTEST_WINDOW:
                await asyncio.sleep(window)
            batch, self._queue = self._queue, []
            if batch:
                await self._append(batch)
            if not self._queue:
                self._idle.set()

    async def _append(self, batch: list[Entry]) -> None:
        with contextlib.ExitStack() as fault:
            # Nobody may believe what is not certain; whoever reads the log anew finds what is true.
            fault.callback(self._give_up, batch)
            try:
                await self._store.append(batch)
            except (Unavailable, Superseded) as refusal:
                log.warning("sections_not_stored", kind=type(refusal).__name__, count=len(batch))
                return
            fault.pop_all()
        by_section: dict[str, list[Entry]] = {}
        for entry in batch:
            by_section.setdefault(entry.section, []).append(entry)
        self._frames += len(batch)
        self._committed(by_section)

    def _give_up(self, batch: list[Entry]) -> None:
        sections = {entry.section for entry in batch}
        # What came meanwhile stands on rows that are not there.
        self._queue = [entry for entry in self._queue if entry.section not in sections]
        for section in sections:
            self._lost(section)

    def _window(self) -> float:
        """Return how long to wait for company: nothing when idle, more as more is sent."""
        now = asyncio.get_running_loop().time()
        before, frames = self._looked
        if (passed := now - before) > LOOK:
            rate = (self._frames - frames) / passed
            self._rate += min(1.0, passed / MEMORY) * (rate - self._rate)
            self._looked = (now, self._frames)
        return min(LONGEST_WINDOW, self._rate * WINDOW_PER_RATE)
