"""Looks for settings that are unsafe or weak, and says how to mend each."""

import ipaddress
import re
import socket
import stat
import sys
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import aiohttp.http_parser
from sqlalchemy.exc import SQLAlchemyError

from rounds.admin.examination import examine_clinic
from rounds.commands.databases import look_at_database
from rounds.commands.machine import look_at_folder
from rounds.commands.media import look_at_media
from rounds.commands.reach import look_at_reach
from rounds.commands.secret_files import look_at_secret_file
from rounds.kernel.actor import SYSTEM
from rounds.kernel.addresses import is_local
from rounds.kernel.config import Settings
from rounds.kernel.finding import Finding as Finding
from rounds.migrations.runner import current, newest
from rounds.notices.credentials import read_secret
from rounds.notices.gateway import is_safe
from rounds.notices.push import KEY_FILE
from rounds.people.queries import clinics
from rounds.resources import Foundation
from rounds.visits.answers import SHORTEST_SECRET
from rounds.web.metrics import SHORTEST_TOKEN

SMALLEST_BUFFER = 2 << 20


def look_at_settings(settings: Settings) -> Iterator[Finding]:
    """Look at what was set, without touching the database."""
    yield from _reach(settings)
    yield from _tls(settings)
    yield from _proxies(settings)
    yield from _files(settings)
    yield from _email(settings)
    yield from _sms(settings)
    yield from _metrics(settings)
    yield from look_at_reach(settings)
    yield from look_at_media(settings)
    yield from _interpreter()


async def look_at_data(foundation: Foundation) -> AsyncIterator[Finding]:
    """Look at the database and what stands in it."""
    try:
        here = await current(foundation.engine)
    except (SQLAlchemyError, OSError) as fault:
        yield Finding(
            True,
            f"The database cannot be opened ({type(fault).__name__}).",
            "Check ROUNDS_DATABASE and that the database runs.",
        )
        return
    if here != newest():
        yield Finding(True, "The database is not of this version.", "Run: rounds migrate")
        return
    async for finding in look_at_database(foundation):
        yield finding
    for found in look_at_folder(foundation.settings, foundation.clock.now()):
        yield found
    async with foundation.units.reading(SYSTEM) as unit:
        known = await clinics(unit.session)
        for clinic in known:
            async for finding in examine_clinic(unit.session, clinic, unit.now):
                yield finding
    if not known:
        yield Finding(
            True,
            "There is no clinic in this database yet.",
            "Run: rounds admin create; or, to try the product: rounds demo",
        )


def _reach(settings: Settings) -> Iterator[Finding]:
    if not settings.listens_on_loopback and not settings.secure:
        yield Finding(
            True,
            "Others could reach this server without HTTPS: passwords would cross the network "
            "readable, and browsers give no camera.",
            "Use --tls-cert and --tls-key; or put a TLS proxy before it and set "
            "ROUNDS_PUBLIC_URL=https://…; or, to try it in your house, --self-signed.",
        )
    if settings.public_url.startswith("http://"):
        host = urlsplit(settings.public_url).hostname or ""
        if not (is_local(host)):
            yield Finding(
                True,
                f"ROUNDS_PUBLIC_URL={settings.public_url} is not HTTPS.",
                "Set ROUNDS_PUBLIC_URL to an address that begins with https://",
            )
    wild = settings.host in ("0.0.0.0", "::", "")  # noqa: S104 - compared, not bound
    if wild and not settings.public_url and not settings.self_signed:
        yield Finding(
            True,
            "The server listens on every address, but nobody told it which one people open.",
            "Set ROUNDS_PUBLIC_URL, such as https://rounds.example.org",
        )


def _tls(settings: Settings) -> Iterator[Finding]:
    if bool(settings.tls_cert) != bool(settings.tls_key):
        yield Finding(
            True,
            "A certificate needs its key, and a key its certificate.",
            "Give both --tls-cert and --tls-key.",
        )
    if settings.tls_cert and settings.self_signed:
        yield Finding(
            True,
            "There is a certificate, and a self-signed one is asked for as well.",
            "Leave out --self-signed.",
        )
    for path in (settings.tls_cert, settings.tls_key):
        if path is not None and not path.is_file():
            yield Finding(True, f"{path} does not exist.", "Check the path.")
    key = settings.tls_key
    if key is not None and key.is_file() and key.stat().st_mode & stat.S_IROTH:
        yield Finding(True, f"{key} can be read by everybody.", f"Run: chmod o-r {key}")


def _proxies(settings: Settings) -> Iterator[Finding]:
    for word in settings.trusted_proxies.split(","):
        try:
            network = ipaddress.ip_network(word.strip() or "127.0.0.1", strict=False)
        except ValueError:
            yield Finding(
                True,
                f"ROUNDS_TRUSTED_PROXIES: {word.strip()} is neither an address nor a network.",
                "Write addresses or networks such as 10.0.0.5 or 10.0.0.0/24, by commas.",
            )
            continue
        if network.prefixlen == 0:
            yield Finding(
                False,
                f"ROUNDS_TRUSTED_PROXIES={word.strip()} believes everybody: whoever tries "
                "passwords chooses the address that is counted.",
                "Name only the address of your own proxy.",
            )


