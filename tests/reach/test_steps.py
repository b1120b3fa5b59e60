"""Each step of getting through, well and in each way it can fail, at real sockets."""

import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from rounds.kernel.errors import Invalid
from rounds.kernel.tasks import Tasks
from rounds.media.probe import new_probe
from rounds.media.relay import RelayAddress
from rounds.media.sfu.hall import Hall
from rounds.media.sfu.settings import SfuSettings
from rounds.reach import media, turn
from rounds.reach import web as reach_web
from rounds.reach.check import check
from rounds.reach.media import try_media
from rounds.reach.plan import Plan, read_plan
from rounds.reach.relay import try_relay
from rounds.reach.step import State, Step
from rounds.reach.turn import allocation
from rounds.reach.web import try_name, try_page, try_tls, try_websocket
from tests.making.ground import free_port, make_settings
from tests.making.house import running
from tests.making.relay import Coturn, make_certificate, peer_address, relaying, relaying_anywhere

KEY = "k" * 32


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What never answers is given up soon; what answers does so at once."""
    for module in (reach_web, turn):
        monkeypatch.setattr(module, "PATIENCE", 2.0)
    for module in (media, turn):
        monkeypatch.setattr(module, "PAUSES", (0.2, 0.3))


def plan(**changes: Any) -> Plan:
    probe = new_probe(KEY, datetime.now(UTC).timestamp() + 60)
    usual = Plan(
        "http://localhost", ("127.0.0.1",), (1,), (), probe.ufrag, probe.password, (), "", ""
    )
    return replace(usual, **changes)


def is_failed(step: Step, said: str, fix: str) -> None:
    assert step.state == State.FAILED, step
    assert said in step.said, step
    assert fix in step.fix, step


# --- name, TLS ---------------------------------------------------------------------------------


async def test_a_name_that_leads_here_and_one_that_leads_nowhere() -> None:
    found = await try_name("https://localhost")
    assert (found.state, "127.0.0.1" in found.said) == (State.WELL, True)
    is_failed(await try_name(f"https://{'x' * 64}.localhost"), "leads nowhere", "A record")


@contextlib.asynccontextmanager
async def secure(
    folder: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], days: float
) -> AsyncIterator[str]:
    """A server with a certificate that this process trusts; give its origin."""
    files = make_certificate(folder, names, days, "web")
    monkeypatch.setenv("SSL_CERT_FILE", str(files.chain))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.chain, files.key)
    async with answering(context) as port:
        yield f"https://localhost:{port}"


@contextlib.asynccontextmanager
async def answering(
    context: ssl.SSLContext | None = None,
    handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]] | None = None,
) -> AsyncIterator[int]:
    """A server that is not ours, on a port of its own."""

    async def nothing(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text="a page", status=404)

    runner = web.ServerRunner(web.Server(handler or nothing), shutdown_timeout=0.1)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "localhost", port, ssl_context=context).start()
    yield port
    await runner.cleanup()


@pytest.mark.parametrize(
    ("names", "days", "state", "said"),
    [
        (["localhost"], 90, State.WELL, "good until"),
        (["localhost"], 5.5, State.WEAK, "runs out in 5 days"),
        (["localhost"], -1, State.FAILED, "expired"),
        (["other.example"], 90, State.FAILED, "localhost"),
    ],
)
async def test_certificates(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    names: list[str],
    days: float,
    state: State,
    said: str,
) -> None:
    async with secure(tmp_path, monkeypatch, names, days) as origin:
        step = await try_tls(origin)
    assert (step.state, said in step.said) == (state, True), step
    assert bool(step.fix) == (state != State.WELL)


async def test_a_certificate_nobody_vouches_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with secure(tmp_path, monkeypatch, ["localhost"], 90) as origin:
        monkeypatch.delenv("SSL_CERT_FILE")
        is_failed(await try_tls(origin), "self-signed", "authority browsers know")


async def test_a_port_without_tls_a_silent_one_and_a_closed_one() -> None:
    async with answering() as port:
        is_failed(await try_tls(f"https://localhost:{port}"), "does not speak TLS", "--tls-cert")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        at = f"https://127.0.0.1:{silent.getsockname()[1]}"
        is_failed(await try_tls(at), "does not answer", "open the TCP port")
    is_failed(await try_tls(f"https://127.0.0.1:{free_port()}"), "cannot be reached", "Start")
    is_failed(await try_tls(f"http://127.0.0.1:{free_port()}"), "cannot be reached", "Start")


# --- pages and sockets -------------------------------------------------------------------------


async def test_our_own_server_is_known_by_page_and_socket(tmp_path: Path) -> None:
    async with running(make_settings(tmp_path, "")) as house:
        assert [one.state async for one in check(plan(origin=house.address))][:4] == [
            State.WELL
        ] * 4
        step = await try_websocket(house.address.replace("127.0.0.1", "localhost"))
        assert step.state == State.WELL


async def test_another_server_is_not_taken_for_ours() -> None:
    async with answering() as port:
        origin = f"http://localhost:{port}"
        is_failed(await try_page(origin), "it is not rounds (status 404)", "proxy")
        is_failed(await try_websocket(origin), "status 404", "Upgrade")
    origin = f"http://localhost:{free_port()}"
    is_failed(await try_page(origin), "No page comes", "Start rounds")
    is_failed(await try_websocket(origin), "breaks off", "Upgrade")


async def test_a_server_that_can_take_no_visit_says_what_fails() -> None:
    async def unwell(_: web.BaseRequest) -> web.StreamResponse:
        return web.json_response({"status": "failing", "failing": ["media"]}, status=503)

    async with answering(handler=unwell) as port:
        is_failed(await try_page(f"http://localhost:{port}"), "no visit now: media", "log")


async def test_a_socket_that_is_not_ours_or_says_nothing() -> None:
    words = ["hello", None]

    async def greeting(request: web.BaseRequest) -> web.StreamResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        if (word := words.pop(0)) is not None:
            await line.send_str(word)
        await line.receive()
        return line

    async with answering(handler=greeting) as port:
        origin = f"http://localhost:{port}"
        is_failed(await try_websocket(origin), "not the one of rounds", "/socket.io/")
        is_failed(await try_websocket(origin), "breaks off", "keep the connection open")


# --- media -------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def engine(host: str, tcp_port: int | None = None) -> AsyncIterator[Hall]:
    """The engine at an address."""
    tasks = Tasks()
    settings = SfuSettings(port=0, host=host, probe_key=KEY, tcp_port=tcp_port)
    hall = Hall(settings, lambda _: None, tasks)
    hall.start()
    yield hall
    await hall.close()
    await tasks.stop()


async def test_every_address_of_media_is_tried() -> None:
    async with engine("") as hall:
        (step,) = await try_media(
            plan(media=("127.0.0.1", "::1", peer_address()), ports=(hall.port,))
        )
        assert (step.state, "::1" in step.said) == (State.WELL, True)
    async with engine("127.0.0.1") as hall:
        heard, silent = await try_media(
            plan(media=("127.0.0.1", peer_address()), ports=(hall.port,))
        )
        assert (heard.state, silent.state) == (State.WELL, State.WEAK)
        assert f"{peer_address()} is told" in silent.said
        (step,) = await try_media(plan(ports=(hall.port,), probe_password="x" * 32))
        is_failed(step, "127.0.0.1: no answer", "Open UDP port")


async def test_every_port_of_media_is_tried() -> None:
    async with engine("127.0.0.1") as one, engine("127.0.0.1") as other:
        (step,) = await try_media(plan(ports=(one.port, other.port)))
        assert (step.state, f"{one.port}, {other.port}" in step.said) == (State.WELL, True)
        closed = free_port()
        (step,) = await try_media(plan(ports=(one.port, closed)))
        is_failed(step, f"nothing listens there at {closed}", "Open UDP port")


async def test_media_by_tcp() -> None:
    async with engine("127.0.0.1", tcp_port=0) as hall:
        assert hall._tcp is not None
        by_udp, by_tcp = await try_media(plan(ports=(hall.port,), tcp_ports=(hall._tcp.port,)))
        assert [(one.name, one.state) for one in (by_udp, by_tcp)] == [
            ("media", State.WELL),
            ("media tcp", State.WELL),
        ]
        _, step = await try_media(plan(ports=(hall.port,), tcp_ports=(free_port(),)))
        is_failed(step, "nothing listens there", "Open TCP port")
        with socket.create_server(("127.0.0.1", 0)) as silent:
            at = silent.getsockname()[1]
            _, step = await try_media(plan(ports=(hall.port,), tcp_ports=(at,)))
            is_failed(step, "no answer", "Open TCP port")
        async with answering() as port:
            _, step = await try_media(plan(ports=(hall.port,), tcp_ports=(port,)))
            is_failed(step, "TCP port", "Open TCP port")


async def test_a_media_port_that_is_closed_or_silent() -> None:
    (step,) = await try_media(plan(ports=(free_port(),)))
    is_failed(step, "nothing listens there", "Open UDP port")
    with socket.socket(type=socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        (step,) = await try_media(plan(ports=(silent.getsockname()[1],)))
        is_failed(step, "no answer", "ROUNDS_MEDIA_ADDRESSES")
    (step,) = await try_media(plan(media=()))
    is_failed(step, "no address is told", "Open UDP port")


# --- relay -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    """The relay of a clinic whose engine is at this machine's own address."""
    folder = tmp_path_factory.mktemp("relay")
    with relaying(folder, [peer_address()], relay_ip=peer_address()) as one:
        yield one


