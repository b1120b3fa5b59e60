"""Whole transactions in one go: on SQLite without a hop for each statement, or for any."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from rounds.kernel.database import is_locked, is_sqlite, make_straight_engine

Result = TypeVar("Result")

SLOW = 0.005
"""Seconds that a commit takes on average from which the loop waits for none …"""
BY_THREAD = 30.0
"""… for so many seconds."""
MEMORY = 0.1
"""Weight of the last commit in that mean: one of 50 ms is enough, and a few of 10 ms in a row."""
IN_A_ROW = 200
"""Deeds done at once until one goes by the thread, which moves them into the database file."""


class Straight:
    """Runs deeds, each a transaction of its own.

    The driver of SQLite hands every statement to its thread and waits for the answer; for a deed of
    a few statements, many times a second, the way there and back costs more than the deed. Here
    the deed goes to a thread as a whole. Where the disk answers at once not even that: a thread
    waits until the loop lets it run, and the loop until the thread lets go, longer than the deed
    takes. So it is done in the loop until commits are slow, and never waits for another program.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        """Work on the database of `engine`."""
        self._engine = engine
        self._far: Engine | None = None
        self._near: Engine | None = None
        if is_sqlite(engine):
            self._far = make_straight_engine(engine.url)
            self._near = make_straight_engine(engine.url, waits=False)
        self._thread = ThreadPoolExecutor(1, "straight")
        self._at_once = 0
        self._mean = 0.0
        self._slow_until = 0.0

    @property
    def engines(self) -> list[Engine]:
        """The engines of its own, on SQLite."""
        return [engine for engine in (self._near, self._far) if engine is not None]

    async def run(self, deed: Callable[[Connection], Result]) -> Result:
        """Do a deed; what it wrote is on the disk when this returns, or nothing is if it raises."""
        if self._near is None or self._far is None:
            async with self._engine.begin() as connection:
                return await connection.run_sync(deed)
        if time.monotonic() >= self._slow_until and self._at_once < IN_A_ROW:
            self._at_once += 1
            try:
                return self._near_by(self._near, deed)
            except OperationalError as fault:
                if not is_locked(fault):
                    raise  # of a deed that another's transaction keeps out nothing was done
        self._at_once = 0
        return await asyncio.get_running_loop().run_in_executor(self._thread, _do, self._far, deed)

    def _near_by(self, engine: Engine, deed: Callable[[Connection], Result]) -> Result:
        with engine.connect().execution_options(writes=True) as connection:
            with connection.begin() as transaction:
                result = deed(connection)
                began = time.monotonic()
                transaction.commit()
            took = time.monotonic() - began
        self._mean += MEMORY * (took - self._mean)
        if self._mean > SLOW:
            self._mean, self._slow_until = 0.0, time.monotonic() + BY_THREAD
        return result

    def close(self) -> None:
        """Let go of the database, once the last deed is done."""
        self._thread.shutdown()
        for engine in self.engines:
            engine.dispose()


def _do(engine: Engine, deed: Callable[[Connection], Result]) -> Result:
    connection = engine.connect().execution_options(writes=True)
    with connection, connection.begin():
        return deed(connection)
