"""One's own voice and picture through the engine and back, in a room that reaches nobody."""

from functools import partial
from typing import Any

import pytest

from rounds.bench import description
from rounds.rooms import echo
from tests.making.browser import Browser, Line, Refused
from tests.making.house import House
from tests.making.visits import MadeVisit, make_visit
from tests.making.waiting import eventually
from tests.media.seat import VP8_KEY, Stream
from tests.media.wire import Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Trial:
    """A page that tries out its line, by real packets."""

    def __init__(self, browser: Browser, token: str) -> None:
        self.browser, self.token = browser, token
        self.up, self.down = Wire(), Wire()
        self.audio, self.video = Stream(self.up, "audio"), Stream(self.up, "video")
        self.line: Line

    async def come(self) -> "Trial":
        self.line = await self.browser.line("/echo", {"token": self.token})
        offer = description.offer(
            self.up.local, self.audio.ssrc, self.video.ssrc, self.video.repair
        )
        self.up.accept((await self.line.ask("publish", sdp=offer))["sdp"])
        await self.up.connect()
        answered, tracks = 0, 0
        while tracks < 2:  # the first offer may come before there is anything to give back
            newest = await self.line.until("offered", partial(_newer, answered))
            answered, tracks = newest["version"], len(newest["tracks"])
            self.down.accept(newest["sdp"])
            answer = description.answer(self.down.remote, self.down.local)
            await self.line.ask("answer", version=answered, sdp=answer)
        await self.down.connect()
        return self

    def close(self) -> None:
        self.up.close()
        self.down.close()


def _newer(answered: int, offer: Any) -> bool:
    return bool(offer["version"] > answered)


async def given(house: House, visit: MadeVisit) -> tuple[Browser, Any]:
    link = visit.link(visit.patient)
    guest = await house.guest(link)
    told = await guest.post(f"/j/{link.invitation}/test", {})
    return guest, told.json()


async def rooms(house: House) -> int:
    return int((await house.media.statistics())["rooms"])


async def test_ones_own_packets_come_back_and_to_nobody_else(house: House) -> None:
    visits = [await make_visit(house.units) for _ in range(2)]
    testers = [await Trial(*_first(await given(house, visit))).come() for visit in visits]
    one, other = testers

    def came_back() -> bool:
        one.audio.send(b"\x78my own voice")
        one.video.send(VP8_KEY + b"my own picture")
        heard = b"".join(one.down.rtp)
        return b"my own voice" in heard and b"my own picture" in heard

    await eventually(came_back)
    assert other.down.rtp == []
    seats = (await house.media.statistics())["participants"]
    assert not {visit.room for visit in visits} & {seat["room"] for seat in seats}
    for tester in testers:
        await tester.line.close()
        tester.close()
    await eventually(lambda: rooms_are(house, 0))


def _first(told: tuple[Browser, Any]) -> tuple[Browser, str]:
    return told[0], told[1]["token"]


async def rooms_are(house: House, count: int) -> bool:
    return await rooms(house) == count


async def test_nothing_opens_without_a_pass(house: House) -> None:
    visit = await make_visit(house.units)
    browser, told = await given(house, visit)
    ticket = house.foundation.signer.sign("media ticket", {"id": "a", "room": "b", "seat": "c"})
    for token in ("", "nonsense", told["token"][:-1], ticket, 7, None):
        with pytest.raises(Refused) as refused:
            await browser.line("/echo", {"token": token})
        assert refused.value.code == "gone"
    with pytest.raises(Refused):
        await browser.line("/media", {"token": told["token"]})
    assert await rooms(house) == 0


async def test_a_pass_is_good_for_two_minutes_and_one_page(house: House) -> None:
    visit = await make_visit(house.units)
    browser, told = await given(house, visit)
    first = await browser.line("/echo", {"token": told["token"]})
    second = await house.browser().line("/echo", {"token": told["token"]})
    await first.until_closed()
    assert await rooms(house) == 1
    await second.close()
    await eventually(lambda: rooms_are(house, 0))


async def test_hostile_words_are_refused_and_end_nothing(house: House) -> None:
    visit = await make_visit(house.units)
    browser, told = await given(house, visit)
    line = await browser.line("/echo", {"token": told["token"]})
    assert await line.refused("publish", sdp="v=0 nothing") == "invalid"
    assert await line.refused("publish", sdp="x" * 70_000) == "invalid"
    assert await line.refused("publish", sdp=7) == "invalid"
    assert await line.refused("answer", version=-1, sdp="v=0") == "invalid"
    assert await rooms(house) == 1
    await line.close()
    await eventually(lambda: rooms_are(house, 0))


async def test_a_test_ends_by_itself_and_so_many_are_enough(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = await make_visit(house.units)
    monkeypatch.setattr(echo, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(echo, "LASTS_SECONDS", 2.0)
    browser, told = await given(house, visit)
    _, more = await given(house, await make_visit(house.units))
    line = await browser.line("/echo", {"token": told["token"]})
    with pytest.raises(Refused) as refused:
        await house.browser().line("/echo", {"token": more["token"]})
    assert refused.value.code == "unavailable"
    await line.until_closed()
    await eventually(lambda: rooms_are(house, 0))
