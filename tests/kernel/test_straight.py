"""A whole transaction in one go: in the loop where the disk answers at once, else by a thread."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from rounds.kernel import straight as ways
from rounds.kernel.database import make_engine
from rounds.kernel.straight import Straight


@pytest_asyncio.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    made = make_engine(f"sqlite+aiosqlite:///{tmp_path / 'it.sqlite'}")
    async with made.begin() as connection:
        await connection.execute(text("CREATE TABLE notes (word TEXT PRIMARY KEY)"))
    yield made
    await made.dispose()


@pytest_asyncio.fixture
async def straight(engine: AsyncEngine) -> AsyncIterator[Straight]:
    made = Straight(engine)
    yield made
    made.close()


def write(word: str) -> Callable[[Connection], bool]:
    """A deed that writes a word, and says whether it was done in the loop's own thread."""

    def deed(connection: Connection) -> bool:
        connection.execute(text("INSERT INTO notes VALUES (:word)"), {"word": word})
        return threading.current_thread() is threading.main_thread()

    return deed


async def words(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        return set(await connection.scalars(text("SELECT word FROM notes")))


async def test_a_quick_disk_is_not_left_to_a_thread(
    straight: Straight, engine: AsyncEngine
) -> None:
    assert await straight.run(write("one"))
    assert await words(engine) == {"one"}


async def test_what_is_refused_leaves_nothing(straight: Straight, engine: AsyncEngine) -> None:
    def twice(connection: Connection) -> None:
        write("one")(connection)
        write("one")(connection)

    with pytest.raises(IntegrityError):
        await straight.run(twice)
    assert await words(engine) == set()
    assert await straight.run(write("one"))


async def test_while_another_program_writes_the_loop_goes_on(
    straight: Straight, engine: AsyncEngine, tmp_path: Path
) -> None:
    await straight.run(write("one"))
    with closing(sqlite3.connect(tmp_path / "it.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO notes VALUES ('two')")
        waiting = asyncio.ensure_future(straight.run(write("three")))
        for _ in range(50):  # the loop turns while the deed waits in its thread
            await asyncio.sleep(0)
        assert not waiting.done()
        other.execute("COMMIT")
        assert not await waiting
    assert await words(engine) == {"one", "two", "three"}


async def test_slow_commits_go_by_a_thread_for_a_while(
    straight: Straight, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "SLOW", 0.0)  # no disk is as quick as that
    assert await straight.run(write("one"))
    assert not await straight.run(write("two"))
    monkeypatch.undo()
    straight._slow_until = 0.0  # the while is over
    assert await straight.run(write("three"))


async def test_now_and_then_a_thread_moves_what_was_written(
    straight: Straight, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "IN_A_ROW", 2)
    done = [await straight.run(write(str(at))) for at in range(6)]
    assert done == [True, True, False, True, True, False]


async def test_the_log_beside_the_database_does_not_grow_for_ever(
    straight: Straight, tmp_path: Path
) -> None:
    for at in range(3 * ways.IN_A_ROW):
        await straight.run(write(f"{at} " + "x" * 4000))
    # SQLite moves pages from 1,000 on; a deed in a thread comes after 200 others of a few pages.
    assert (tmp_path / "it.sqlite-wal").stat().st_size < 4096 * (1000 + 10 * ways.IN_A_ROW)
