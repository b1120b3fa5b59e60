"""Through the real proxy with our file: pages, sockets, headers, limits, addresses, restarts."""

import asyncio
import contextlib
import http.client
import json
import secrets
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.commands.program import environment, run, serving
from tests.deploy.site import NAME, Site, certificate, proxy, settings
from tests.house.sources import ROOT
from tests.making.ground import free_port
from tests.making.raw import raw_socket

pytestmark = pytest.mark.timeout(120)

SLOW_HEADERS_ARE_CUT_AFTER = 10
PEOPLE_WAIT_SECONDS = 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def clinic(folder: Path) -> dict[str, str]:
    """What rounds is told behind the proxy, as docker-compose.yml and the unit say it."""
    data = folder / "rounds"
    made = run("demo", "--prepare-only", env=environment(data))
    assert made.returncode == 0, made.stderr
    port = free_port()
    return environment(
        data, public_url=f"https://{NAME}:{port}", trusted_proxies="127.0.0.1", site_port=str(port)
    )


@pytest.fixture(scope="module")
def site(folder: Path, clinic: dict[str, str]) -> Iterator[Site]:
    chain, key = certificate(folder)
    site = Site(int(clinic["ROUNDS_SITE_PORT"]), free_port(), chain, folder / "proxy.log")
    told = settings(
        folder, site.port, site.plain_port, CERTIFICATE="file", CERTIFICATE_FILE=str(chain),
        CERTIFICATE_KEY=str(key), ROUNDS_PORT=clinic["ROUNDS_PORT"],
    )  # fmt: skip
    with proxy(site, told):
        yield site


@pytest.fixture(scope="module")
def slow(site: Site) -> Iterator[ssl.SSLSocket]:
    """A stranger who began to ask when the tests began, and never ends the headers."""
    wire = site.connection().sock
    assert isinstance(wire, ssl.SSLSocket)
    wire.sendall(f"GET / HTTP/1.1\r\nHost: {NAME}\r\n".encode())
    yield wire
    wire.close()


@pytest.fixture(scope="module")
def rounds(slow: object, folder: Path, clinic: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    with serving("serve", env=clinic, log=folder / "rounds.log") as process:
        yield process


def test_the_file_is_written_as_its_program_writes_it() -> None:
    words = ["caddy", "fmt", str(ROOT / "deploy/caddy/Caddyfile")]
    formatted = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    assert formatted.stdout == (ROOT / "deploy/caddy/Caddyfile").read_text()


def test_pages_come_with_the_headers_that_rounds_gave_them(
    site: Site, rounds: object, clinic: dict[str, str]
) -> None:
    status, through, _ = site.ask("GET", "/")
    assert status == 200
    direct = http.client.HTTPConnection("127.0.0.1", int(clinic["ROUNDS_PORT"]), timeout=20)
    with contextlib.closing(direct):
        direct.request("GET", "/", headers={"Host": f"{NAME}:{site.port}"})
        answer = direct.getresponse()
        answer.read()
        assert answer.status == 200
    ignored = {"Date", "Server", "Set-Cookie", "Content-Length", "Connection", "Keep-Alive"}
    given = {(name, value) for name, value in answer.headers.items() if name not in ignored}
    assert len(given) > 10
    assert given <= set(through.items())
    assert through.get_all("Strict-Transport-Security") == ["max-age=63072000; includeSubDomains"]
    assert through.get_all("Content-Security-Policy") == [answer.headers["Content-Security-Policy"]]
    assert "Caddy" not in str(through)
    assert "Alt-Svc" not in through, "only TCP is open in the firewall"


def test_plain_http_leads_to_https(site: Site) -> None:
    plain = http.client.HTTPConnection("127.0.0.1", site.plain_port, timeout=20)
    with contextlib.closing(plain):
        plain.request("GET", "/my/sign-in?x=1", headers={"Host": NAME})
        answer = plain.getresponse()
        assert answer.status == 308
        assert answer.headers["Location"].startswith("https://")
        assert answer.headers["Location"].endswith("/my/sign-in?x=1")


def test_old_tls_and_other_names_get_nothing(site: Site) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.options &= ~ssl.OP_NO_TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError, match=r"(?i)protocol version"):
        site.connection(context=old)
    status, _, _ = site.ask("GET", "/", Host="other.clinic.example")
    assert status == 421


