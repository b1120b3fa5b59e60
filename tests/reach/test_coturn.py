"""The real relay with the configuration that ships: who is let in, for how long, and to where."""

import asyncio
import base64
import hmac
import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aioice import stun

from rounds.kernel.tasks import Tasks
from rounds.media.probe import new_probe
from rounds.media.relay import Credentials, Relay, RelayAddress
from rounds.media.sfu.hall import Hall
from rounds.media.sfu.settings import SfuSettings
from rounds.reach import turn
from rounds.reach.turn import RefusedError, allocation
from tests.making.relay import START, Coturn, environment, peer_address, relaying

KEY = "k" * 32
WAYS = ("udp", "tcp", "tls")

FORBIDDEN = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.5", "172.16.4.1", "192.168.1.1", "100.64.0.1",
    "169.254.169.254", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250",
    "240.0.0.1", "255.255.255.255",
]  # fmt: skip
FORBIDDEN_6 = [
    "::", "::1", "::ffff:10.0.0.5", "::ffff:127.0.0.1", "::10.0.0.5", "64:ff9b::a00:5",
    "2002:a00:5::1", "fe80::1", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "ff05::2",
    "2001:db8::7",
]  # fmt: skip


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    """The relay of a clinic whose engine is at this machine's own address."""
    folder = tmp_path_factory.mktemp("relay")
    with relaying(folder, [peer_address()], relay_ip=peer_address()) as running:
        yield running


