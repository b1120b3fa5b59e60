"""ICE over TCP (RFC 6544, passive): each connection is led to the UDP port by a socket of its own.

So nothing of the packet path knows of TCP: to the port, such a peer is one more address of this
machine. Packets stand in frames of RFC 4571. A connection lives only if the port answers it, which
it does to authentic checks alone.
"""

import asyncio
import contextlib
import socket
from collections import Counter
from typing import cast

from rounds.kernel.logs import get_logger
from rounds.media.sfu.counters import Counters

log = get_logger(__name__)

LARGEST = 1500
"""Bytes of a frame; no packet of a browser is longer."""
MOST_LINES = 256
MOST_UNPROVEN = 64
MOST_UNPROVEN_OF_ONE = 16
"""Connections of one client address that the port has not answered yet; a hospital is one."""
PROOF_SECONDS = 5.0
SILENCE_SECONDS = 30.0
"""As long as the port itself believes in a peer without a check (RFC 7675 section 5.1)."""
MOST_WAITING = 64 * 1024
"""Bytes that may wait for a slow reader, and as many unsent ones in the system: half a second of a
call. What comes then is dropped, as a full UDP queue would do; late sound is of no use."""
PER_TURN = 64


class TcpDoor:
    """The listening socket and all connections taken by it."""

    def __init__(self, host: str, port: int, inner: tuple[str, int], counters: Counters) -> None:
        """Bind `host` (empty: all) and `port`; lead to `inner`, the UDP port. Raises OSError."""
        self._inner = inner
        self.counters = counters
        self._lines: set[_Line] = set()
        self.unproven: Counter[str] = Counter()
        dual = not host and socket.has_dualstack_ipv6()
        family = socket.AF_INET6 if dual or ":" in host else socket.AF_INET
        self._socket = socket.create_server(
            (host, port), family=family, backlog=64, dualstack_ipv6=dual
        )
        # Connections inherit it; the system alone would let seconds of a call wait.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * MOST_WAITING)
        self.port: int = self._socket.getsockname()[1]
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Take connections from now on."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Line(self, self._inner), sock=self._socket)

    def close(self) -> None:
        """End every connection and give the port back."""
        if self._server is not None:
            self._server.close()
        self._socket.close()
        for line in list(self._lines):
            line.end()

    def takes(self, line: "_Line", address: str) -> bool:
        """Say whether there is room for another connection from that address, and note it."""
        full = (
            len(self._lines) >= MOST_LINES
            or self.unproven.total() >= MOST_UNPROVEN
            or self.unproven[address] >= MOST_UNPROVEN_OF_ONE
        )
        if full:
            self.counters.tcp_refused += 1
            return False
        self._lines.add(line)
        self.unproven[address] += 1
        self.counters.tcp += 1
        return True

    def proven(self, address: str) -> None:
        """The port answered a connection from that address."""
        self.unproven[address] -= 1
        if self.unproven[address] <= 0:
            del self.unproven[address]

    def forget(self, line: "_Line") -> None:
        """A connection is over."""
        self._lines.discard(line)


class _Line(asyncio.Protocol):
    """One connection: frames in, datagrams out, and back."""

    def __init__(self, door: TcpDoor, inner: tuple[str, int]) -> None:
        self._door = door
        self._inner = inner
        self._rest = bytearray()
        self._address = ""
        self._taken = self._proven = False
        self._transport: asyncio.Transport
        self._datagrams: socket.socket | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Open the socket that leads to the port."""
        self._transport = cast("asyncio.Transport", transport)
        self._address = str((transport.get_extra_info("peername") or [""])[0])
        self._taken = self._door.takes(self, self._address)
        if not self._taken:
            self._transport.abort()
            return
        loop = asyncio.get_running_loop()
        family = socket.AF_INET6 if ":" in self._inner[0] else socket.AF_INET
        try:
            line = self._datagrams = socket.socket(family, socket.SOCK_DGRAM)
            line.setblocking(False)
            line.connect(self._inner)
        except OSError:
            self.end()
            return
        loop.add_reader(line.fileno(), self._answered)
        self._deadline = loop.call_later(PROOF_SECONDS, self.end)

    def data_received(self, data: bytes) -> None:
        """Send each whole frame to the port; end for what cannot be one."""
        rest = self._rest
        rest += data
        while len(rest) >= 2:
            size = rest[0] << 8 | rest[1]
            # Until the port has answered, nothing but checks (RFC 7983: 0 to 3) makes sense.
            if not 0 < size <= LARGEST or (not self._proven and len(rest) > 2 and rest[2] > 3):
                self._door.counters.malformed += 1
                self.end()
                return
            if len(rest) < 2 + size:
                return
            if self._datagrams is not None:
                with contextlib.suppress(OSError):
                    self._datagrams.send(rest[2 : 2 + size])
            del rest[: 2 + size]
        if self._proven:
            self._last_heard()

    def connection_lost(self, fault: Exception | None) -> None:
        """Give everything back."""
        self.end()

    def end(self) -> None:
        """Close both sides; a second call does nothing."""
        if self._deadline is not None:
            self._deadline.cancel()
        if self._datagrams is not None:
            asyncio.get_running_loop().remove_reader(self._datagrams.fileno())
            self._datagrams.close()
            self._datagrams = None
        if self._taken and not self._proven:
            self._door.proven(self._address)
        self._taken = False
        self._door.forget(self)
        self._transport.abort()

    def _answered(self) -> None:
        line, frames = self._datagrams, bytearray()
        if line is None:
            return
        for _ in range(PER_TURN):
            try:
                datagram = line.recv(LARGEST + 1)
            except OSError:
                break
            frames += len(datagram).to_bytes(2, "big") + datagram
        if not frames:
            return
        if not self._proven:
            self._proven = True
            self._door.proven(self._address)
            self._last_heard()
        if self._transport.get_write_buffer_size() > MOST_WAITING:
            self._door.counters.tcp_slow += 1
            return
        self._transport.write(frames)

    def _last_heard(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        if self._datagrams is not None:
            loop = asyncio.get_running_loop()
            self._deadline = loop.call_later(SILENCE_SECONDS, self.end)
