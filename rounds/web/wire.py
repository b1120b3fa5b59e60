"""One client's WebSocket: a packet is written at once, and waits only for a reader that is slow.

The library gives each client a task that waits for packets and, for every packet that comes or
goes, a deadline with a task of its own. With many small packets that costs more than all the rest
(docs/MEASUREMENTS.md). Here a packet goes straight to the socket while that takes it; who has gone
is found by the library's own pings. Clients that poll, and those that came so, take its own way.
"""

import asyncio
import struct
from collections import deque
from typing import Any

from aiohttp import WSMsgType, web
from engineio.async_drivers.aiohttp import WebSocket
from engineio.exceptions import SocketIsClosedError, UnknownPacketError
from engineio.packet import CLOSE, Packet

from rounds.kernel.tasks import Tasks

FAREWELL_SECONDS = 1.0
"""How long a client that was told to go may take."""
MESSAGE = "4"
TEXT = 0x81
"""First byte of a text in one frame (RFC 6455, section 5.2)."""


class Outbox:
    """Stands in for a session's queue: what lies in it is what the client has not taken yet."""

    __slots__ = ("_flushing", "_kept", "_protocol", "_tasks", "_transport")

    def __init__(self, request: web.Request, tasks: Tasks) -> None:
        """Write to the client of `request`, whose socket speaks WebSocket from now on."""
        self._tasks = tasks
        self._protocol = request.protocol
        self._transport = request.transport
        self._kept: deque[Packet] | None = None
        self._flushing: asyncio.Task[None] | None = None

    async def put(self, packet: Packet) -> None:
        """Do the same as `put_nowait`, for the library."""
        self.put_nowait(packet)

    def put_nowait(self, packet: Packet) -> None:
        """Write a packet, or keep it while the client takes none; to who has gone, nothing."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if packet.packet_type == CLOSE:
            asyncio.get_running_loop().call_later(FAREWELL_SECONDS, transport.abort)
        if self._kept is not None:
            self._kept.append(packet)
        elif self._protocol.writing_paused:
            self._kept = deque([packet])
            self._flushing = self._tasks.once("slow_reader", self._flush(transport, self._kept))
        else:
            transport.write(framed(packet))

    def qsize(self) -> int:
        """Return how many packets are kept."""
        return 0 if self._kept is None else len(self._kept)

    def end(self) -> None:
        """Write nothing more."""
        self._transport = None
        if self._flushing is not None:
            self._flushing.cancel()

    async def _flush(self, transport: asyncio.Transport, kept: deque[Packet]) -> None:
        try:
            while kept and not transport.is_closing():
                await self._protocol._drain_helper()
                while kept and not self._protocol.writing_paused:
                    transport.write(framed(kept.popleft()))
        except ConnectionError:
            return  # it has gone, and its wire ends
        finally:
            self._kept = self._flushing = None


class Wire(WebSocket):  # type: ignore[misc]
    """Leaves the transport with its session, so that one that does not go can be cut."""

    async def __call__(self, environ: dict[str, Any]) -> Any:
        """Serve the connection until it ends."""
        request: web.Request = environ["aiohttp.request"]
        session = self.handler.__self__
        session.transport = request.transport
        # Compressing small packets costs more than sending them, on both ends.
        self._sock = web.WebSocketResponse(
            max_msg_size=self.server.max_http_buffer_size, compress=False
        )
        await self._sock.prepare(request)
        self.environ = environ
        # A line stands for hours, and nobody asks any more with which headers it began.
        environ.clear()
        environ["aiohttp.request"] = request
        self._sock.headers.clear()
        if session.connected or self.server.is_stock:
            await self.handler(self)
        else:
            await self._talk(session, Outbox(request, self.server.tasks))
        return self._sock

    async def _talk(self, session: Any, outbox: Outbox) -> None:
        session.connected = session.upgraded = True
        _move(session, outbox)
        try:
            while (message := await self._sock.receive()).type is WSMsgType.TEXT:
                await _take(session, message.data)
        except (SocketIsClosedError, ValueError):
            pass  # told to go, or no program of ours
        finally:
            outbox.end()
            await session.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_CLOSE)


def _move(session: Any, outbox: Outbox) -> None:
    waiting, session.queue = session.queue, outbox
    while not waiting.empty():
        outbox.put_nowait(waiting.get_nowait())


async def _take(session: Any, sent: str) -> None:
    if sent.startswith(MESSAGE):
        await session.server.handlers["message"](session.sid, sent[1:])
        return
    try:
        await session.receive(Packet(encoded_packet=sent))
    except UnknownPacketError:
        return


class Shared(Packet):  # type: ignore[misc]
    """A packet that goes to many: its frame is made once."""

    frame: bytes | None = None


def framed(packet: Packet) -> bytes:
    """Return a packet as the bytes of one text frame."""
    if not isinstance(packet, Shared):
        return text_frame(packet.encode())
    if packet.frame is None:
        packet.frame = text_frame(packet.encode())
    return packet.frame


def text_frame(text: str) -> bytes:
    """Return a text as one frame from a server, which masks nothing (RFC 6455, section 5.2)."""
    data = text.encode()
    if len(data) < 126:
        return struct.pack("!BB", TEXT, len(data)) + data
    if len(data) < 1 << 16:
        return struct.pack("!BBH", TEXT, 126, len(data)) + data
    return struct.pack("!BBQ", TEXT, 127, len(data)) + data
