"""A screen beside a camera: a track of its own, and the last picture that a narrow line loses."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest

from rounds.media.engine import Held, HeldTrack, Kind
from rounds.media.sfu import line_budget, rtcp
from tests.media.conftest import House, everyone, people
from tests.media.seat import VP8_DELTA, VP8_KEY, Seat, Stream, payload
from tests.media.showing import offer_resting, offer_with_screen
from tests.media.wire import eventually

TALK = frozenset({Kind.AUDIO, Kind.VIDEO})
TURNS = 50
"""Frames a second of both pictures, made up for where the machine is late."""
CAMERA, SHOWN = 1100, 500
"""Bytes of a frame: 440 and 200 kbit/s."""


async def show(seat: Seat) -> Stream:
    """Let somebody who is in begin to show a screen."""
    screen = Stream(seat.up, "video")
    await seat.publish(offer_with_screen(seat, screen))
    return screen


def layers(house: House, receiver: str) -> dict[str, int]:
    """Return by kind what somebody gets of Anna's pictures, -1 for one that rests."""
    ways = house.hall.statistics()["streams"]
    return {
        one["kind"]: one["layer"]
        for one in ways
        if one["to"] == receiver and one["kind"] != "audio"
    }


def held(house: House, receiver: str) -> set[HeldTrack]:
    """Return which of Anna's pictures rest, as somebody's page was told last."""
    told = [one.tracks for one in house.events if isinstance(one, Held) and one.seat == receiver]
    return {one for one in told[-1] if one.seat == "anna"} if told else set()


@contextlib.asynccontextmanager
async def running(*pictures: tuple[Stream, int]) -> AsyncIterator[None]:
    """Send frames of these sizes all the while."""

    async def film() -> None:
        loop = asyncio.get_running_loop()
        began, number = loop.time(), 0
        while True:
            while number < (loop.time() - began) * TURNS:
                for stream, size in pictures:
                    stream.send((VP8_KEY if number % 10 == 0 else VP8_DELTA) + bytes(size))
                number += 1
            await asyncio.sleep(1 / TURNS)

    async with doing(film()):
        yield


@contextlib.asynccontextmanager
async def line(seat: Seat, bits: int, *pictures: Stream, late: bool = True) -> AsyncIterator[None]:
    """Let somebody's browser say that its line carries so much, and be late as a full queue is."""
    loop = asyncio.get_running_loop()
    told: dict[int, float] = {}

    async def say() -> None:
        while True:
            for stream in pictures:
                ntp = int(loop.time() * (1 << 32))
                stream.wire.send_rtcp(rtcp.sender_report(stream.ssrc, ntp, 1, 1, 1))
            ssrc = seat.ssrc("anna", Kind.VIDEO)
            for kind, _, body in seat.down.feedback():
                report = rtcp.read_sender_report(body) if kind == rtcp.SENDER_REPORT else None
                if report and report[0] == ssrc:
                    told.setdefault((report[1] >> 16) & 0xFFFFFFFF, loop.time())
            heard = [at for at, came in told.items() if loop.time() - came >= 0.4 * late]
            if heard:
                block = rtcp.block(ssrc, 0, 0, 0, heard[-1], 0)
                seat.down.send_rtcp(rtcp.receiver_report(1, [block]))
            seat.down.send_rtcp(rtcp.estimate(1, bits, [ssrc]))
            await asyncio.sleep(0.1)

    async with doing(say()):
        yield


