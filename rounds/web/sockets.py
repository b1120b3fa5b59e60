"""The Socket.IO server with our limits: sizes, nesting, deadlines and slow readers.

The only file that touches names python-socketio and python-engineio keep private; a contract
test names them with the versions they were read in.
"""

import asyncio
import re
from collections import Counter
from typing import Any

import socketio
from aiohttp import web
from socketio.packet import Packet

from rounds.kernel.config import Settings
from rounds.kernel.logs import get_logger
from rounds.kernel.tasks import Tasks
from rounds.web.keys import CLIENT_ADDRESS

log = get_logger(__name__)

LARGEST_PACKET = 256_000
DEEPEST_NESTING = 16
CONNECT_SECONDS = 10.0
SLOWEST_QUEUE = 256
SWEEP_SECONDS = 1.0
BINARY = ("5", "6")


class BoundedPacket(Packet):  # type: ignore[misc]
    """Refuses attachments (we send none) and deep nesting before anything is parsed."""

    def decode(self, encoded_packet: Any) -> Any:
        """Decode one packet. Raises ValueError for what we never take."""
        if not isinstance(encoded_packet, str) or encoded_packet[:1] in BINARY:
            raise ValueError("binary packets are not taken")
        if nesting(encoded_packet) > DEEPEST_NESTING:
            raise ValueError("nested too deeply")
        return super().decode(encoded_packet)


def nesting(text: str) -> int:
    """Return how deep brackets nest, outside of strings; never recurses."""
    depth = deepest = 0
    for mark in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text):
        if mark[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark[0] in "]}":
            depth -= 1
    return deepest


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]
    """One client's events in order; a connection that joins nothing or reads nothing is closed."""

    def __init__(self, settings: Settings, tasks: Tasks) -> None:
        """Allow only pages of our own origins, and keep library logs without their packets."""
        super().__init__(
            async_mode="aiohttp",
            async_handlers=False,
            cors_allowed_origins=list(settings.origins),
            max_http_buffer_size=LARGEST_PACKET,
            ping_interval=10,
            ping_timeout=8,
            serializer=BoundedPacket,
            cookie=None,
        )
        self._tasks = tasks
        self._waiting: dict[str, float] = {}
        self._addresses: dict[str, str] = {}
        self._most = settings.sockets_per_address

    def attend(self, app: web.Application) -> None:
        """Serve under /socket.io/."""
        self.attach(app, socketio_path="socket.io")

    def begin(self) -> None:
        """Begin the sweeps."""
        self._tasks.start("socket-sweep", self._sweep)

    async def close_connection(self, sid: str, namespace: str) -> None:
        """End a client's connection, all its namespaces with it."""
        connection = self.manager.eio_sid_from_sid(sid, namespace)
        if connection is not None:
            await self.eio.disconnect(connection)

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> Any:
        address = environ["aiohttp.request"].get(CLIENT_ADDRESS, "unknown")
        idle = Counter(self._addresses[one] for one in self._waiting if one in self._addresses)
        if idle[address] >= self._most:
            return False
        self._addresses[eio_sid] = address
        self._waiting[eio_sid] = asyncio.get_running_loop().time() + CONNECT_SECONDS
        return await super()._handle_eio_connect(eio_sid, environ)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        self._addresses.pop(eio_sid, None)
        self._waiting.pop(eio_sid, None)
        await super()._handle_eio_disconnect(eio_sid, reason)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            now = asyncio.get_running_loop().time()
            for eio_sid, deadline in list(self._waiting.items()):
                if self._has_joined(eio_sid):
                    del self._waiting[eio_sid]
                elif now > deadline:
                    del self._waiting[eio_sid]
                    await self.eio.disconnect(eio_sid)
            for eio_sid, connection in list(self.eio.sockets.items()):
                if connection.queue.qsize() > SLOWEST_QUEUE:
                    log.warning("slow_reader_closed", count=connection.queue.qsize())
                    await self.eio.disconnect(eio_sid)

    def _has_joined(self, eio_sid: str) -> bool:
        return any(
            self.manager.sid_from_eio_sid(eio_sid, namespace) is not None
            for namespace in self.namespace_handlers
        )