def by(coturn: Coturn, secret: str = "", **changes: Any) -> Plan:
    """A plan with that relay's credentials."""
    relay = coturn.relay(secret)
    given = relay.credentials("doctor", datetime.now(UTC))
    return plan(
        relays=relay.addresses,
        relay_name=given.username,
        relay_password=given.password,
        **{"media": (peer_address(),)} | changes,
    )


async def test_the_relay_by_every_way(coturn: Coturn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(coturn.certificate.chain))
    async with engine(peer_address()) as hall:
        tried = by(coturn, ports=(hall.port,))
        steps = [await try_relay(tried, address) for address in tried.relays]
    assert [(one.name, one.state) for one in steps] == [
        ("relay udp", State.WELL),
        ("relay tcp", State.WELL),
        ("relay tls", State.WELL),
    ]


async def test_a_relay_that_holds_another_secret(coturn: Coturn) -> None:
    tried = by(coturn, "another" * 6)
    is_failed(await try_relay(tried, tried.relays[0]), "credentials", "same secret")


async def test_a_relay_whose_certificate_is_not_trusted(coturn: Coturn) -> None:
    tried = by(coturn)
    is_failed(await try_relay(tried, tried.relays[2]), "do not trust", "whole chain")


async def test_a_relay_that_is_not_there(coturn: Coturn) -> None:
    tried, port = by(coturn), free_port()
    for way, said, fix in (
        ("udp", "by UDP", "open UDP port"),
        ("tcp", "by TCP", "open TCP port"),
        ("tls", "by TCP", "open TCP port"),
    ):
        address = RelayAddress("turn:…", "127.0.0.1", port, way)  # type: ignore[arg-type]
        is_failed(await try_relay(tried, address), said, fix)
    plain = RelayAddress("turns:…", coturn.host, coturn.port, "tls")
    step = await try_relay(tried, plain)
    assert (step.state, bool(step.fix)) == (State.FAILED, True)
    nowhere = RelayAddress("turn:…", "x" * 64 + ".localhost", port, "udp")
    is_failed(await try_relay(tried, nowhere), "leads nowhere", "A record")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = RelayAddress("turn:…", "127.0.0.1", silent.getsockname()[1], "tcp")
        is_failed(await try_relay(tried, address), "does not answer by TCP", "Start coturn")


