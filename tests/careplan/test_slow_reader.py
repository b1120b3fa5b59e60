"""A page that takes nothing from its wire: nobody waits for it, and it comes back by opening."""

import asyncio
import contextlib
import json
import socket as net
from collections.abc import AsyncIterator
from typing import Any

import pytest

from rounds.careplan.telling import SLOW
from rounds.web.sockets import SLOWEST_QUEUE
from tests.making.house import House
from tests.making.plan_pages import PLAN, PlanCast, PlanPage, data, make_plan_cast, text
from tests.making.raw import RawSocket, raw_socket
from tests.making.writers import Writer

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOAL = "t:g1.text"
LONG = "x" * 15_000
SMALL = 1 << 16
"""Bytes that the wire itself may hold at each end, so that a few rows fill it."""
ROUNDS = 50
"""Of two rows each, less than one person may write at once."""
AT_ONCE = 3.0
"""Seconds in which whoever reads is answered, however many do not."""


class SlowPage(Writer):
    """A page of the plan on a socket of its own, whose reading a test can stop."""

    def __init__(self, socket: RawSocket, client: int) -> None:
        super().__init__(client)
        self.socket = socket
        self.asked = 0

    async def ask(self, event: str, sent: Any) -> Any:
        """Send an event; return its answer, whatever else comes before."""
        self.asked += 1
        await self.socket.send(f"42{PLAN},{self.asked}{json.dumps([event, sent])}")
        packet = await self.socket.until(f"43{PLAN},{self.asked}[")
        (answer,) = json.loads(packet[len(f"43{PLAN},{self.asked}") :])
        return answer["ok"]

    async def open(self) -> int:
        """Open the goals, or open them again; return the number of the last row."""
        wish = {"kind": "goals", "client": self.client, "vector": text(self.doc.get_state())}
        told = (await self.ask("open", {"sections": [wish]}))["sections"]["goals"]
        self.hear([data(told["update"])])
        return int(told["seq"])

    def told(self, event: str) -> list[Any]:
        """What was told under that name."""
        start = f"42{PLAN},"
        found = [json.loads(one[len(start) :]) for one in self.socket.heard if one[:2] == "42"]
        return [payload for name, payload in found if name == event]

    @property
    def transport(self) -> asyncio.Transport:
        connection = self.socket.wire._response.connection
        assert connection is not None
        assert isinstance(connection.transport, asyncio.Transport)
        return connection.transport


@contextlib.asynccontextmanager
async def slow_page(cast: PlanCast) -> AsyncIterator[SlowPage]:
    """The therapist with goals open."""
    browser = await cast.house.signed_in(cast.therapist)
    async with raw_socket(browser.http, cast.house.address) as socket:
        auth = {"door": "staff", "patient": cast.patient.id}
        await socket.send(f"40{PLAN}," + json.dumps(auth))
        await socket.until(f"40{PLAN},")
        page = SlowPage(socket, 77)
        await page.open()
        try:
            yield page
        finally:
            if not socket.wire.closed:
                page.transport.abort()


def hold(size: int, sending: asyncio.Transport, reading: asyncio.Transport) -> None:
    """Let a wire hold so many bytes at each end."""
    for transport, option in ((sending, net.SO_SNDBUF), (reading, net.SO_RCVBUF)):
        transport.get_extra_info("socket").setsockopt(net.SOL_SOCKET, option, size)


async def write_and_erase(gp: PlanPage, reader: PlanPage) -> int:
    """Write much and take it away again; whoever reads has it at once."""
    async with asyncio.timeout(AT_ONCE):
        await gp.type(GOAL, 0, LONG)
        gp.erase(GOAL, 0, len(LONG))
        last = int((await gp.save())["seq"])
        await reader.until(last)
    return last


async def test_a_page_that_does_not_read_is_left_behind_and_comes_back(house: House) -> None:
    cast = await make_plan_cast(house)
    gp, reader = await cast.page(cast.gp, "goals"), await cast.page(cast.coordinator, "goals")
    await gp.add("g1", "goal")
    async with slow_page(cast) as slow:
        wire = list(house.sockets.eio.sockets.values())[-1]
        hold(SMALL, wire.transport, slow.transport)
        slow.transport.pause_reading()
        for _ in range(ROUNDS):
            await write_and_erase(gp, reader)
            if wire.queue.qsize() >= SLOW:
                break
        held = wire.queue.qsize()
        assert SLOW <= held < SLOW + 3 < SLOWEST_QUEUE
        # What it is left out of is kept nowhere for it.
        for _ in range(5):
            last = await write_and_erase(gp, reader)
        assert wire.queue.qsize() == held
        assert not wire.closed

        slow.transport.resume_reading()
        await slow.socket.until(f'42{PLAN},["behind"')
        assert slow.told("behind") == [{"section": "goals"}]
        missing = slow.told("update")[-1]["to"]
        assert missing < last
        # Nothing more is told until it opens anew.
        last = await gp.type(GOAL, 0, "walk")
        await reader.until(last)
        assert await slow.open() == last
        assert slow.told("update")[-1]["to"] == missing
        assert str(slow.text(GOAL)) == "walk"
        last = await gp.type(GOAL, 4, " daily")
        await slow.socket.until(f'42{PLAN},["update"')
        told = slow.told("update")[-1]
        assert (told["from"], told["to"]) == (last, last)
        slow.hear([data(one) for one in told["updates"]])
        assert str(slow.text(GOAL)) == "walk daily"
        assert slow.told("behind") == [{"section": "goals"}]
