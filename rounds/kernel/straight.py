"""Whole transactions in one go: on SQLite in a thread, without a hop for each statement."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from rounds.kernel.database import is_sqlite, make_straight_engine

Result = TypeVar("Result")


class Straight:
    """Runs deeds, each a transaction of its own.

    The driver of SQLite hands every statement to its thread and waits for the answer; for a deed of
    a few statements, many times a second, the way there and back costs more than the deed.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        """Work on the database of `engine`."""
        self._engine = engine
        self._own: Engine | None = make_straight_engine(engine.url) if is_sqlite(engine) else None
        self._thread = ThreadPoolExecutor(1, "straight")

    async def run(self, deed: Callable[[Connection], Result]) -> Result:
        """Do a deed; what it wrote is on the disk when this returns, or nothing is if it raises."""
        if self._own is None:
            async with self._engine.begin() as connection:
                return await connection.run_sync(deed)
        return await asyncio.get_running_loop().run_in_executor(self._thread, _do, self._own, deed)

    def close(self) -> None:
        """Let go of the database, once the last deed is done."""
        self._thread.shutdown()
        if self._own is not None:
            self._own.dispose()


def _do(engine: Engine, deed: Callable[[Connection], Result]) -> Result:
    connection = engine.connect().execution_options(writes=True)
    with connection, connection.begin():
        return deed(connection)
