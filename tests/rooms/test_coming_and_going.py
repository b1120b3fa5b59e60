"""People come and go by the real sockets, and the server is as it was before."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import psutil
import pytest
import pytest_asyncio

from tests.making.browser import Browser, Line
from tests.making.house import House
from tests.making.visits import MadeVisit, make_visit
from tests.making.waiting import eventually
from tests.measured import Measured
from tests.rooms.caller import Caller

pytestmark = pytest.mark.asyncio(loop_scope="module")

VISITS = 5
"""At once: a page may say some ten things a second, and whoever stays answers each change."""
CYCLES, WARM_UP = 90, 30
"""Together; what is compared comes after the warm-up, when pools and caches have their size."""
MEDIA_GROWTH = WEB_GROWTH = 16 << 20
"""Bytes of memory that may be added by the cycles after those, which fill caches still; what each
leaves in the media process, were it left behind, is nearly twice as much. The web process has the
test's own people in it."""


@dataclass(frozen=True)
class Standing:
    """What the two processes hold."""

    connections: int
    media_tasks: int
    media_descriptors: int
    media_memory: int
    web_tasks: int
    web_descriptors: int
    web_memory: int

    @property
    def held(self) -> tuple[int, ...]:
        """Everything that must be the same again, to the last one."""
        return (
            self.connections, self.media_tasks, self.media_descriptors,
            self.web_tasks, self.web_descriptors,
        )  # fmt: skip


class Traffic:
    """A host who stays, and a guest who comes and goes."""

    def __init__(self, house: House, visit: MadeVisit) -> None:
        """Use `begin` before the first cycle."""
        self.house, self.visit = house, visit
        self.browser: Browser
        self.room: Line
        self.console: Line
        self.host: Caller
        self._following: asyncio.Task[None]

    async def begin(self) -> None:
        """Seat the host, and the guest's page before the door."""
        at_desk = await self.house.signed_in(self.visit.gp)
        self.console = await at_desk.staff_room(self.visit.id)
        self.host = await Caller(at_desk, self.console).come()
        self._following = asyncio.ensure_future(self.host.follow())
        link = self.visit.link(self.visit.patient)
        self.browser = await self.house.guest(link)
        self.room = await self.browser.guest_room(link)
        await self.enter()

    async def enter(self) -> None:
        """The guest knocks and is let in."""
        await self.room.ask("knock")
        await self.console.ask("admit_all")

    async def talk(self, guest: Caller) -> None:
        """Wait until each has heard the other."""
        await _reaches(self.host, guest)
        await _reaches(guest, self.host)

    async def cycle(self, number: int) -> None:
        """Come, talk and go: by closing the page, by another page, or by leaving the visit."""
        self.host.consent()
        guest = await Caller(self.browser, self.room).come()
        await self.talk(guest)
        if number % 3 == 1:
            newer = await Caller(self.browser, self.room).come()
            await guest.media.until("gone")
            await self.talk(newer)
            await self._forget(guest)
            guest = newer
        if number % 3 == 2:
            await self.room.ask("leave")
            await guest.media.until("gone")
            await self.enter()
        await self._forget(guest)
        self._forget_news()

    async def _forget(self, guest: Caller) -> None:
        guest.close()
        await guest.media.close()
        self.browser.lines.remove(guest.media)

    def _forget_news(self) -> None:
        """Drop what the test's own people have kept of the cycle."""
        for line in (self.room, self.console):
            line.heard[:-1] = []
        told = self.host.media.heard
        told[:] = [one for one in told if self.host.unanswered(one)]
        for kept in (self.host.down.rtp, self.host.down.rtcp, self.host.down.raw):
            kept.clear()
        self.host.up.rtcp.clear()
        self.host.up.raw.clear()
        self.host.audio.forget()

    async def end(self) -> None:
        """Stop answering."""
        self._following.cancel()
        self.host.close()


async def standing(house: House) -> Standing:
    """Look once everything of the last cycles has come to its end."""
    media = psutil.Process(house.media.members[0].engine.pid)

    async def only_hosts() -> Any:
        told = await house.media.statistics()
        return told if (told["connections"], told["seats"]) == (2 * VISITS, VISITS) else None

    told = await eventually(only_hosts)
    gc.collect()
    web = psutil.Process(os.getpid())
    return Standing(
        told["connections"], told["tasks"], media.num_fds(), media.memory_info().rss,
        len(asyncio.all_tasks()), web.num_fds(), web.memory_info().rss,
    )  # fmt: skip


async def _reaches(speaker: Caller, listener: Caller) -> None:
    """Speak until the other has heard something."""
    before = len(listener.down.rtp)

    def heard() -> bool:
        speaker.speak(1)
        return len(listener.down.rtp) > before

    await eventually(heard)


@pytest_asyncio.fixture(loop_scope="module")
async def traffic(house: House) -> AsyncIterator[list[Traffic]]:
    """Visits in each of which the host waits for whoever comes."""
    made = [Traffic(house, await make_visit(house.units)) for _ in range(VISITS)]
    for one in made:
        await one.begin()
    yield made
    for one in made:
        await one.end()


async def come_and_go(traffic: list[Traffic], cycles: int) -> None:
    """Let so many people come and go, in all visits at once."""

    async def in_one(visit: Traffic) -> None:
        for number in range(cycles // VISITS):
            await visit.cycle(number)

    await asyncio.gather(*(in_one(one) for one in traffic))


async def test_nothing_is_left_of_whoever_came_and_went(
    house: House, traffic: list[Traffic], measured: Measured
) -> None:
    await come_and_go(traffic, WARM_UP)
    before = await standing(house)
    await come_and_go(traffic, CYCLES - WARM_UP)

    async def as_before() -> Any:
        now = await standing(house)
        return now if now.held == before.held else None

    try:
        after: Standing = await eventually(as_before)
    except AssertionError:
        assert (await standing(house)).held == before.held
        raise
    web, media = after.web_memory - before.web_memory, after.media_memory - before.media_memory
    measured(
        f"kiB of memory that {CYCLES - WARM_UP} joins and leaves added, media and web process",
        [media >> 10, web >> 10],
    )
    assert media < MEDIA_GROWTH
    assert web < WEB_GROWTH
