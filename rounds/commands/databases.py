"""Looks at the database itself: its clock, how durable a commit is, who we are to it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from rounds.kernel.addresses import is_local
from rounds.kernel.database import is_sqlite
from rounds.kernel.finding import Finding
from rounds.resources import Foundation

MOST_SKEW = timedelta(seconds=60)
# The database file's own settings, as kernel/database.py makes them for each connection.
SQLITE = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1"}


async def look_at_database(foundation: Foundation) -> AsyncIterator[Finding]:
    """Yield what is weak about the database."""
    async with foundation.engine.connect() as connection:
        looks = _sqlite if is_sqlite(foundation.engine) else _postgresql
        async for finding in looks(connection):
            yield finding
        for one in await _clock(connection, foundation.clock.now()):
            yield one
    if not is_sqlite(foundation.engine):
        for one in _way(foundation.settings.database_url):
            yield one


async def _clock(connection: AsyncConnection, now: datetime) -> list[Finding]:
    told = await connection.scalar(select(func.current_timestamp()))
    if told is None:
        return []
    theirs = datetime.fromisoformat(told) if isinstance(told, str) else told
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    skew = abs(theirs - now)
    if skew <= MOST_SKEW:
        return []
    return [
        Finding(
            False,
            f"This machine's clock and the database's differ by {skew.total_seconds():.0f} s: "
            "links and codes run out at the wrong time.",
            "Let both follow a time server (systemd-timesyncd or chrony).",
        )
    ]


async def _sqlite(connection: AsyncConnection) -> AsyncIterator[Finding]:
    for name, wanted in SQLITE.items():
        found = str(await connection.scalar(text(f"PRAGMA {name}")))
        if found != wanted:
            yield Finding(
                False,
                f"SQLite runs with {name} = {found} instead of {wanted}.",
                "Keep the data folder on a local disk: network disks cannot do this.",
            )


async def _postgresql(connection: AsyncConnection) -> AsyncIterator[Finding]:
    for name in ("synchronous_commit", "fsync", "full_page_writes"):
        if await connection.scalar(text(f"SHOW {name}")) == "off":
            yield Finding(
                False,
                f"PostgreSQL runs with {name} = off: a power cut loses what was saved.",
                f"Set {name} = on in postgresql.conf.",
            )
    if await connection.scalar(text("SHOW is_superuser")) == "on":
        yield Finding(
            False,
            "rounds is a superuser of PostgreSQL: it could do more than it ever needs.",
            "Give it a role of its own that owns only its database (docs/OPERATIONS.md).",
        )


def _way(url: str) -> list[Finding]:
    address = make_url(url)
    host = address.host or str(address.query.get("host", ""))
    sealed = str(address.query.get("ssl", address.query.get("sslmode", "")))
    if _is_near(host) or sealed == "verify-full":
        return []
    return [
        Finding(
            False,
            f"The way to the database at {host} is not proven to be sealed.",
            "Add ?ssl=verify-full to ROUNDS_DATABASE.",
        )
    ]


def _is_near(host: str) -> bool:
    return not host or host.startswith("/") or is_local(host)
