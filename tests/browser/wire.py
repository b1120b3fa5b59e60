"""The wire between browsers and the media port: passes all on, and counts whose media it is."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any, Self

from tests.media.impairment.datagrams import browser_ufrag, is_rtp
from tests.media.impairment.relay import INSIDE

__all__ = ["INSIDE", "Wire"]


@dataclass(slots=True)
class Line:
    """One connection of one browser."""

    ufrag: str = ""
    sent: int = 0
    received: int = 0
    last: float = 0.0
    """Seconds since 1970 of the last packet with sound or picture, in either direction."""


@dataclass(slots=True)
class Count:
    """Packets with sound or picture of some connections."""

    sent: int
    received: int
    last: float


class _Outside(asyncio.DatagramProtocol):
    def __init__(self, wire: "Wire") -> None:
        self._wire = wire

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._wire.from_browser(data, addr)


class _Inside(asyncio.DatagramProtocol):
    def __init__(self, wire: "Wire", browser: Any) -> None:
        self._wire, self._browser = wire, browser

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._wire.from_server(data, self._browser)


@dataclass
class Wire:
    """Use as `async with Wire(port)`, before the first browser calls."""

    port: int
    lines: dict[Any, Line] = field(default_factory=dict)
    _ways: dict[Any, asyncio.Future[asyncio.DatagramTransport]] = field(default_factory=dict)
    _waiting: set[asyncio.Task[None]] = field(default_factory=set)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Self:
        """Take the media port's public place."""
        loop = asyncio.get_running_loop()
        self._outside, _ = await loop.create_datagram_endpoint(
            lambda: _Outside(self), local_addr=("127.0.0.1", self.port)
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Cut the wire."""
        self._outside.close()
        for way in self._ways.values():
            (await way).close()

    def from_browser(self, data: bytes, browser: Any) -> None:
        """Pass a datagram on to the media process."""
        line = self.lines.setdefault(browser, Line())
        line.ufrag = line.ufrag or browser_ufrag(data) or ""
        if is_rtp(data):
            line.sent, line.last = line.sent + 1, time.time()
            self._news.set()
        way = self._ways.get(browser)
        if way is not None and way.done():
            way.result().sendto(data)
            return
        task = asyncio.ensure_future(self._send(data, browser))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    def from_server(self, data: bytes, browser: Any) -> None:
        """Pass a datagram on to the browser."""
        if is_rtp(data):
            line = self.lines[browser]
            line.received, line.last = line.received + 1, time.time()
        self._outside.sendto(data, browser)

    async def _send(self, data: bytes, browser: Any) -> None:
        if browser not in self._ways:
            loop = asyncio.get_running_loop()
            way = self._ways[browser] = loop.create_future()
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _Inside(self, browser), remote_addr=(INSIDE, self.port)
            )
            way.set_result(transport)
        (await self._ways[browser]).sendto(data)

    # --- what a test asks ------------------------------------------------------------------------

    def of(self, ufrags: list[str]) -> Count:
        """Add up the connections that named themselves so."""
        lines = [line for line in self.lines.values() if line.ufrag in ufrags]
        return Count(
            sum(line.sent for line in lines),
            sum(line.received for line in lines),
            max((line.last for line in lines), default=0.0),
        )

    @property
    def whole(self) -> Count:
        """Add up every connection."""
        return self.of([line.ufrag for line in self.lines.values()])

    async def some(self, ufrags: list[str], within: float = 10.0) -> None:
        """Wait until these connections have sent sound or picture."""
        async with asyncio.timeout(within):
            while not self.of(ufrags).sent:
                self._news.clear()
                await self._news.wait()

    async def quiet(self, ufrags: list[str], seconds: float = 1.0, within: float = 10.0) -> float:
        """Wait for `seconds` without media of these connections; return the last one's moment."""
        async with asyncio.timeout(within):
            while True:
                rest = self.of(ufrags).last + seconds - time.time()
                if rest <= 0:
                    return self.of(ufrags).last
                await asyncio.sleep(rest)
