"""The foundation of the product over a migrated database, without sockets and media."""

import contextlib
import socket
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from rounds.accounts.passwords import Passwords
from rounds.kernel.config import Settings
from rounds.kernel.database import is_sqlite
from rounds.migrations.runner import migrate
from rounds.resources import Foundation, lay_foundation
from tests.making.clock import StoppedClock


def free_port() -> int:
    """A number that is free for TCP and for UDP."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port = int(tcp.getsockname()[1])
            try:
                udp.bind(("0.0.0.0", port))
            except OSError:
                continue
            return port


def free_udp_ports(count: int) -> int:
    """The first of so many UDP ports in a row that nothing listens on."""
    while True:
        with contextlib.ExitStack() as stack:
            probes = [
                stack.enter_context(socket.socket(type=socket.SOCK_DGRAM)) for _ in range(count)
            ]
            probes[0].bind(("0.0.0.0", 0))
            first = int(probes[0].getsockname()[1])
            with contextlib.suppress(OSError, OverflowError):
                for number, probe in enumerate(probes[1:], 1):
                    probe.bind(("0.0.0.0", first + number))
                return first


def make_settings(folder: Path, database: str, **changes: Any) -> Settings:
    """Settings of a server on loopback that minds neither many tries nor long pauses.

    Nor a machine that is busy with other tests.
    """
    usual: dict[str, Any] = {
        "port": free_port(),
        "data": folder,
        "database": database,
        "link_tries_per_minute": 10_000,
        "code_requests_per_minute": 10_000,
        "sign_in_tries": 10_000,
        "sign_in_tries_per_address": 10_000,
        "idle_minutes": 720,
        "media_processes": 1,
        "media_late_milliseconds": 10_000,
    }
    return Settings(**(usual | changes))


_shaped: list[bytes] = []
"""An empty SQLite database that this process has migrated once."""


async def _shape(engine: AsyncEngine) -> None:
    """Migrate the database; one that is new to SQLite is a copy of the first that was."""
    file = _new_file(engine)
    if file is None:
        await migrate(engine)
    elif _shaped:
        _write(file, _shaped[0])
    else:
        await migrate(engine)
        with contextlib.closing(sqlite3.connect(file)) as made:
            _shaped.append(made.serialize())


def _new_file(engine: AsyncEngine) -> Path | None:
    """Return the file of a SQLite database in which nothing stands yet."""
    file = Path(engine.url.database or "")
    used = not is_sqlite(engine) or (file.exists() and file.stat().st_size > 0)
    return None if used else file


def _write(file: Path, database: bytes) -> None:
    file.write_bytes(database)


@contextlib.asynccontextmanager
async def ground(
    settings: Settings, clock: StoppedClock, passwords: Passwords | None = None
) -> AsyncIterator[Foundation]:
    """Lay the foundation on a database of the newest shape."""
    foundation = lay_foundation(settings, clock, passwords)
    try:
        await _shape(foundation.engine)
        yield foundation
    finally:
        await foundation.close()