@pytest.fixture(autouse=True)
def trust(coturn: Coturn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process trust the relay's certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(coturn.certificate.chain))


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    """The engine."""
    tasks = Tasks()
    serving = Hall(SfuSettings(port=0, host=peer_address(), probe_key=KEY), lambda _: None, tasks)
    serving.start()
    yield serving
    await serving.close()
    await tasks.stop()


def at(relay: Relay, way: str) -> RelayAddress:
    return next(address for address in relay.addresses if address.transport == way)


def now() -> datetime:
    return datetime.now(UTC)


async def refusal(address: RelayAddress, given: Credentials) -> int:
    """The code with which the relay refuses these credentials."""
    with pytest.raises(RefusedError) as refused:
        async with allocation(address, given.username, given.password):
            pass
    return refused.value.code


@pytest.mark.parametrize("way", WAYS)
async def test_a_person_gets_through_to_the_engine(coturn: Coturn, hall: Hall, way: str) -> None:
    relay = coturn.relay()
    given = relay.credentials("seat", now())
    probe = new_probe(KEY, now().timestamp() + 60)
    async with allocation(at(relay, way), given.username, given.password) as ours:
        assert ours.address == peer_address()
        engine = (peer_address(), hall.port)
        await ours.bind(engine)
        assert await ours.answered(engine, probe.ufrag, probe.password)
    assert hall.statistics()["probes"] == 1


@pytest.mark.parametrize("way", WAYS)
async def test_who_has_no_credentials_of_ours_in_date_is_refused(coturn: Coturn, way: str) -> None:
    relay, stranger = coturn.relay(), coturn.relay("another secret " * 4)
    address = at(relay, way)
    good = relay.credentials("anna", now())
    others = relay.credentials("ben", now())
    long_ago = now() - timedelta(minutes=6)  # they last five, and the relay's clock may lag
    longer = f"{int(now().timestamp()) + 86_400}:anna"
    by_sha256 = hmac.digest(relay.secret.encode(), good.username.encode(), "sha256")
    for given in (
        relay.credentials("anna", long_ago),
        stranger.credentials("anna", now()),
        Credentials(good.username, others.password),
        Credentials(longer, good.password),
        Credentials("anna", relay.credentials("anna", now()).password),
        Credentials(good.username, base64.b64encode(by_sha256).decode()),
        Credentials(good.username, ""),
    ):
        assert await refusal(address, given) == 401


async def test_nobody_allocates_without_a_name(coturn: Coturn) -> None:
    with pytest.raises(RefusedError) as refused:
        async with allocation(at(coturn.relay(), "udp"), None, None):  # type: ignore[arg-type]
            pass
    assert refused.value.code == 401


async def test_the_relay_leads_nowhere_but_to_the_engine(coturn: Coturn) -> None:
    relay = coturn.relay()
    given = relay.credentials("anna", now())
    async with allocation(at(relay, "udp"), given.username, given.password) as ours:
        for host in [*FORBIDDEN, *FORBIDDEN_6]:
            with pytest.raises(RefusedError) as refused:
                await ours.bind((host, 53))
            assert refused.value.code in (403, 443), host  # 443: not of this family
        await ours.bind((peer_address(), 53))


async def test_a_relay_of_ipv6_leads_nowhere_but_to_the_engine(tmp_path: Path) -> None:
    engine = peer_address(6)
    options = ["--allocation-default-address-family=ipv6"]
    with relaying(tmp_path / "six", [engine], options, relay_ip=engine) as six:
        relay = six.relay()
        given = relay.credentials("anna", now())
        async with allocation(at(relay, "udp"), given.username, given.password) as ours:
            assert ours.address == engine
            for host in FORBIDDEN_6:
                with pytest.raises(RefusedError) as refused:
                    await ours.bind((host, 53))
                assert refused.value.code == 403, host
            await ours.bind((engine, 53))


async def test_nobody_gets_a_tcp_connection_through_the_relay(
    coturn: Coturn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 6062: by one, people would reach web servers and shells at the engine's address."""
    monkeypatch.setattr("aioice.turn.UDP_TRANSPORT", 0x06000000)
    relay = coturn.relay()
    for way in ("tcp", "tls"):
        assert await refusal(at(relay, way), relay.credentials("anna", now())) in (403, 442)


async def test_credentials_that_ran_out_keep_the_allocation_they_made(
    tmp_path: Path, hall: Hall
) -> None:
    """Age counts when an allocation is made; so a long visit needs no new ones.

    Nonces run out here after 3 s: also the new one that a client then has to take does not ask
    for the age again.
    """
    probe, engine = new_probe(KEY, now().timestamp() + 60), (peer_address(), hall.port)
    with relaying(
        tmp_path / "short", [peer_address()], ["--stale-nonce=3"], relay_ip=peer_address()
    ) as short:
        relay = short.relay()
        given = relay.credentials("anna", now(), 3)
        async with allocation(at(relay, "udp"), given.username, given.password) as ours:
            first = ours._client.nonce
            await asyncio.sleep(5)  # the relay has a clock of its own
            assert await refusal(at(relay, "udp"), given) == 401
            refresh = stun.Message(stun.Method.REFRESH, stun.Class.REQUEST)
            refresh.attributes["LIFETIME"] = 600
            await turn._asked(ours._client.request_with_retry(refresh))
            await ours.bind(engine)
            assert await ours.answered(engine, probe.ufrag, probe.password)
            assert ours._client.nonce != first


def test_the_relay_takes_every_option_of_the_file(coturn: Coturn) -> None:
    said = coturn.log.read_text(errors="replace")
    for complaint in ("Bad configuration", "unrecognized", "invalid option", "WARNING: cannot"):
        assert complaint not in said
    assert "TCP relay endpoints are not allowed" in said


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"realm": ""}, "TURN_REALM is not set"),
        ({"peers": ""}, "TURN_PEERS is not set"),
        ({"peers": "10.0.0.0/8"}, "single addresses"),
        ({"peers": "10.0.0.1-10.0.0.9"}, "single addresses"),
        ({"peers": "10.0.0.1\nno-auth"}, "not allowed"),
        ({"realm": "x\nlt-cred-mech"}, "not allowed"),
        ({"cert": "/nowhere"}, "cannot be read"),
        ({"secret_file": "/nowhere"}, "cannot be read"),
    ],
)
def test_the_relay_does_not_start_half_set_up(
    coturn: Coturn, settings: dict[str, str], said: str
) -> None:
    env = environment(coturn.secret_file.parent, ["10.0.0.1"], **settings)
    done = subprocess.run([START], env=env, capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == 1
    assert said in done.stderr


def test_the_relay_refuses_a_secret_one_could_guess(coturn: Coturn, tmp_path: Path) -> None:
    weak = tmp_path / "weak"
    weak.write_text("changeme\n")
    env = environment(coturn.secret_file.parent, ["10.0.0.1"], secret_file=str(weak))
    done = subprocess.run([START], env=env, capture_output=True, text=True, timeout=10, check=False)
    assert (done.returncode, "openssl rand" in done.stderr) == (1, True)


def test_the_filled_in_file_is_for_the_relay_alone(coturn: Coturn) -> None:
    written = coturn.secret_file.parent / "run/turnserver.conf"
    assert written.stat().st_mode & 0o077 == 0
    assert f"static-auth-secret={coturn.relay().secret}" in written.read_text()
    assert "@" not in written.read_text()
