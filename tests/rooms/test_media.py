"""Tickets, the seat in the media process, and what happens when that process dies."""

import asyncio
import os
import signal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.making.browser import Line, Refused
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.visits import MadeVisit, make_visit
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

PROMISE_SECONDS = 15.0
"""Three times the promised five."""


async def seats(house: House) -> int:
    return int((await house.media.statistics())["seats"])


async def inside(house: House) -> tuple[MadeVisit, Line, Line]:
    """A visit with its GP and its patient in the call."""
    visit = await make_visit(house.units)
    link = visit.link(visit.patient)
    console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    guest = await (await house.guest(link)).guest_room(link)
    await guest.ask("knock")
    await console.ask("admit_all")
    return visit, console, guest


async def media(house: House, line: Line) -> Line:
    """Take the line's seat with a fresh ticket."""
    ticket = await line.ask("ticket")
    return await house.browser().line("/media", {"token": ticket["token"]})


async def test_nobody_gets_a_seat_before_being_let_in(house: House) -> None:
    visit = await make_visit(house.units)
    link = visit.link(visit.patient)
    browser = await house.guest(link)
    guest = await browser.guest_room(link)
    await guest.ask("knock")
    before = await seats(house)
    assert await guest.refused("ticket") == "forbidden"
    token = house.foundation.signer.sign(
        "media ticket", {"room": visit.room, "seat": visit.seat(visit.patient), "session": "x"}
    )
    for forged in (token, token[:-2], "", "x" * 4000, None, {"token": token}, 7):
        with pytest.raises(Refused):
            await browser.line("/media", {"token": forged})
    assert await seats(house) == before


async def test_a_seat_comes_and_goes_with_its_socket(house: House) -> None:
    _, console, guest = await inside(house)
    before = await seats(house)
    lines = [await media(house, one) for one in (console, guest)]
    assert await seats(house) == before + 2
    await lines[0].close()

    async def one_left() -> bool:
        return await seats(house) == before + 1

    await eventually(one_left)
    # A newer page of the same seat takes its place; the older one is told.
    newer = await media(house, guest)
    assert (await lines[1].until("gone"))["reason"] == "replaced"
    assert await seats(house) == before + 1
    await lines[1].close()
    assert await newer.refused("publish", sdp="v=0") == "invalid"
    assert await seats(house) == before + 1
    await console.ask("end")
    await newer.until("gone")

    async def none_left() -> bool:
        return await seats(house) == before

    await eventually(none_left)


async def test_when_the_media_process_dies_every_seat_can_be_taken_again(house: House) -> None:
    _, console, guest = await inside(house)
    lines = [await media(house, one) for one in (console, guest)]
    os.kill(house.media.members[0].engine.pid, signal.SIGKILL)
    async with asyncio.timeout(PROMISE_SECONDS):
        for line in lines:
            assert (await line.until("gone"))["reason"] == "restarted"
        assert (await house.browser().get("/healthz")).status == 200
        for line in [await media(house, one) for one in (console, guest)]:
            assert await line.refused("publish", sdp="v=0") == "invalid"
    assert await seats(house) == 2


strange = st.text(max_size=60) | st.sampled_from(
    [
        "v=0\r\n" * 50,
        "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n",
        "a=" * 2000,
        "\x00",
        "v=0\r\na=group:BUNDLE",
    ]
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(sdp=strange, version=st.integers(-2, 2_000_000))
async def test_no_description_is_a_fault_of_ours(house: House, sdp: str, version: int) -> None:
    line = await _line(house)
    for event, wish in (("publish", {"sdp": sdp}), ("answer", {"sdp": sdp, "version": version})):
        answer: Any = await line.send(event, wish)
        code = answer.get("error", {}).get("code")
        assert code in (None, "invalid", "not_found", "unavailable"), answer
        if code == "unavailable":
            assert answer["error"].get("retry_after") == 1


_lines: dict[int, Line] = {}


async def _line(house: House) -> Line:
    """One line for many tries, renewed where it was shown out."""
    known = _lines.get(id(house))
    if known is None or ("", "closed") in known.heard:
        _, console, _ = await inside(house)
        known = _lines[id(house)] = await media(house, console)
    return known


async def test_a_description_of_another_size_is_refused(house: House) -> None:
    _, console, _ = await inside(house)
    line = await media(house, console)
    assert await line.refused("publish", sdp="") == "invalid"
    assert await line.refused("publish", sdp="v" * (64 * 1024 + 1)) == "invalid"
    assert await line.refused("publish", sdp="v=0\r\n" + "m=video 9 x 96\r\n" * 40) == "invalid"


async def test_a_page_says_how_large_it_sees_pictures_while_it_is_in(house: House) -> None:
    visit, console, guest = await inside(house)
    host, other = await media(house, console), await media(house, guest)
    sight = {"seat": visit.seat(visit.patient), "kind": "video", "height": 360}
    assert await host.ask("look", sights=[sight]) == {}
    assert await host.ask("look", sights=[]) == {}
    for wrong in (
        [sight | {"height": -1}],
        [sight | {"height": 1 << 20}],
        [sight | {"kind": "audio"}],
        [sight | {"seat": "x" * 65}],
        [sight] * 25,
        "all",
        None,
    ):
        assert await host.refused("look", sights=wrong) == "invalid"
    # Who has been sent back says nothing any more.
    await console.ask("send_back", seat=visit.seat(visit.patient))
    await other.until("gone")
    assert await other.refused("look", sights=[]) in ("forbidden", "not_found")
