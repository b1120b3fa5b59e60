"""A database for state machines, whose steps are not coroutines: it runs them on its own loop."""

import asyncio
import contextlib
from collections.abc import Awaitable, Iterator
from pathlib import Path
from typing import TypeVar

from rounds.resources import Foundation
from tests.making.clock import StoppedClock
from tests.making.ground import ground, make_settings

T = TypeVar("T")


class World:
    """One foundation for all runs of a machine."""

    def __init__(self, folder: Path, database: str) -> None:
        self.runner = asyncio.Runner()
        self.clock = StoppedClock()
        self._ground = ground(make_settings(folder, database), self.clock)
        self.earth: Foundation = self.run(self._ground.__aenter__())

    def run(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return self.runner.run(wait())

    def close(self) -> None:
        self.run(self._ground.__aexit__(None, None, None))
        self.runner.close()


@contextlib.contextmanager
def worlds(folder: Path, database: str) -> Iterator[World]:
    """A world for the length of a block."""
    world = World(folder, database)
    try:
        yield world
    finally:
        world.close()
