"""The foundation of the product over a migrated database, without sockets and media."""

import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from rounds.accounts.passwords import Passwords
from rounds.kernel.config import Settings
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


@contextlib.asynccontextmanager
async def ground(
    settings: Settings, clock: StoppedClock, passwords: Passwords | None = None
) -> AsyncIterator[Foundation]:
    """Lay the foundation on a database of the newest shape."""
    foundation = lay_foundation(settings, clock, passwords)
    try:
        await migrate(foundation.engine)
        yield foundation
    finally:
        await foundation.close()
