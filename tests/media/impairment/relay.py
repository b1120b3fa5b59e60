"""A UDP relay with bad lines, between browsers or protocol peers and the engine's media port.

The engine binds INSIDE (or any address browsers are not told of) and advertises the relay's
address; the relay binds that address with the engine's own port number, so that nothing in a
description has to be changed: `ROUNDS_MEDIA_HOST=127.0.0.2 ROUNDS_MEDIA_ADDRESSES=127.0.0.1`, or
the fields `host` and `addresses` of SfuSettings. No privilege is needed.
"""

import asyncio
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from tests.media.impairment.carrying import carry
from tests.media.impairment.datagrams import browser_ufrag
from tests.media.impairment.way import CLEAR, Conditions, Way

INSIDE = "127.0.0.2"
BUFFER = 4 << 20
"""Bytes of each socket's buffers: what is lost here is lost by the ways, not by the kernel."""
BATCH = 64
"""Datagrams read from one socket before the others have their turn."""

Address = Any


@dataclass(slots=True)
class Line:
    """One connection of a peer: a way up to the engine and a way down from it."""

    up: Way
    down: Way
    socket: socket.socket
    ufrag: str = ""


class Relay:
    """Use as `async with Relay(...)`, before the first peer calls.

    Every connection (a peer's address) gets ways of its own, seeded by its number in the order of
    first datagrams; `share` puts several on one line, as the two of one browser are in truth.
    """

    def __init__(
        self,
        port: int,
        outside: str = "127.0.0.1",
        inside: str = INSIDE,
        seed: int = 1,
        up: Conditions = CLEAR,
        down: Conditions = CLEAR,
    ) -> None:
        """Stand at `outside` before an engine at `inside`, both with this port."""
        self._outside, self._inside = (outside, port), (inside, port)
        self._seed, self._up, self._down = seed, up, down
        self._lines: dict[Address, Line] = {}
        self._socket = _bound(self._outside)

    async def __aenter__(self) -> Self:
        """Carry from now on."""
        asyncio.get_running_loop().add_reader(self._socket, self._from_peers)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Cut all lines."""
        loop = asyncio.get_running_loop()
        for end in (self._socket, *(line.socket for line in self._lines.values())):
            loop.remove_reader(end)
            end.close()

    # --- what a test sets and asks ---------------------------------------------------------------

    def change(
        self,
        up: Conditions | None = None,
        down: Conditions | None = None,
        whose: Iterable[str] | None = None,
    ) -> None:
        """Set the conditions of a direction from now on.

        Those of every connection, also of later ones; with `whose` only of the connections whose
        peers call themselves so (ICE user name fragments).
        """
        if whose is None:
            self._up, self._down = up or self._up, down or self._down
        for line in self.lines if whose is None else self.of(whose):
            line.up.conditions = up or line.up.conditions
            line.down.conditions = down or line.down.conditions

    def of(self, ufrags: Iterable[str]) -> list[Line]:
        """The connections whose peers call themselves so."""
        wanted = set(ufrags)
        return [line for line in self.lines if line.ufrag in wanted]

    def share(self, ufrags: Iterable[str]) -> Line:
        """Put these connections on one line, so that they wait in one queue; return it."""
        first, *others = self.of(ufrags)
        for line in others:
            line.up, line.down = first.up, first.down
        return first

    @property
    def lines(self) -> list[Line]:
        """Every connection so far."""
        return list(self._lines.values())

    # --- datagrams -------------------------------------------------------------------------------

    def _from_peers(self) -> None:
        for _ in range(BATCH):
            try:
                data, peer = self._socket.recvfrom(4096)
            except (BlockingIOError, ConnectionRefusedError):
                return
            line = self._lines.get(peer) or self._lay(peer)
            line.ufrag = line.ufrag or browser_ufrag(data) or ""
            carry(line.up, data, len(data), line.socket.send)

    def _lay(self, peer: Address) -> Line:
        number = len(self._lines)
        inner = _bound((self._inside[0], 0))
        inner.connect(self._inside)
        ways = (
            Way(f"{self._seed}/{number}/up", self._up),
            Way(f"{self._seed}/{number}/down", self._down),
        )
        line = self._lines[peer] = Line(*ways, inner)
        asyncio.get_running_loop().add_reader(inner, self._from_engine, line, peer)
        return line

    def _from_engine(self, line: Line, peer: Address) -> None:
        for _ in range(BATCH):
            try:
                data = line.socket.recv(4096)
            except (BlockingIOError, ConnectionRefusedError):
                return
            carry(line.down, data, len(data), lambda sent: self._socket.sendto(sent, peer))


def _bound(place: tuple[str, int]) -> socket.socket:
    """Return a socket bound there. Raises OSError."""
    family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
    made = socket.socket(family, socket.SOCK_DGRAM)
    made.setblocking(False)
    for side in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        made.setsockopt(socket.SOL_SOCKET, side, BUFFER)
    try:
        made.bind(place)
    except OSError:
        made.close()
        raise
    return made
