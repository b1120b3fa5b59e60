"""What tests of the backend are given: a migrated database, or the whole product running."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
import structlog
from structlog.processors import add_log_level

from rounds.accounts.passwords import Passwords
from rounds.kernel.logs import keep_allowed, show_fault
from rounds.resources import Foundation
from tests.databases import PostgreSQL
from tests.making.clock import StoppedClock
from tests.making.ground import ground, make_settings
from tests.making.house import House, running

MEMORY = Path("/dev/shm")
ENOUGH = 2 << 30
"""Bytes; servers call a disk with less than one GiB full."""


def _log_in_lines() -> None:
    """One line for a fault, as the server writes it, and no drawing of every frame."""
    structlog.reset_defaults()
    structlog.configure(
        processors=[add_log_level, show_fault, keep_allowed, structlog.processors.JSONRenderer()]
    )


_log_in_lines()


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """A command that ran in this process has pointed the log at the terminal of its own test."""
    yield
    _log_in_lines()


on_both = pytest.mark.parametrize(
    "shared_kind",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
    scope="module",
)
"""Marks a module whose shared fixtures come once on each kind of database."""

on_postgresql = pytest.mark.parametrize(
    "shared_kind", [pytest.param("postgresql", marks=pytest.mark.postgresql)], scope="module"
)
"""Marks a module about what only PostgreSQL does."""


def light_passwords() -> Passwords:
    """The hashing of the product at a thousandth of its cost; its own tests use the whole."""
    return Passwords(memory_kib=256, passes=1)


@pytest.fixture(scope="module")
def shared_kind() -> str:
    """The kind of database a module gets that does not ask."""
    return os.environ.get("ROUNDS_TEST_DATABASE", "sqlite")


@pytest.fixture(scope="module")
def shared_database(shared_kind: str, request: pytest.FixtureRequest) -> str:
    """A database for all tests of one module."""
    if shared_kind == "sqlite":
        return ""
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.shaped_database()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder for all tests of one module; in memory, where there is room.

    The server waits for the disk at every commit, and tests of it need not outlive a power cut.
    """
    if _has_room(MEMORY):
        with tempfile.TemporaryDirectory(prefix="rounds-data-", dir=MEMORY) as made:
            yield Path(made)  # open to its owner alone, as mkdtemp makes it
        return
    kept = tmp_path_factory.mktemp("data")
    kept.chmod(0o700)
    yield kept


def _has_room(folder: Path) -> bool:
    return folder.is_dir() and shutil.disk_usage(folder).free >= ENOUGH


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def earth(folder: Path, shared_database: str) -> AsyncIterator[Foundation]:
    """A foundation that the tests of one module share."""
    settings = make_settings(folder, shared_database)
    async with ground(settings, StoppedClock(), light_passwords()) as foundation:
        yield foundation


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(folder: Path, shared_database: str) -> AsyncIterator[House]:
    """A running server that the tests of one module share."""
    settings = make_settings(folder, shared_database)
    async with running(settings, passwords=light_passwords()) as served:
        yield served


@pytest.fixture
async def own_house(tmp_path: Path) -> AsyncIterator[House]:
    """A running server for one test alone, over SQLite."""
    async with running(make_settings(tmp_path, "")) as served:
        yield served
