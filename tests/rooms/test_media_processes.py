"""Two media processes under the whole product: what ends one concerns its own visits alone."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.making.browser import Line, Refused
from tests.making.fixtures import light_passwords
from tests.making.ground import free_udp_ports, make_settings
from tests.making.house import House, running
from tests.making.visits import MadeVisit, make_visit
from tests.making.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROMISE_SECONDS = 15.0
"""Three times the promised five."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(folder: Path, shared_database: str) -> AsyncIterator[House]:
    """The product with two media processes."""
    settings = make_settings(
        folder, shared_database, media_processes=2, media_port=free_udp_ports(2)
    )
    async with running(settings, passwords=light_passwords()) as served:
        yield served


async def in_call(house: House) -> tuple[MadeVisit, Line, Line]:
    """A visit whose clinician sits in the media process: the visit, their page, its media."""
    visit = await make_visit(house.units)
    link = visit.link(visit.patient)
    console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    guest = await (await house.guest(link)).guest_room(link)
    await guest.ask("knock")
    await console.ask("admit_all")
    return visit, console, await media(house, console)


async def media(house: House, line: Line) -> Line:
    """Take the line's seat with a fresh ticket."""
    ticket = await line.ask("ticket")
    return await house.browser().line("/media", {"token": ticket["token"]})


def pid_of(house: House, room: str) -> int:
    return int(house.media._places.find(room).member.engine.pid)


async def apart(house: House) -> list[tuple[MadeVisit, Line, Line]]:
    """Two visits in different processes."""
    first = await in_call(house)
    for _ in range(4):
        second = await in_call(house)
        if pid_of(house, second[0].room) != pid_of(house, first[0].room):
            return [first, second]
    raise AssertionError("all in one process")


async def test_each_process_has_a_port_of_its_own(house: House) -> None:
    told = (await house.media.statistics())["processes"]
    assert [one["port"] for one in told] == list(house.settings.media_udp_ports)


async def test_only_the_pages_of_the_killed_process_are_told_and_come_back(house: House) -> None:
    (hit, console, lost), (safe, _, kept) = await apart(house)
    survivor = pid_of(house, safe.room)
    os.kill(pid_of(house, hit.room), signal.SIGKILL)
    async with asyncio.timeout(PROMISE_SECONDS):
        assert (await lost.until("gone"))["reason"] == "restarted"
        again = await media(house, console)
        assert await again.refused("publish", sdp="v=0") == "invalid"
    # The matrix of the lost room was set again by what the database says.
    place = house.media._places.find(hit.room)

    async def restored() -> bool:
        told = await place.member.engine.statistics()
        return bool(place.audience) and bool(told["rooms"])

    await eventually(restored)
    assert await kept.refused("publish", sdp="v=0") == "invalid"
    assert kept.told("gone") == []
    assert pid_of(house, safe.room) == survivor
    assert (await house.browser().get("/healthz")).status == 200


async def test_a_page_is_told_when_every_line_is_in_use(house: House) -> None:
    running = await apart(house)
    visit = await make_visit(house.units)
    console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    ticket = await console.ask("ticket")
    for member in house.media.members:
        await member.drain()
    with pytest.raises(Refused) as refusal:
        await house.browser().line("/media", {"token": ticket["token"]})
    assert "tries again by itself" in str(refusal.value)
    for _, console, _ in running:
        await media(house, console)  # whoever is in a visit comes in again
    assert (await house.browser().get("/healthz")).status == 200
