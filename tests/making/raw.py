"""A socket without a library: engine.io packets as text over a real websocket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp

from tests.making.browser import PATIENCE

CLOSED = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED)


class RawSocket:
    """Sends what it is told, however wrong."""

    def __init__(self, wire: aiohttp.ClientWebSocketResponse) -> None:
        self.wire = wire
        self.heard: list[str] = []

    async def send(self, packet: str | bytes) -> None:
        if isinstance(packet, bytes):
            await self.wire.send_bytes(packet)
        else:
            await self.wire.send_str(packet)

    async def until(self, start: str) -> str:
        """Wait for a packet that begins so; AssertionError when the server closes before."""
        async with asyncio.timeout(PATIENCE):
            while True:
                packet = await self._next()
                assert packet is not None, f"closed before {start!r}: {self.heard}"
                if packet.startswith(start):
                    return packet

    async def until_closed(self, seconds: float = PATIENCE) -> None:
        """Wait until the server has closed, answering its pings meanwhile."""
        async with asyncio.timeout(seconds):
            while await self._next() is not None:
                pass

    async def _next(self) -> str | None:
        message = await self.wire.receive()
        if message.type in CLOSED or message.type == aiohttp.WSMsgType.ERROR:
            return None
        packet = str(message.data)
        if packet == "2":
            with contextlib.suppress(ConnectionError):
                await self.wire.send_str("3")
        if packet == "1":
            return None
        self.heard.append(packet)
        return packet


@contextlib.asynccontextmanager
async def raw_socket(
    session: aiohttp.ClientSession, address: str, headers: Mapping[str, str] | None = None
) -> AsyncIterator[RawSocket]:
    """Open a websocket to the server's engine.io; the open packet has been read."""
    sent = {"Origin": address} if headers is None else headers
    given: dict[str, Any] = {"headers": sent, "max_msg_size": 0, "autoping": True}
    async with session.ws_connect(
        address.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket", **given
    ) as wire:
        opened = RawSocket(wire)
        await opened.until("0")
        yield opened
