"""The Socket.IO server with our limits: sizes, nesting, deadlines and slow readers.

Only this file and `wire.py` touch names that the libraries keep private; a contract test names
them with the versions they were read in.
"""

import asyncio
import re
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

import engineio
import socketio
from aiohttp import web
from engineio.packet import MESSAGE
from engineio.packet import Packet as Sent
from engineio.payload import Payload
from socketio.packet import ACK, Packet

from rounds.kernel.config import Settings
from rounds.kernel.logs import get_logger
from rounds.kernel.tasks import Tasks
from rounds.web.keys import CLIENT_ADDRESS
from rounds.web.wire import FAREWELL_SECONDS, Shared, Wire

log = get_logger(__name__)

LARGEST_PACKET = 256_000
DEEPEST_NESTING = 16
CONNECT_SECONDS = 10.0
SLOWEST_QUEUE = 256
MOST_POSTED = 128
"""Packets in one post of a client that polls: who writes fast sends many, the size is bounded."""
SWEEP_SECONDS = 1.0
EVENT = "2"
BINARY = ("5", "6")
READ_IN = {"python-socketio": "5.18.1", "python-engineio": "4.15.1", "aiohttp": "3.14.5"}
"""Versions in which the private names were read; with others packets go the library's own way."""


class BoundedPacket(Packet):  # type: ignore[misc]
    """Refuses attachments (we send none) and deep nesting before anything is parsed."""

    uses_binary_events = False

    def decode(self, encoded_packet: Any) -> Any:
        """Decode one packet. Raises ValueError for what we never take."""
        if not isinstance(encoded_packet, str) or encoded_packet[:1] in BINARY:
            raise ValueError("binary packets are not taken")
        brackets = encoded_packet.count("[") + encoded_packet.count("{")
        if brackets > DEEPEST_NESTING and nesting(encoded_packet) > DEEPEST_NESTING:
            raise ValueError("nested too deeply")
        return super().decode(encoded_packet)