def _files(settings: Settings) -> Iterator[Finding]:
    secret = settings.data / "secret"
    if secret.exists() and secret.stat().st_mode & 0o077:
        yield Finding(True, f"{secret} can be read by others.", f"Run: chmod 400 {secret}")
    if secret.exists() and len(secret.read_bytes()) < 32:
        yield Finding(
            True,
            f"{secret} is shorter than 32 bytes.",
            f"Remove {secret}; a new one is made at the next start (everybody signs in again).",
        )
    if settings.data.exists() and settings.data.stat().st_mode & 0o007:
        yield Finding(
            False, f"{settings.data} is open to everybody.", f"Run: chmod 700 {settings.data}"
        )


def _email(settings: Settings) -> Iterator[Finding]:
    if bool(settings.smtp_host) != bool(settings.mail_from):
        yield Finding(
            True,
            "E-mail is set up by half: a mail server needs an address to send from.",
            "Set both ROUNDS_SMTP_HOST and ROUNDS_MAIL_FROM, or neither.",
        )
    if settings.mail_from and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", settings.mail_from):
        yield Finding(
            True,
            f"ROUNDS_MAIL_FROM={settings.mail_from} is not an e-mail address.",
            "Write only the address, such as visits@clinic.example",
        )
    if settings.smtp_host and settings.smtp_tls == "none" and not is_local(settings.smtp_host):
        yield Finding(
            True,
            "E-mail would cross the network readable: ROUNDS_SMTP_TLS=none.",
            "Set ROUNDS_SMTP_TLS to starttls or tls.",
        )
    if bool(settings.smtp_user) != bool(settings.smtp_password_file):
        yield Finding(
            True,
            "A name for the mail server needs its password, and a password its name.",
            "Set both ROUNDS_SMTP_USER and ROUNDS_SMTP_PASSWORD_FILE, or neither.",
        )
    yield from look_at_secret_file("ROUNDS_SMTP_PASSWORD_FILE", settings.smtp_password_file)
    if not (settings.smtp_host or settings.sms_url or settings.listens_on_loopback):
        yield Finding(
            False,
            "Neither e-mail nor text messages are set up: links, codes and reminders reach nobody.",
            "Set ROUNDS_SMTP_HOST and ROUNDS_MAIL_FROM, or ROUNDS_SMS_URL.",
        )


def _sms(settings: Settings) -> Iterator[Finding]:
    if settings.sms_url and not is_safe(settings.sms_url):
        yield Finding(
            True,
            "Text messages would cross the network readable: ROUNDS_SMS_URL is not HTTPS.",
            "Set ROUNDS_SMS_URL to an address that begins with https://",
        )
    if settings.sms_url and not settings.sms_token_file:
        yield Finding(
            False,
            "The gateway for text messages is asked without a token.",
            "Put its token into a file and set ROUNDS_SMS_TOKEN_FILE.",
        )
    yield from look_at_secret_file("ROUNDS_SMS_TOKEN_FILE", settings.sms_token_file)
    replies = settings.sms_reply_secret_file
    yield from look_at_secret_file("ROUNDS_SMS_REPLY_SECRET_FILE", replies)
    if replies and replies.is_file() and len(read_secret(replies)) < SHORTEST_SECRET:
        yield Finding(
            True,
            f"{replies} holds fewer than {SHORTEST_SECRET} characters: answers could be forged.",
            f"Run: openssl rand -hex 32 > {replies}, and tell the gateway.",
        )
    key = settings.data / KEY_FILE
    if key.exists() and key.stat().st_mode & 0o077:
        yield Finding(True, f"{key} can be read by others.", f"Run: chmod 400 {key}")


def _metrics(settings: Settings) -> Iterator[Finding]:
    token = settings.metrics_token_file
    yield from look_at_secret_file("ROUNDS_METRICS_TOKEN_FILE", token)
    if token and token.is_file() and 0 < len(read_secret(token)) < SHORTEST_TOKEN:
        yield Finding(
            True,
            f"{token} holds fewer than {SHORTEST_TOKEN} characters: it could be guessed.",
            f"Run: openssl rand -hex 32 > {token}, and tell the monitor.",
        )


def _interpreter() -> Iterator[Finding]:
    if sys.flags.optimize:
        yield Finding(
            True,
            "Python runs with -O or PYTHONOPTIMIZE: libraries lose checks they rely on.",
            "Start without it.",
        )
    if aiohttp.http_parser.HttpRequestParser is aiohttp.http_parser.HttpRequestParserPy:
        yield Finding(
            True,
            "aiohttp runs without its C parser.",
            "Install aiohttp from a wheel for this platform.",
        )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALLEST_BUFFER)
        # Linux reports twice what it grants (socket(7)).
        granted = probe.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2
    if granted < SMALLEST_BUFFER:
        yield Finding(
            False,
            f"The system gives media only {granted // 1024} KiB to receive into.",
            "Run: sysctl -w net.core.rmem_max=4194304 net.core.wmem_max=4194304",
        )
