"""Carries what a way lets arrive, when it arrives."""

import asyncio
import contextlib
from collections.abc import Callable

from tests.media.impairment.way import Way


def carry(way: Way, data: bytes, size: int, send: Callable[[bytes], object]) -> None:
    """Give `data` to the way as `size` bytes beside the headers; `send` it if and when it comes."""
    loop = asyncio.get_running_loop()
    now = loop.time()
    arrives = way.carry(size, now)
    if arrives is None:
        return
    if arrives > now:
        loop.call_at(arrives, _send, send, data)
    else:
        _send(send, data)


def _send(send: Callable[[bytes], object], data: bytes) -> None:
    with contextlib.suppress(OSError):  # an end that is gone reads nothing more
        send(data)