def test_a_socket_is_upgraded_and_stays(site: Site, rounds: object) -> None:
    class Here(aiohttp.abc.AbstractResolver):
        async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[
            aiohttp.abc.ResolveResult
        ]:  # fmt: skip
            return [
                {"hostname": host, "host": "127.0.0.1", "port": port, "family": socket.AF_INET,
                 "proto": 0, "flags": 0}
            ]  # fmt: skip

        async def close(self) -> None: ...

    async def talk() -> None:
        context = ssl.create_default_context(cafile=str(site.trust))
        connector = aiohttp.TCPConnector(resolver=Here(), ssl=context)
        async with aiohttp.ClientSession(connector=connector) as session:
            async with raw_socket(session, site.origin) as wire:
                await wire.send("40/rooms,{}")
                await wire.until("44/rooms")  # no session: heard and refused by rounds itself
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                async with raw_socket(session, site.origin, {"Origin": "https://evil.example"}):
                    pass
            assert refused.value.status in (400, 403)

    asyncio.run(talk())


def test_a_claimed_address_is_dropped_and_the_real_one_counts(site: Site, rounds: object) -> None:
    def tries(count: int, origin: str, **claimed: str) -> list[int]:
        return [
            site.ask(
                "POST", "/j/redeem", json.dumps({"token": secrets.token_urlsafe(32)}).encode(),
                origin, Content_Type="application/json", **claimed,
            )[0]
            for _ in range(count)
        ]  # fmt: skip

    told = [tries(1, "127.0.0.2", X_Forwarded_For=f"198.51.100.{n}")[0] for n in range(11)]
    assert told == [404] * 10 + [429]
    assert tries(1, "127.0.0.2", Forwarded="for=198.51.100.77", X_Real_IP="198.51.100.77") == [429]
    assert tries(1, "127.0.0.3") == [404], "another address is another stranger"


def test_what_is_too_large_is_refused_and_ends(site: Site, rounds: object) -> None:
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    status, headers, _ = site.ask("POST", "/sign-in", b"x=" + b"y" * 1_500_000, **form)
    assert status == 413
    assert "Content-Security-Policy" in headers
    wire = site.connection().sock
    wire.sendall(
        f"POST /sign-in HTTP/1.1\r\nHost: {NAME}:{site.port}\r\nOrigin: {site.origin}\r\n"
        "Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    )
    sent, chunk = 0, b"10000\r\n" + bytes(0x10000) + b"\r\n"
    with contextlib.suppress(OSError):
        while sent < 64 << 20:
            wire.sendall(chunk)
            sent += 0x10000
    assert sent < 16 << 20, "it took a body without end"
    wire.close()
    assert site.ask("GET", "/healthz")[0] == 200
    with contextlib.suppress(OSError, http.client.HTTPException):
        assert site.ask("GET", "/", X_Long="x" * 40_000)[0] in (400, 431)


def test_while_rounds_is_restarted_people_wait(
    site: Site, rounds: "subprocess.Popen[str]", folder: Path, clinic: dict[str, str]
) -> None:
    rounds.terminate()
    assert rounds.wait(timeout=20) == 0
    status, headers, body = site.ask("GET", "/")
    assert (status, headers["Retry-After"]) == (503, "5")
    assert b"restarted" in body
    assert headers["Strict-Transport-Security"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    told: list[tuple[int, float]] = []

    def come() -> None:
        """Ask as a browser does that is told to try again."""
        while not told or told[-1][0] != 200:
            begun = time.monotonic()
            told.append((site.ask("GET", "/")[0], time.monotonic() - begun))

    waiting = threading.Thread(target=come)
    waiting.start()
    with serving("serve", env=clinic, log=folder / "rounds-again.log"):
        waiting.join(timeout=60)
    assert told[-1][0] == 200
    # A start that takes longer than people wait is told to them, but nobody is sent away at once.
    assert [seconds for status, seconds in told[:-1] if seconds < PEOPLE_WAIT_SECONDS - 1] == []
    # What went wrong is written without who it was and what they asked for.
    assert "remote_ip" not in site.log.read_text()
    assert "/j/redeem" not in site.log.read_text()


def test_who_never_ends_the_headers_is_cut_off(slow: ssl.SSLSocket) -> None:
    slow.settimeout(3 * SLOW_HEADERS_ARE_CUT_AFTER)  # TimeoutError: it would wait for ever
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        while slow.recv(4096):
            pass
