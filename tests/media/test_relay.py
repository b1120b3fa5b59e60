"""The relay between peers and engine carries what its ways let pass, each way on its own."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import cast

import pytest

from tests.media.impairment.relay import INSIDE, Relay
from tests.media.impairment.way import CLEAR, Conditions, Way
from tests.media.wire import eventually


class Echo(asyncio.DatagramProtocol):
    """Stands for the engine: notes what comes and sends it back."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self.heard: list[bytes] = []
        self.transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer with the same."""
        self.heard.append(data)
        self.transport.sendto(data, addr)


class Peer:
    """A socket of somebody who knows only the relay's address."""

    def __init__(self, port: int) -> None:
        """Reach for the relay."""
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.connect(("127.0.0.1", port))
        self.heard: list[bytes] = []
        asyncio.get_running_loop().add_reader(self.socket, self._read)

    def _read(self) -> None:
        self.heard.append(self.socket.recv(4096))

    def say(self, number: int) -> None:
        """Send a numbered datagram."""
        self.socket.send(number.to_bytes(4, "big"))

    def close(self) -> None:
        """Give the socket back."""
        asyncio.get_running_loop().remove_reader(self.socket)
        self.socket.close()


@pytest.fixture
async def echo() -> AsyncIterator[tuple[Echo, int]]:
    """An engine that answers everything with the same."""
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        Echo, local_addr=(INSIDE, 0)
    )
    yield protocol, transport.get_extra_info("sockname")[1]
    transport.close()


async def test_exactly_what_the_seed_says_is_lost_on_each_way(echo: tuple[Echo, int]) -> None:
    engine, port = echo
    up, down = Conditions(0.3), Conditions(0.2, 4.0)
    expected_up = [way.carry(4, 0) is not None for way in [Way("9/0/up", up)] for _ in range(200)]
    async with Relay(port, seed=9, up=up, down=down) as relay:
        peer = Peer(port)
        for number in range(200):
            peer.say(number)
        passed = [number for number in range(200) if expected_up[number]]
        await eventually(lambda: len(engine.heard) == len(passed))
        assert [int.from_bytes(data, "big") for data in engine.heard] == passed
        back = Way("9/0/down", down)
        returned = [number for number in passed if back.carry(4, 0) is not None]
        await eventually(lambda: len(peer.heard) == len(returned))
        assert [int.from_bytes(data, "big") for data in peer.heard] == returned
        line = relay.lines[0]
        assert (line.up.passed, line.up.lost) == (len(passed), 200 - len(passed))
        assert (line.down.passed, line.down.lost) == (back.passed, back.lost)
        peer.close()


async def test_delay_holds_each_way_back_and_changes_while_it_runs(echo: tuple[Echo, int]) -> None:
    _, port = echo
    loop = asyncio.get_running_loop()
    async with Relay(port, up=Conditions(delay=0.2), down=Conditions(delay=0.1)) as relay:
        peer, began = Peer(port), loop.time()
        for number in range(20):
            peer.say(number)
        await eventually(lambda: len(peer.heard) == 20)
        assert loop.time() - began >= 0.3
        assert [int.from_bytes(data, "big") for data in peer.heard] == list(range(20))
        relay.change(up=Conditions(loss=0.9, burst=100))
        relay.change(up=CLEAR, down=CLEAR)
        peer.say(20)
        await eventually(lambda: len(peer.heard) == 21)
        peer.close()


async def test_a_full_queue_drops_and_each_peer_has_a_line_of_its_own(
    echo: tuple[Echo, int],
) -> None:
    engine, port = echo
    async with Relay(port, up=Conditions(rate=8 * 32 * 100, queue=0.05)) as relay:
        first, second = Peer(port), Peer(port)
        for number in range(50):
            first.say(number)  # 32 bytes with its headers: a hundredth of a second each
        second.say(99)
        await eventually(lambda: len(relay.lines) == 2)
        line = relay.lines[0]
        await eventually(lambda: line.up.given == 50)
        assert 6 <= line.up.passed < 25
        assert line.up.overflowed == 50 - line.up.passed
        await eventually(lambda: second.heard)
        await eventually(lambda: len(engine.heard) == line.up.passed + 1)
        for peer in (first, second):
            peer.close()
