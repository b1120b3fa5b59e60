"""The way of pages and signals: name, TLS, a page, a WebSocket."""

import asyncio
import socket
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp

from rounds.kernel.clock import SystemClock
from rounds.reach.step import Step, failed, skipped, weak, well

PATIENCE = 5.0
"""Seconds any one step may take."""
FAREWELL = 1.0
"""Seconds to wait for the other side's end of TLS."""
LEAST_DAYS = 14
PORTS = {"http": 80, "https": 443}
REACH = "Start rounds (or the proxy before it), and open the TCP port in every firewall on the way."


async def try_name(origin: str) -> Step:
    """Look the server's name up."""
    host, port = place(origin)
    try:
        async with asyncio.timeout(PATIENCE):
            found = await asyncio.get_running_loop().getaddrinfo(
                host, port, type=socket.SOCK_STREAM
            )
    except (OSError, TimeoutError, UnicodeError):
        return failed(
            "name",
            f"The name {host} leads nowhere.",
            "Make an A record (and AAAA for IPv6) for it, or mend ROUNDS_PUBLIC_URL.",
        )
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    return well("name", f"{host} leads to {', '.join(addresses)}.")


async def try_tls(origin: str) -> Step:
    """Connect as a browser does and look at the certificate."""
    host, port = place(origin)
    secure = origin.startswith("https:")
    name = "tls" if secure else "tcp"
    context = ssl.create_default_context() if secure else None
    try:
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(
                host, port, ssl=context, ssl_shutdown_timeout=FAREWELL if secure else None
            )
    except ssl.SSLCertVerificationError as fault:
        return failed(
            name,
            f"Browsers do not trust the certificate of {host}: {fault.verify_message}.",
            "Get a certificate for this name from an authority browsers know, with its whole "
            "chain; see docs/OPERATIONS.md.",
        )
    except ssl.SSLError as fault:
        return failed(
            name,
            f"{host}:{port} does not speak TLS ({fault.reason or 'no handshake'}).",
            "Let the proxy end TLS on this port, or give rounds --tls-cert and --tls-key.",
        )
    except TimeoutError:
        return failed(name, f"{host}:{port} does not answer.", REACH)
    except OSError as fault:
        return failed(
            name, f"{host}:{port} cannot be reached by TCP ({fault.strerror or fault}).", REACH
        )
    certificate = writer.get_extra_info("peercert") or {}
    version = writer.get_extra_info("ssl_object").version() if secure else ""
    writer.close()
    if not secure:
        return well(name, f"{host}:{port} answers; without HTTPS it serves this machine alone.")
    return _dated(host, version, certificate)


def _dated(host: str, version: str, certificate: dict[str, str]) -> Step:
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
    days = (ends - SystemClock().now()).days
    if days < LEAST_DAYS:
        return weak(
            "tls",
            f"The certificate of {host} runs out in {days} days.",
            "Renew it, and look why that did not happen by itself.",
        )
    return well("tls", f"{version}, certificate good until {ends.date()}.")


async def try_page(origin: str) -> Step:
    """Ask whether the server can take a visit."""
    try:
        async with _session() as session, session.get(f"{origin}/healthz") as answer:
            status = answer.status
            said = await answer.json(content_type=None)
        failing = ", ".join(said["failing"])
    except (aiohttp.ClientError, TimeoutError, OSError) as fault:
        return failed("page", f"No page comes ({type(fault).__name__}).", REACH)
    except (ValueError, KeyError, TypeError):
        return failed(
            "page",
            f"{origin} answers, but it is not rounds (status {status}).",
            "Let the proxy pass this address to rounds; mend ROUNDS_PUBLIC_URL if it is another.",
        )
    if status != 200:
        return failed(
            "page", f"rounds answers that it can take no visit now: {failing}.", "Read its log."
        )
    return well("page", "Pages come, and the server can take a visit.")


async def try_websocket(origin: str) -> Step:
    """Open the socket that signals travel by, and wait for its first word."""
    fix = (
        "Let the proxy pass Upgrade and Connection on /socket.io/, unchanged Host and Origin, and "
        "keep the connection open for more than 60 s."
    )
    try:
        async with (
            _session() as session,
            session.ws_connect(
                f"{origin}/socket.io/?EIO=4&transport=websocket", headers={"Origin": origin}
            ) as line,
        ):
            said = await line.receive_str(timeout=PATIENCE)
    except aiohttp.WSServerHandshakeError as fault:
        return failed("websocket", f"No WebSocket: the answer is status {fault.status}.", fix)
    except (aiohttp.ClientError, TimeoutError, OSError, TypeError) as fault:
        return failed("websocket", f"The WebSocket breaks off ({type(fault).__name__}).", fix)
    if not said.startswith("0{"):
        return failed("websocket", "A WebSocket opens, but it is not the one of rounds.", fix)
    return well("websocket", "A WebSocket opens and speaks.")


def after(name: str, before: Step) -> Step:
    """Return a step that makes no sense before another one is mended."""
    return skipped(name, f"Not tried: first mend the step '{before.name}'.")


def place(origin: str) -> tuple[str, int]:
    """Return host and port of an origin."""
    parts = urlsplit(origin)
    return parts.hostname or "", parts.port or PORTS.get(parts.scheme, 443)


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))
