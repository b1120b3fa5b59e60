"""rounds serve: the server itself."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Sequence

from aiohttp import web

from rounds.app import READINESS, make_app
from rounds.commands.certificate import server_context
from rounds.commands.doctor import Finding, look_at_data, look_at_settings
from rounds.commands.media import named_ports, udp_fault
from rounds.kernel import logs
from rounds.kernel.config import Settings
from rounds.kernel.errors import Unavailable
from rounds.kernel.interpreter import settle_to_serve
from rounds.media.sfu.process import MediaProcess
from rounds.resources import Foundation, lay_foundation
from rounds.web.keys import MEDIA, TASKS

log = logs.get_logger(__name__)

SHUTDOWN_SECONDS = 3.0


class Refused(Exception):
    """The command cannot go on; the message says why and how to mend it."""


async def serve(settings: Settings, media: Sequence[MediaProcess]) -> None:
    """Serve until told to stop. Raises Refused with every reason not to start.

    `media` are processes that wait for their settings already.
    """
    as_lines = settings.log_format == "json" or not sys.stderr.isatty()
    logs.configure(as_lines and settings.log_format != "text")
    foundation = await prepare(settings)
    try:
        await _run(settings, foundation, media)
    finally:
        await foundation.close()


async def prepare(settings: Settings) -> Foundation:
    """Check settings and data and return the foundation. Raises Refused."""
    _refuse(list(look_at_settings(settings)))
    foundation = lay_foundation(settings)
    findings = [finding async for finding in look_at_data(foundation)]
    if any(finding.refuses for finding in findings):
        await foundation.close()
    _refuse(findings)
    return foundation


def _check_media_ports(settings: Settings) -> None:
    """Raise Refused when a UDP port is taken: its media process would only try and try."""
    for port in settings.media_udp_ports:
        fault = udp_fault(settings.media_host, port)
        if fault:
            raise _no_port(f"Media cannot use UDP port {port} ({fault}).", "ROUNDS_MEDIA_PORT")


def _check_media_tcp_ports(settings: Settings) -> None:
    """Raise Refused when a TCP port for media is taken."""
    family = socket.AF_INET6 if ":" in settings.media_host else socket.AF_INET
    for port in settings.media_tcp_ports:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.media_host, port))
            except OSError as fault:
                taken = f"Media cannot use TCP port {port} ({fault.strerror})."
                raise _no_port(taken, "ROUNDS_MEDIA_TCP_PORT") from None


def _no_port(what: str, setting: str) -> Refused:
    return Refused(f"{what}\n  Fix: stop the other program, or choose another with {setting}.")


async def _run(settings: Settings, foundation: Foundation, media: Sequence[MediaProcess]) -> None:
    _check_media_ports(settings)
    _check_media_tcp_ports(settings)
    app = make_app(foundation, media)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    try:
        await runner.setup()
        site = web.TCPSite(
            runner, settings.host, settings.port, ssl_context=server_context(settings)
        )
        await site.start()
    except OSError as fault:
        await runner.cleanup()
        taken = f"Port {settings.port} cannot be used ({fault.strerror})."
        raise _no_port(taken, "ROUNDS_PORT") from None
    except Unavailable:
        await runner.cleanup()
        taken = f"Media cannot use {named_ports(settings.media_udp_ports)}."
        raise _no_port(taken, "ROUNDS_MEDIA_PORT") from None
    told = _listen(app)
    settle_to_serve()
    # Only now: whoever reads this may tell us something at once.
    print(f"rounds is at {settings.origin}", flush=True)
    await told.wait()
    app[READINESS].ending = True
    await runner.cleanup()


def _listen(app: web.Application) -> asyncio.Event:
    """Take signals from now on; the event is set when one asks for the end."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def renew() -> None:
        log.info("media_renewal")
        app[TASKS].once("media renewal", app[MEDIA].renew())

    loop.add_signal_handler(signal.SIGUSR1, renew)
    for one in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(one, told.set)
    return told


def _refuse(findings: list[Finding]) -> None:
    weak = [one for one in findings if not one.refuses]
    if sys.stderr.isatty():
        for one in weak:
            print(f"note: {one.said}\n  Fix: {one.remedy}", file=sys.stderr)
    elif weak:
        # A log is read by programs: how many there are; rounds doctor says which.
        log.warning("weak_settings", count=len(weak))
    reasons = [f"{one.said}\n  Fix: {one.remedy}" for one in findings if one.refuses]
    if reasons:
        raise Refused("\n".join(reasons))
