"""The way of pages and signals: name, TLS, a page, a WebSocket."""

import asyncio
import socket
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp

from rounds.kernel.clock import SystemClock
from rounds.kernel.words import N_
from rounds.reach.step import TITLES, Step, Words, failed, skipped, weak, well, words

PATIENCE = 5.0
"""Seconds any one step may take."""
FAREWELL = 1.0
"""Seconds to wait for the other side's end of TLS."""
LEAST_DAYS = 14
PORTS = {"http": 80, "https": 443}
UPGRADE = Words(
    N_(
        "Let the proxy pass Upgrade and Connection on /socket.io/, unchanged Host and Origin, and "
        "keep the connection open for more than 60 s."
    )
)
REACH = Words(
    N_("Start rounds (or the proxy before it), and open the TCP port in every firewall on the way.")
)


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
            words(N_("The name %(host)s leads nowhere."), host=host),
            words(N_("Make an A record (and AAAA for IPv6) for it, or mend ROUNDS_PUBLIC_URL.")),
        )
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    return well(
        "name", N_("%(host)s leads to %(addresses)s."), host=host, addresses=", ".join(addresses)
    )


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
            words(
                N_("Browsers do not trust the certificate of %(host)s: %(fault)s."),
                host=host,
                fault=fault.verify_message,
            ),
            words(
                N_(
                    "Get a certificate for this name from an authority browsers know, with its "
                    "whole chain; see docs/OPERATIONS.md."
                )
            ),
        )
    except ssl.SSLError as fault:
        return failed(
            name,
            words(
                N_("%(at)s does not speak TLS (%(fault)s)."),
                at=f"{host}:{port}",
                fault=fault.reason or "no handshake",
            ),
            words(
                N_("Let the proxy end TLS on this port, or give rounds --tls-cert and --tls-key.")
            ),
        )
    except TimeoutError:
        return failed(name, words(N_("%(at)s does not answer."), at=f"{host}:{port}"), REACH)
    except OSError as fault:
        return failed(
            name,
            words(
                N_("%(at)s cannot be reached by TCP (%(fault)s)."),
                at=f"{host}:{port}",
                fault=fault.strerror or fault,
            ),
            REACH,
        )
    certificate = writer.get_extra_info("peercert") or {}
    version = writer.get_extra_info("ssl_object").version() if secure else ""
    writer.close()
    if not secure:
        return well(
            name,
            N_("%(at)s answers; without HTTPS it serves this machine alone."),
            at=f"{host}:{port}",
        )
    return _dated(host, version, certificate)


def _dated(host: str, version: str, certificate: dict[str, str]) -> Step:
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
    days = (ends - SystemClock().now()).days
    if days < LEAST_DAYS:
        return weak(
            "tls",
            words(
                N_("The certificate of %(host)s runs out in %(days)s days."), host=host, days=days
            ),
            words(N_("Renew it, and look why that did not happen by itself.")),
        )
    return well(
        "tls",
        N_("%(version)s, certificate good until %(day)s."),
        version=version,
        day=ends.date(),
    )


async def try_page(origin: str) -> Step:
    """Ask whether the server can take a visit."""
    try:
        async with _session() as session, session.get(f"{origin}/healthz") as answer:
            status = answer.status
            said = await answer.json(content_type=None)
        failing = ", ".join(said["failing"])
    except (aiohttp.ClientError, TimeoutError, OSError) as fault:
        return failed(
            "page", words(N_("No page comes (%(fault)s)."), fault=type(fault).__name__), REACH
        )
    except (ValueError, KeyError, TypeError):
        return failed(
            "page",
            words(
                N_("%(origin)s answers, but it is not rounds (status %(status)s)."),
                origin=origin,
                status=status,
            ),
            words(
                N_(
                    "Let the proxy pass this address to rounds; mend ROUNDS_PUBLIC_URL if it is "
                    "another."
                )
            ),
        )
    if status != 200:
        return failed(
            "page",
            words(
                N_("rounds answers that it can take no visit now: %(failing)s."), failing=failing
            ),
            words(N_("Read its log.")),
        )
    return well("page", N_("Pages come, and the server can take a visit."))


async def try_websocket(origin: str) -> Step:
    """Open the socket that signals travel by, and wait for its first word."""
    try:
        async with (
            _session() as session,
            session.ws_connect(
                f"{origin}/socket.io/?EIO=4&transport=websocket", headers={"Origin": origin}
            ) as line,
        ):
            said = await line.receive_str(timeout=PATIENCE)
    except aiohttp.WSServerHandshakeError as fault:
        return failed(
            "websocket",
            words(N_("No WebSocket: the answer is status %(status)s."), status=fault.status),
            UPGRADE,
        )
    except (aiohttp.ClientError, TimeoutError, OSError, TypeError) as fault:
        return failed(
            "websocket",
            words(N_("The WebSocket breaks off (%(fault)s)."), fault=type(fault).__name__),
            UPGRADE,
        )
    if not said.startswith("0{"):
        return failed(
            "websocket", words(N_("A WebSocket opens, but it is not the one of rounds.")), UPGRADE
        )
    return well("websocket", N_("A WebSocket opens and speaks."))


def after(name: str, before: Step) -> Step:
    """Return a step that makes no sense before another one is mended."""
    return skipped(
        name,
        N_("Not tried: first mend the step “%(before)s”."),
        before=Words(TITLES[before.name]),
    )


def place(origin: str) -> tuple[str, int]:
    """Return host and port of an origin."""
    parts = urlsplit(origin)
    return parts.hostname or "", parts.port or PORTS.get(parts.scheme, 443)


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))
