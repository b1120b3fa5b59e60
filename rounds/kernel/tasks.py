"""Named background tasks: supervised, restarted after a fault, stopped cleanly."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from rounds.kernel.logs import get_logger

log = get_logger(__name__)

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0


class Tasks:
    """Owns every background task of the process, so that none is forgotten at the end."""

    def __init__(self) -> None:
        """Begin with no task."""
        self._running: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """Return how many run now."""
        return len(self._running)

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        """Run `work` until it returns; after a fault run it again, with a growing pause."""
        return self._keep(name, self._supervise(name, work))

    def once(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `work` a single time; a fault is logged and ends only this task."""
        return self._keep(name, self._guard(name, work))

    async def stop(self) -> None:
        """Cancel everything and wait until it has ended."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _keep(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _supervise(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                await work()
                return
            except Exception:  # noqa: BLE001 - the supervisor's duty is to survive any fault
                log.exception("task_failed", task=name)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _guard(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:  # noqa: BLE001 - as above, without a second try
            log.exception("task_failed", task=name)
