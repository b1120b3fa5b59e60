"""Three hundred people come and go, and the media process is as it was before."""

import asyncio
import gc
from dataclasses import dataclass
from typing import Any

import psutil

from rounds.media.engine import Lost
from rounds.media.sfu.engine import EmbeddedEngine
from tests.making.waiting import eventually
from tests.measured import Measured
from tests.media.conftest import House, everyone
from tests.media.seat import Seat

CYCLES, WARM_UP = 300, 60
"""What is compared comes after the warm-up, when pools and caches have their size."""
MEDIA_GROWTH, OWN_GROWTH = 8 << 20, 8 << 20
"""Bytes that the cycles after it may add, which fill caches still: they are full after 900. If each
left its connections behind, it would be fourteen times as much. Our own process has the test's
people in it."""
ROOM, GUEST = "room", "ben"


@dataclass(frozen=True)
class Standing:
    """What the media process and this one hold."""

    held: tuple[int, ...]
    """Connections, tasks and descriptors there; tasks and descriptors here."""
    media_memory: int
    own_memory: int


class Traffic:
    """Somebody who stays, and somebody who comes and goes."""

    def __init__(self, engine: EmbeddedEngine, house: House) -> None:
        """Let nobody in yet."""
        self._engine, self._house = engine, house
        self.host = house.seat("anna", ROOM, engine)

    async def begin(self) -> None:
        """Open the room; the host comes."""
        await self._engine.set_audience(ROOM, everyone("anna", GUEST))
        await self.host.come()

    async def cycle(self, number: int) -> None:
        """Come, talk and go: by leaving, by coming once more before, or without a word."""
        for wire in (self.host.up, self.host.down):
            wire.check()  # packets are still welcome (RFC 7675)
        guest = await self._guest()
        if number % 3 == 1:
            self._forget(guest)  # a page that hears nothing any more
            guest = await self._guest()
            await eventually(self._replaced)
        if number % 3 == 2:
            await self._engine.leave(ROOM, GUEST, guest.generation)
        else:
            await self._engine.leave(ROOM, GUEST)
        self._forget(guest)
        await self.host.until_offered(0)
        self._forget_news()

    async def _guest(self) -> Seat:
        guest = self._house.seat(GUEST, ROOM, self._engine)
        await guest.come()
        await self.host.until_reaches(guest)
        await guest.until_reaches(self.host)
        return guest

    def _replaced(self) -> bool:
        return any(isinstance(one, Lost) and one.reason == "replaced" for one in self._house.events)

    def _forget(self, guest: Seat) -> None:
        self._house.seats.remove(guest)
        guest.close()

    def _forget_news(self) -> None:
        """Drop what the test has kept of the cycle."""
        host = self.host
        for kept in (host.down.rtp, host.down.raw, host.down.rtcp, host.up.raw, host.up.rtcp):
            kept.clear()
        host.offers.clear()
        host.audio.forget()
        self._house.events.clear()

    async def standing(self) -> Standing:
        """Look once everything of the last cycle has come to its end."""

        async def only_the_host() -> Any:
            told = await self._engine.statistics()
            return told if (told["connections"], told["seats"]) == (2, 1) else None

        told = await eventually(only_the_host)
        gc.collect()
        media, own = psutil.Process(self._engine.pid), psutil.Process()
        held = (
            told["connections"], told["tasks"], media.num_fds(),
            len(asyncio.all_tasks()), own.num_fds(),
        )  # fmt: skip
        return Standing(held, media.memory_info().rss, own.memory_info().rss)


async def test_nothing_is_left_of_whoever_came_and_went(
    engine: tuple[EmbeddedEngine, House], measured: Measured
) -> None:
    traffic = Traffic(*engine)
    await traffic.begin()
    for number in range(WARM_UP):
        await traffic.cycle(number)
    before = await traffic.standing()
    for number in range(WARM_UP, CYCLES):
        await traffic.cycle(number)

    async def as_before() -> Any:
        now = await traffic.standing()
        return now if now.held == before.held else None

    try:
        after: Standing = await eventually(as_before)
    except AssertionError:
        assert (await traffic.standing()).held == before.held
        raise
    media, own = after.media_memory - before.media_memory, after.own_memory - before.own_memory
    measured(
        f"kiB that {CYCLES - WARM_UP} joins and leaves added to the media process and to this one",
        [media >> 10, own >> 10],
    )
    assert media < MEDIA_GROWTH
    assert own < OWN_GROWTH