async def test_a_port_of_the_relay_that_speaks_no_tls(coturn: Coturn) -> None:
    async with answering() as port:
        address = RelayAddress("turns:…", "localhost", port, "tls")
        is_failed(await try_relay(by(coturn), address), "does not speak TLS", "tls-listening-port")


async def test_a_relay_that_does_not_let_people_to_the_engine(tmp_path: Path) -> None:
    with relaying(tmp_path / "strict", ["192.0.2.77"], relay_ip=peer_address()) as strict:
        tried = by(strict)
        is_failed(await try_relay(tried, tried.relays[0]), peer_address(), "TURN_PEERS")


async def test_an_engine_that_the_relay_cannot_reach(coturn: Coturn) -> None:
    tried = by(coturn, ports=(free_port(),))
    is_failed(await try_relay(tried, tried.relays[0]), "is silent", "Open UDP port")


async def test_an_engine_at_loopback_is_no_matter_of_the_relay(coturn: Coturn) -> None:
    tried = by(coturn, media=("127.0.0.1",))
    assert (await try_relay(tried, tried.relays[0])).state == State.SKIPPED


async def test_a_relay_that_is_full(tmp_path: Path) -> None:
    quota = ["--user-quota=1"]
    with relaying(tmp_path / "full", [peer_address()], quota, relay_ip=peer_address()) as full:
        tried = by(full)
        async with allocation(tried.relays[0], tried.relay_name, tried.relay_password):
            is_failed(await try_relay(tried, tried.relays[0]), "too many", "user-quota")


async def test_a_relay_that_leads_into_other_networks(coturn: Coturn, tmp_path: Path) -> None:
    tried = by(coturn)
    with relaying_anywhere(tmp_path / "open", coturn.relay().secret) as port:
        address = RelayAddress("turn:…", "127.0.0.1", port, "tcp")
        step = await try_relay(tried, address)
    is_failed(step, "10.255.255.254", "denied-peer-ip")


# --- the whole, and carrying it elsewhere ------------------------------------------------------


async def test_a_step_that_needs_another_waits_for_it() -> None:
    port = free_port()
    steps = [one async for one in check(plan(origin=f"https://127.0.0.1:{port}", ports=(port,)))]
    assert [(one.name, one.state) for one in steps] == [
        ("name", State.WELL),
        ("tls", State.FAILED),
        ("page", State.SKIPPED),
        ("websocket", State.SKIPPED),
        ("media", State.FAILED),
        ("relay", State.SKIPPED),
    ]
    steps = [one async for one in check(plan(origin=f"https://{'x' * 64}.localhost"))]
    assert [one.state for one in steps[:3]] == [State.FAILED, State.SKIPPED, State.SKIPPED]


def test_a_plan_travels_as_one_word(coturn: Coturn) -> None:
    made = by(coturn, media=("192.0.2.7", "2001:db8::7"))
    code = made.code()
    assert code.isascii()
    assert not set(code) & set(" =+/\n")
    assert read_plan(code) == made


@pytest.mark.parametrize("code", ["", "x", "e30", "bnVsbA", "WzFd", "é", "A" * 9000])
def test_what_is_no_plan_is_refused(code: str) -> None:
    with pytest.raises(Invalid):
        read_plan(code)
    with pytest.raises(Invalid):
        read_plan(plan().code()[:-9])