@contextlib.asynccontextmanager
async def doing(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do something in the background until the block ends."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_a_screen_comes_and_goes_without_touching_camera_and_voice(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    before = {kind: ben.ssrc("anna", kind) for kind in TALK}
    for _ in range(2):  # a second time on the same line
        screen = await show(anna)
        await ben.until_offered(3)
        shown = [screen.send() for _ in range(5)]
        faces = [anna.video.send() for _ in range(5)]
        await ben.until_heard("anna", Kind.SCREEN, 5)
        assert [payload(one) for one in ben.heard("anna", Kind.SCREEN)] == shown
        await ben.until_heard("anna", Kind.VIDEO, 5)
        assert [payload(one) for one in ben.heard("anna", Kind.VIDEO)][-5:] == faces
        assert {kind: ben.ssrc("anna", kind) for kind in TALK} == before
        await anna.publish(offer_resting(anna, screen))
        await ben.until_offered(2)
        screen.send()
        await anna.until_reaches(ben)
    assert not [one for one in house.events if type(one).__name__ == "Lost"]


async def test_it_is_a_stream_of_its_own_name(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    await show(anna)
    await ben.until_offered(3)
    names = dict[Kind, str]()
    for track in ben.offers[-1].tracks:
        section = ben.offers[-1].sdp.split(f"a=mid:{track.mid}\r\n")[1].partition("m=")[0]
        names[track.kind] = section.partition("a=msid:")[2].partition(" ")[0]
    assert names[Kind.AUDIO] == names[Kind.VIDEO]  # in step with each other …
    assert names[Kind.SCREEN] not in ("", names[Kind.VIDEO])  # … and the screen by itself
    assert "anna" not in names[Kind.SCREEN]


async def test_only_those_the_matrix_names_get_the_screen(house: House) -> None:
    names = ("anna", "ben", "carla", "dora")
    seats = await people(house, *names)
    anna, ben, carla, dora = seats
    # Carla talks aside, Dora was sent back; Ben sends a screen, too, and nobody opened it.
    house.hall.set_audience("room", {
        "anna": {"ben": TALK | {Kind.SCREEN}, "carla": TALK},
        "ben": {"anna": TALK, "carla": TALK},
        "carla": {"anna": TALK, "ben": TALK},
    })  # fmt: skip
    screen, other = await show(anna), await show(ben)
    await eventually(lambda: ("anna", Kind.SCREEN) in ben.tracks.values())
    for _ in range(20):
        screen.send()
        other.send()
    await ben.until_heard("anna", Kind.SCREEN, 20)
    await ben.until_reaches(anna)
    await anna.until_reaches(carla)
    secret = set(screen.sent.values()) | set(other.sent.values())
    for outside in (anna, carla, dora):
        assert not [one for one in outside.down.rtp if payload(one) in secret]
        assert Kind.SCREEN not in {kind for _, kind in outside.tracks.values()}
    # Closed means closed at once: what is sent after it reaches nobody.
    house.hall.set_audience("room", {**everyone(*names[:3]), "anna": {"ben": TALK, "carla": TALK}})
    late = screen.send()
    await anna.until_reaches(ben)
    assert late not in {payload(one) for one in ben.down.rtp}


async def its_way_is_known(house: House, seat: Seat, *pictures: Stream) -> None:
    """Let the engine learn how long the way to somebody takes while nothing queues."""

    def known() -> bool:
        ways = house.hall.statistics()["streams"]
        return any(one["to"] == seat.seat and one["round_trip"] is not None for one in ways)

    async with line(seat, 5_000_000, *pictures, late=False):
        await eventually(known)
        before = house.hall.statistics()["rtcp"]
        await eventually(lambda: house.hall.statistics()["rtcp"] > before + 60)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again sooner than patience would have it."""
    monkeypatch.setattr(line_budget, "CALM", 1_500_000)
    monkeypatch.setattr(line_budget, "SETTLED", 300_000)
    monkeypatch.setattr(line_budget, "GROWTH", 1.5)


@pytest.mark.usefixtures("hasty")
async def test_a_narrow_line_loses_the_camera_first_then_the_screen_and_never_the_voice(
    house: House,
) -> None:
    anna, ben, carla = await people(house, "anna", "ben", "carla")
    screen = await show(anna)
    wanted = ("anna", Kind.SCREEN)
    await eventually(lambda: all(wanted in one.tracks.values() for one in (ben, carla)))
    both = {"video": 0, "screen": 0}
    async with running((anna.video, CAMERA), (screen, SHOWN)):
        await eventually(lambda: layers(house, "ben") == layers(house, "carla") == both)
        await its_way_is_known(house, ben, anna.video, screen)
        async with line(ben, 400_000, anna.video, screen):
            await eventually(lambda: layers(house, "ben") == {"video": -1, "screen": 0})
        assert held(house, "ben") == {HeldTrack("anna", Kind.VIDEO, "line")}
        async with line(ben, 30_000, anna.video, screen):
            await eventually(lambda: layers(house, "ben") == {"video": -1, "screen": -1}, 20)
        rests = {HeldTrack("anna", kind, "line") for kind in (Kind.VIDEO, Kind.SCREEN)}
        await eventually(lambda: held(house, "ben") == rests)
        heard = len(ben.heard("anna", Kind.AUDIO))
        await eventually(lambda: anna.audio.send() and len(ben.heard("anna", Kind.AUDIO)) > heard)
        assert layers(house, "carla") == both
        # It comes back by itself, the screen before the camera.
        await eventually(lambda: layers(house, "ben") == {"video": -1, "screen": 0}, 40)
        await eventually(lambda: layers(house, "ben") == both, 40)


async def test_a_screen_that_stands_still_keeps_its_place(house: House) -> None:
    anna, ben, _carla = await people(house, "anna", "ben", "carla")
    screen = await show(anna)
    await eventually(lambda: ("anna", Kind.SCREEN) in ben.tracks.values())
    async with running((anna.video, CAMERA)):
        screen.send(VP8_KEY + bytes(SHOWN))
        await eventually(lambda: layers(house, "ben") == {"video": 0, "screen": 0})

        def still() -> bool:
            ways = house.hall.statistics()["streams"]
            return any(one["kind"] == "screen" and one["bit_rate"] == 0 for one in ways)

        await eventually(still)
        await its_way_is_known(house, ben, anna.video)
        async with line(ben, 420_000, anna.video):
            await eventually(lambda: layers(house, "ben")["video"] == -1)
        assert layers(house, "ben")["screen"] == 0