class Engine(engineio.AsyncServer):  # type: ignore[misc]
    """Shows a client out without waiting for it: only the client could empty its queue."""

    _async: dict[str, Any]
    tasks: Tasks
    is_stock = False
    """Whether every client takes the library's own way."""

    def __init__(self, **options: Any) -> None:
        """Serve with our wires."""
        super().__init__(**options)
        self._async = {**self._async, "websocket": Wire}

    async def disconnect(self, sid: str | None = None) -> None:
        """Say goodbye to one client or to all, and cut the wire of one that does not go."""
        for one in [sid] if sid is not None else list(self.sockets):
            connection = self.sockets.get(one)
            if connection is None:
                continue
            await connection.close(wait=False)
            transport: asyncio.Transport | None = getattr(connection, "transport", None)
            if transport is not None:
                asyncio.get_running_loop().call_later(FAREWELL_SECONDS, transport.abort)


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
            cors_credentials=False,
        )
        Payload.max_decode_packets = MOST_POSTED
        self._tasks = tasks
        self._waiting: dict[str, float] = {}
        self._addresses: dict[str, str] = {}
        self._most = settings.sockets_per_address
        self.eio.tasks = tasks
        self.eio.is_stock = any(version(name) != number for name, number in READ_IN.items())
        self._spread: asyncio.Queue[tuple[str, Any, str, str]] = asyncio.Queue()

    def attend(self, app: web.Application) -> None:
        """Serve under /socket.io/."""
        self.attach(app, socketio_path="socket.io")

    def begin(self) -> None:
        """Begin the sweeps."""
        self._tasks.start("socket-sweep", self._sweep)
        self._tasks.start("socket-spread", self._emit_spread)

    async def close_connection(self, sid: str, namespace: str) -> None:
        """End a client's connection, all its namespaces with it."""
        eio_sid = self.manager.eio_sid_from_sid(sid, namespace)
        if eio_sid is not None:
            await self.eio.disconnect(eio_sid)

    def spread(self, event: str, payload: Any, sids: Iterable[str], namespace: str) -> int:
        """Send one event to many clients, in order and without waiting; return to how many.

        It is encoded once, and written or kept for each when this returns. With `eio.is_stock` the
        library sends it instead, client by client.
        """
        if self.eio.is_stock:
            lines = list(sids)
            for sid in lines:
                self._spread.put_nowait((event, payload, sid, namespace))
            return len(lines)
        packet = self.packet_class(namespace=namespace, data=[event, payload], binary=False)
        shared = Shared(MESSAGE, packet.encode())
        count = 0
        for sid in sids:
            line = self._line(sid, namespace)
            if line is not None and not line.closed:
                line.queue.put_nowait(shared)
                count += 1
        return count

    def backlog(self, sid: str, namespace: str) -> int:
        """Return how many packets a client has not taken yet."""
        line = self._line(sid, namespace)
        return 0 if line is None else int(line.queue.qsize())

    def _line(self, sid: str, namespace: str) -> Any:
        return self.eio.sockets.get(self.manager.eio_sid_from_sid(sid, namespace))

    async def _emit_spread(self) -> None:
        while True:
            event, payload, sid, namespace = await self._spread.get()
            await self.emit(event, payload, to=sid, namespace=namespace)

    def _engineio_server_class(self) -> type[Engine]:
        return Engine

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        if eio_sid not in self.environ:
            return  # it has been shown out and has not gone yet
        try:
            if isinstance(data, str) and data.startswith(EVENT) and not self.eio.is_stock:
                await self._take_event(eio_sid, self.packet_class(encoded_packet=data))
            else:
                await super()._handle_eio_message(eio_sid, data)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            # Only a program that is none of our pages sends what cannot be read.
            log.warning("unreadable_packet")
            await self.eio.disconnect(eio_sid)

    async def _take_event(self, eio_sid: str, packet: BoundedPacket) -> None:
        """Serve an event and answer it, without the library's way for handlers of all kinds."""
        name, *values = packet.data
        sid = self.manager.sid_from_eio_sid(eio_sid, packet.namespace)
        handler = self.namespace_handlers.get(packet.namespace)
        if handler is None or not self.manager.is_connected(sid, packet.namespace):
            return
        told = await handler.trigger_event(name, sid, *values)
        line = self.eio.sockets.get(eio_sid)
        if packet.id is not None and line is not None and not line.closed:
            answer = self.packet_class(ACK, [told], packet.namespace, packet.id)
            line.queue.put_nowait(Sent(MESSAGE, answer.encode()))

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> Any:
        address = environ["aiohttp.request"].get(CLIENT_ADDRESS, "unknown")
        here = [one for one in self._waiting if self._addresses.get(one) == address]
        if len(here) >= self._most and self._unjoined(here) >= self._most:
            return False
        self._addresses[eio_sid] = address
        self._waiting[eio_sid] = asyncio.get_running_loop().time() + CONNECT_SECONDS
        return await super()._handle_eio_connect(eio_sid, environ)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        self._addresses.pop(eio_sid, None)
        self._waiting.pop(eio_sid, None)
        session = self.eio.sockets.get(eio_sid)
        if session is not None and not session.upgraded:
            # After the farewell, if one is said: else its last poll would wait until it gives up.
            asyncio.get_running_loop().call_soon(session.queue.put_nowait, None)
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
                if not connection.closed and connection.queue.qsize() > SLOWEST_QUEUE:
                    log.warning("slow_reader_closed", count=connection.queue.qsize())
                    await self.eio.disconnect(eio_sid)

    def _unjoined(self, sockets: Iterable[str]) -> int:
        # A sweep takes out those that joined once a second; a whole clinic comes back within one.
        return sum(not self._has_joined(one) for one in sockets)

    def _has_joined(self, eio_sid: str) -> bool:
        return any(
            self.manager.sid_from_eio_sid(eio_sid, namespace) is not None
            for namespace in self.namespace_handlers
        )
