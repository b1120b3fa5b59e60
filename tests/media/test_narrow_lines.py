"""A narrow line gets less of the pictures, its page hears why, and nobody else has less for it."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest

from rounds.bench.description import OPUS, RED
from rounds.media.engine import Held, HeldTrack, Kind
from rounds.media.sfu import line_budget, rtcp
from rounds.media.sfu.allocator import LEAST_PICTURE
from tests.media.conftest import House, everyone
from tests.media.layered import Size, seen, two_sizes
from tests.media.seat import Seat
from tests.media.test_voice_layer import Voice
from tests.media.wire import eventually

FRAMES = 100
"""Frames a second, made up for where the machine is late."""
LARGE, SMALL, LITTLE = 1000, 150, 60
"""Bytes of a frame: 800, 120 and some 60 kbit/s."""
QUEUE = 0.4
"""Seconds that a full queue holds packets up."""
RESTS = (HeldTrack("anna", Kind.VIDEO, "line"),)


@contextlib.asynccontextmanager
async def filming(*sizes: tuple[Size, int]) -> AsyncIterator[None]:
    """Send frames of these sizes all the while, now and then a key frame."""

    async def film() -> None:
        loop = asyncio.get_running_loop()
        began, number = loop.time(), 0
        while True:
            while number < (loop.time() - began) * FRAMES:
                for size, octets in sizes:
                    size.frame(key=number % 20 == 0, size=octets)
                number += 1
            await asyncio.sleep(1 / FRAMES)

    work = asyncio.create_task(film())
    try:
        yield
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


@contextlib.asynccontextmanager
async def saying(
    seat: Seat, sizes: tuple[Size, ...], estimate: int, late: bool = False
) -> AsyncIterator[None]:
    """Let somebody's browser say all the while what it believes that its line carries.

    And when it had the sender's clock: at once, or as late as over a line with a full queue.
    """
    loop = asyncio.get_running_loop()
    told: dict[int, float] = {}

    async def say() -> None:
        while True:
            for size in sizes:
                size.tell_clock(loop.time())
            ssrc = seat.ssrc("anna", Kind.VIDEO)
            for kind, _, body in seat.down.feedback():
                report = rtcp.read_sender_report(body) if kind == rtcp.SENDER_REPORT else None
                if report and report[0] == ssrc:
                    told.setdefault((report[1] >> 16) & 0xFFFFFFFF, loop.time())
            heard = [at for at, came in told.items() if loop.time() - came >= QUEUE * late]
            if heard:
                block = rtcp.block(ssrc, 0, 0, 0, heard[-1], 0)
                seat.down.send_rtcp(rtcp.receiver_report(1, [block]))
            seat.down.send_rtcp(rtcp.estimate(1, estimate, [ssrc]))
            await asyncio.sleep(0.1)

    work = asyncio.create_task(say())
    try:
        yield
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


def way(house: House, receiver: str) -> dict[str, Any]:
    """Return what is known of Anna's picture on its way to somebody."""
    found: list[dict[str, Any]] = [
        one
        for one in house.hall.statistics()["streams"]
        if one["to"] == receiver and one["kind"] == "video"
    ]
    return found[0]


async def knows_the_way(house: House) -> None:
    """Wait until the engine has looked at the round trip to Ben, once a second: the shortest."""
    await eventually(lambda: way(house, "ben")["round_trip"] is not None)
    before = house.hall.statistics()["rtcp"]
    await eventually(lambda: house.hall.statistics()["rtcp"] > before + 60)


def layer(house: House, receiver: str) -> int:
    """Return which size of it somebody gets now, -1 for none."""
    return int(way(house, receiver)["layer"])


def held(house: House, receiver: str) -> list[tuple[HeldTrack, ...]]:
    """Return what somebody's page was told of resting pictures."""
    return [one.tracks for one in house.events if isinstance(one, Held) and one.seat == receiver]


def caps(anna: Seat) -> list[int]:
    """Return what Anna's browser was told to send at the most."""
    found = [
        rtcp.read_estimate(body)
        for kind, form, body in anna.up.feedback()
        if kind == rtcp.PAYLOAD_FEEDBACK and form == rtcp.APPLICATION
    ]
    return [bits for bits in found if bits is not None]


