"""Sockets of programs that are none of our pages: shown out, and nobody else notices."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from engineio.async_socket import AsyncSocket
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.kernel.actor import Role
from rounds.web import sockets
from rounds.web.namespace import PAGES_PER_SESSION
from rounds.web.sockets import CONNECT_SECONDS, LARGEST_PACKET, SLOWEST_QUEUE
from tests.making.browser import Browser, Line, Refused
from tests.making.house import House
from tests.making.people import make_clinic, make_staff
from tests.making.raw import RawSocket, raw_socket
from tests.making.visits import MadeVisit, make_visit
from tests.making.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visit(house: House) -> MadeVisit:
    clinic = await make_clinic(house.units)
    team = [await make_staff(house.units, clinic, role) for role in (Role.GP, Role.THERAPIST)]
    return await make_visit(house.units, clinic, team)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def console(house: House, visit: MadeVisit) -> Line:
    """An honest visitor, who must not notice anything; the GP's sign-ins end the GP's alone."""
    return await (await house.signed_in(visit.team[1])).staff_room(visit.id)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stranger(house: House) -> Browser:
    return house.browser()


@pytest_asyncio.fixture(loop_scope="module")
async def socket(house: House, stranger: Browser) -> AsyncIterator[RawSocket]:
    async with raw_socket(stranger.http, house.address) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def seated(house: House, visit: MadeVisit) -> AsyncIterator[RawSocket]:
    """A socket that has joined /rooms as staff."""
    browser = await house.signed_in(visit.gp)
    async with raw_socket(browser.http, house.address) as opened:
        await opened.send("40/rooms," + json.dumps({"door": "staff", "visit": visit.id}))
        await opened.until("40/rooms,")
        yield opened


async def quick(console: Line) -> None:
    """The honest visitor is answered at once."""
    async with asyncio.timeout(3):
        await console.ask("heartbeat")


def transport_of(socket: RawSocket) -> asyncio.Transport:
    """The wire below a websocket."""
    connection = socket.wire._response.connection
    assert connection is not None
    transport = connection.transport
    assert isinstance(transport, asyncio.Transport)
    return transport


@pytest.mark.parametrize(
    "packet",
    [
        b"\x00\x01\x02",
        "4",
        "4x",
        "49",
        "4999999999999999999999",
        "40/rooms",
        "40/rooms,{",
        '42/rooms,["state"',
        "42/rooms,[]",
        "42/rooms,{}",
        '42/rooms,[{"a":1},{}]',
        "42/rooms,12345",
        "43/rooms,7[]",
        "44/rooms,{}",
        '451-/rooms,["say",{"_placeholder":true,"num":0}]',
        '459999999999-/rooms,["say",{"_placeholder":true,"num":0}]',
        '461-/rooms,1[{"_placeholder":true,"num":0}]',
        "42/rooms," + "[" * 64 + "]" * 64,
        "40/rooms," + '{"a":' * 64 + "1" + "}" * 64,
        "42/rooms," + "[" * 60_000,
        '42/rooms,["\\ud800"]',
        "40/nowhere,",
        "9",
        "",
    ],
    ids=lambda packet: repr(packet[:24]),
)
async def test_an_unreadable_packet_costs_nobody_anything(
    socket: RawSocket, console: Line, packet: str | bytes
) -> None:
    await socket.send(packet)
    with contextlib.suppress(ConnectionError, aiohttp.ClientError):
        await socket.send("40/rooms,{}")
        # Either it was shown out, or it is refused like any stranger.
        with contextlib.suppress(AssertionError):
            await socket.until("44/rooms,")
    await quick(console)


@pytest.mark.parametrize("packet", ['451-/rooms,["x"]', "42/rooms," + "[" * 17 + "]" * 17])
async def test_what_we_never_take_ends_the_connection(seated: RawSocket, packet: str) -> None:
    await seated.send(packet)
    await seated.until_closed(3)


async def test_what_nests_as_deep_as_we_take_is_refused_in_words(seated: RawSocket) -> None:
    await seated.send('42/rooms,5["admit",' + '{"a":' * 15 + "1" + "}" * 15 + "]")
    answer = await seated.until("43/rooms,5")
    assert json.loads(answer.removeprefix("43/rooms,5"))[0]["error"]["code"] == "invalid"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    packet=st.one_of(
        st.text(max_size=60).map(lambda text: "4" + text),
        st.text(alphabet='0123456/rooms,[]{}":-', max_size=40).map(lambda text: "4" + text),
        st.binary(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=8),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner),
            max_leaves=8,
        ).map(lambda value: '42/rooms,1["admit",' + json.dumps(value) + "]"),
    )
)
async def test_no_packet_stops_the_server(
    house: House, stranger: Browser, packet: str | bytes
) -> None:
    with contextlib.suppress(ConnectionError, aiohttp.ClientError):
        async with raw_socket(stranger.http, house.address) as opened:
            await opened.send(packet)
    assert house.media.ready


async def test_after_all_that_the_visitor_is_still_there(console: Line) -> None:
    assert (await console.ask("state"))["me"]["standing"] == "admitted"


async def test_the_third_unknown_event_ends_the_connection(house: House, visit: MadeVisit) -> None:
    line = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    assert await line.refused("no_such_thing") == "invalid"
    assert await line.refused("__init__") == "invalid"
    await line.client.emit("_serve", {}, namespace="/rooms")
    await line.until_closed()


@pytest.mark.parametrize("name", ["connect", "disconnect", "enter", "close", "trigger_event"])
async def test_methods_of_the_server_are_no_events(
    house: House, visit: MadeVisit, console: Line, name: str
) -> None:
    line = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    await line.client.emit(name, {"visit": visit.id}, namespace="/rooms")
    await quick(console)
    await line.close()


async def test_a_message_that_is_too_large_ends_the_connection(
    seated: RawSocket, console: Line
) -> None:
    await seated.send('42/rooms,["say",{"text":"' + "a" * LARGEST_PACKET + '","key":"1"}]')
    await seated.until_closed(3)
    await quick(console)


async def test_a_flood_is_answered_with_a_wait_and_then_shown_out(
    seated: RawSocket, console: Line
) -> None:
    for number in range(600):
        with contextlib.suppress(ConnectionError, aiohttp.ClientError):
            await seated.send(f'42/rooms,{number}["heartbeat",{{}}]')
    await quick(console)
    await seated.until_closed()
    codes = [
        json.loads(packet.partition("[")[2].rpartition("]")[0]).get("error", {}).get("code")
        for packet in seated.heard
        if packet.startswith("43")
    ]
    assert codes.count(None) >= 40
    assert "unavailable" in codes


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example"])
async def test_a_page_of_another_site_gets_no_socket(
    house: House, visit: MadeVisit, origin: str | None
) -> None:
    browser = await house.signed_in(visit.gp)
    headers = {} if origin is None else {"Origin": origin}
    with pytest.raises(Refused):
        await browser.line("/rooms", {"door": "staff", "visit": visit.id}, headers)


async def test_polling_is_held_to_the_same_origins(house: House, stranger: Browser) -> None:
    path = "/socket.io/?EIO=4&transport=polling"
    assert (await stranger.get(path, headers={"Origin": "http://evil.example"})).status == 400
    opened = await stranger.get(path, headers={"Origin": house.address})
    assert opened.status == 200
    sid = json.loads(opened.text[1:])["sid"]
    evil = {"Origin": "http://evil.example"}
    answer = await stranger.request("POST", f"{path}&sid={sid}", data="40/me,", headers=evil)
    assert answer.status == 403
    too_large = await stranger.post(f"{path}&sid={sid}", data="4" * (LARGEST_PACKET + 1))
    assert too_large.status == 400
    assert (await stranger.post(f"{path}&sid=unknown", data="40/me,")).status == 400


async def test_a_session_has_twenty_pages_at_once(house: House, visit: MadeVisit) -> None:
    browser = await house.signed_in(visit.gp)
    lines = [await browser.line("/me", {"door": "staff"}) for _ in range(PAGES_PER_SESSION)]
    with pytest.raises(Refused) as refusal:
        await browser.line("/me", {"door": "staff"})
    assert refusal.value.code == "unavailable"
    # Another browser of the same person is not held back, and a closed page makes room.
    await (await (await house.signed_in(visit.gp)).line("/me", {"door": "staff"})).close()
    await lines[0].close()

    async def room_again() -> bool:
        try:
            await browser.line("/me", {"door": "staff"})
        except Refused:
            return False
        return True

    await eventually(room_again)


async def test_an_address_holds_forty_sockets_that_join_nothing_and_each_for_a_while(
    house: House, stranger: Browser, console: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert CONNECT_SECONDS == 10
    await eventually(lambda: not house.sockets._waiting, CONNECT_SECONDS + 5)
    monkeypatch.setattr(sockets, "CONNECT_SECONDS", 2.0)
    async with contextlib.AsyncExitStack() as stack:
        waiting = [
            await stack.enter_async_context(raw_socket(stranger.http, house.address))
            for _ in range(house.settings.sockets_per_address)
        ]
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await stack.enter_async_context(raw_socket(stranger.http, house.address))
        await quick(console)
        await asyncio.gather(*(one.until_closed() for one in waiting))
        # The place is free again.
        await stack.enter_async_context(raw_socket(stranger.http, house.address))


async def test_a_whole_clinic_behind_one_address_comes_back_at_once(
    house: House, visit: MadeVisit
) -> None:
    browsers = [await house.signed_in(visit.team[at % 2]) for at in range(3)]
    most = house.settings.sockets_per_address + 10
    # Who has joined takes no place of those who have not, though all come within one sweep.
    lines = [browsers[at % 3].line("/me", {"door": "staff"}) for at in range(most)]
    joined = await asyncio.gather(*lines)
    assert all(one.client.connected for one in joined)
    await asyncio.gather(*(one.close() for one in joined))


@contextlib.asynccontextmanager
async def deaf_page(
    house: House, visit: MadeVisit, packets: int
) -> AsyncIterator[tuple[Browser, AsyncSocket]]:
    """A page of the GP that reads nothing, with so many large packets on their way to it."""
    browser = await house.signed_in(visit.gp)
    async with raw_socket(browser.http, house.address) as deaf:
        await deaf.send("40/me," + json.dumps({"door": "staff"}))
        await deaf.until("40/me,")
        slow = list(house.sockets.eio.sockets.values())[-1]
        transport = transport_of(deaf)
        transport.pause_reading()
        for _ in range(packets):
            await house.sockets.emit(
                "today_changed",
                {"pad": "x" * 40_000},
                room=f"person:{visit.gp.id}",
                namespace="/me",
            )
        try:
            yield browser, slow
        finally:
            transport.abort()


async def test_who_does_not_read_is_cut_and_the_sweep_goes_on(
    house: House, visit: MadeVisit, console: Line
) -> None:
    for _ in range(2):
        async with deaf_page(house, visit, 2 * SLOWEST_QUEUE) as (_, slow):
            await eventually(slow.transport.is_closing)
            await quick(console)


async def test_nobody_waits_for_a_page_that_does_not_read(house: House, visit: MadeVisit) -> None:
    async with deaf_page(house, visit, SLOWEST_QUEUE) as (browser, slow):
        assert slow.queue.qsize() > 50
        async with asyncio.timeout(3):
            assert (await browser.post("/sign-out")).status == 303
        await eventually(slow.transport.is_closing)