async def gather(house: House, *names: str) -> tuple[tuple[Size, Size], list[Seat]]:
    """Bring Anna, who sends two sizes, and the others in."""
    house.hall.set_audience("room", everyone("anna", *names))
    anna = house.seat("anna")
    await anna.join()
    sizes = await two_sizes(anna)
    others = [house.seat(name) for name in names]
    for one in others:
        await one.come()
    return sizes, [anna, *others]


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again sooner than patience would have it."""
    monkeypatch.setattr(line_budget, "CALM", 1_500_000)
    monkeypatch.setattr(line_budget, "SETTLED", 300_000)
    monkeypatch.setattr(line_budget, "GROWTH", 1.5)
    monkeypatch.setattr(line_budget, "SLOW", 1.5)


async def test_a_narrow_line_gets_the_small_size_then_none_and_both_come_back(
    house: House,
) -> None:
    (small, large), (anna, ben, _carla) = await gather(house, "ben", "carla")
    async with filming((small, SMALL), (large, LARGE)):
        await eventually(lambda: (layer(house, "ben"), layer(house, "carla")) == (1, 1))
        async with saying(
            ben, (small, large), 10_000
        ):  # a busy computer says so, too, and loses nothing
            await eventually(lambda: house.hall.statistics()["rtcp"] > 20)
        assert layer(house, "ben") == 1
        async with saying(ben, (small, large), 300_000, late=True):
            await eventually(lambda: layer(house, "ben") == 0)
        assert held(house, "ben") == []
        async with saying(ben, (small, large), 10_000, late=True):
            await eventually(lambda: layer(house, "ben") == -1)
        await eventually(lambda: held(house, "ben")[-1:] == [RESTS])
        heard = len(ben.heard("anna", Kind.AUDIO))
        await eventually(lambda: anna.audio.send() and len(ben.heard("anna", Kind.AUDIO)) > heard)
        assert layer(house, "carla") == 1
        async with saying(ben, (small, large), 5_000_000):
            await eventually(lambda: layer(house, "ben") == 1, 40)
        await eventually(lambda: held(house, "ben")[-1:] == [()])
    assert held(house, "carla") == []
    assert caps(anna) == []


async def test_with_one_receiver_the_sender_is_asked_for_less(house: House) -> None:
    (_, large), (anna, ben) = await gather(house, "ben")
    async with filming((large, LARGE)):
        await eventually(lambda: layer(house, "ben") == 1)
        async with saying(ben, (large,), 5_000_000):
            await knows_the_way(house)
        async with saying(ben, (large,), 450_000, late=True):
            asked = await eventually(lambda: caps(anna))
        assert 390_000 < asked[0] <= 620_000
        assert layer(house, "ben") == 1
        async with saying(ben, (large,), 5_000_000):
            await eventually(lambda: caps(anna)[-1] > 5_000_000, 40)
    assert len(seen(ben, anna)) > 100
    assert held(house, "ben") == []


async def test_on_a_narrow_line_voices_are_said_once_and_twice_again_when_it_is_wider(
    house: House,
) -> None:
    (small, large), (anna, ben, carla) = await gather(house, "ben", "carla")
    voice = Voice(anna)

    def kinds() -> list[int]:
        """How the newest packet of the voice came to each of both."""
        voice.say()
        heard = [one.heard("anna", Kind.AUDIO)[-1:] for one in (ben, carla)]
        return [packet[1] & 0x7F for packets in heard for packet in packets]

    async with filming((small, SMALL), (large, LARGE)):
        await eventually(lambda: kinds() == [RED, RED])
        async with saying(ben, (small, large), 5_000_000):
            await knows_the_way(house)
        async with saying(ben, (small, large), 10_000, late=True):
            await eventually(lambda: kinds() == [OPUS, RED])
        async with saying(ben, (small, large), 5_000_000):
            await eventually(lambda: kinds() == [RED, RED], 40)
    numbers = [int.from_bytes(packet[2:4], "big") for packet in ben.heard("anna", Kind.AUDIO)]
    assert {(after - one) & 0xFFFF for one, after in itertools.pairwise(numbers)} == {1}


async def test_a_picture_that_rests_is_asked_to_come_back_small_with_room_for_the_voice(
    house: House,
) -> None:
    (_, large), (anna, ben) = await gather(house, "ben")
    voice = Voice(anna)
    async with filming((large, LITTLE)):
        await eventually(lambda: layer(house, "ben") == 1)
        async with saying(ben, (large,), 5_000_000):
            await knows_the_way(house)
        async with saying(ben, (large,), 10_000, late=True):
            await eventually(lambda: held(house, "ben")[-1:] == [RESTS])
            await eventually(lambda: LEAST_PICTURE in caps(anna))
            await eventually(lambda: voice.say() and caps(anna)[-1] > LEAST_PICTURE)
