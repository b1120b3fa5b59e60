"""Base of all tables, the column types, and the engine with its safety settings."""

import os
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    TypeDecorator,
    Uuid,
    create_engine,
    event,
)
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.ext.asyncio import AsyncSession as AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the product."""

    metadata = MetaData(naming_convention=NAMING)


class Moment(TypeDecorator[datetime]):
    """An instant: aware datetimes in, aware UTC out, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: they have no place on the world's line of time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite forgets the zone; what we stored was UTC."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class SealedBytes(TypeDecorator[bytes]):
    """Bytes about a person, stored with a header that says how they are sealed.

    Layout: one byte form (0 = clear, the only one yet), one byte length of the key id, the key
    id, then the content. Clear rows name no key; a later form adds encryption per patient
    without touching any table, since every such column already has this type.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Write the header and the content."""
        return None if value is None else _sealed(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Read a clear row; refuse a form this version does not know rather than show noise."""
        return None if value is None else _unsealed(value)


class Sealed(TypeDecorator[str]):
    """Text about a person, sealed as `SealedBytes` in UTF-8."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Write the header and the text."""
        return None if value is None else _sealed(value.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Read the text; see `SealedBytes`."""
        return None if value is None else _unsealed(value).decode()


def _sealed(content: bytes) -> bytes:
    return b"\x00\x00" + content


def _unsealed(value: bytes) -> bytes:
    if len(value) < 2 or value[0] != 0:
        raise ValueError(f"sealed with form {value[:1].hex()}, unknown to this version")
    return value[2 + value[1] :]


class Identified:
    """A row with its own identifier."""

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)


def make_engine(url: str, options: Mapping[str, Any] | None = None) -> AsyncEngine:
    """Return the engine for `url`, with durable commits and enforced foreign keys."""
    if url.startswith("sqlite"):
        _make_private(make_url(url).database or "")
        engine = create_async_engine(url, **{"connect_args": {"timeout": 10}, **(options or {})})
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    return create_async_engine(
        url,
        **{
            "pool_pre_ping": True,
            "connect_args": {
                "server_settings": {
                    "statement_timeout": "5000",
                    "idle_in_transaction_session_timeout": "10000",
                    "synchronous_commit": "on",
                }
            },
            **(options or {}),
        },
    )


def make_straight_engine(url: URL, waits: bool = True) -> Engine:
    """Return an engine without a loop for a database of SQLite, as safe as `make_engine`'s.

    One that does not wait refuses while another program writes (`is_locked`), and leaves it to
    the others to move what was written into the database file.
    """
    engine = create_engine(
        url.set(drivername="sqlite"),
        connect_args={"timeout": 10 if waits else 0, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    if not waits:
        event.listen(engine, "connect", _leave_log)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def make_sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Return the factory of sessions; rows stay readable after a commit."""
    return async_sessionmaker(engine, expire_on_commit=False)


def is_out_of_space(fault: DBAPIError) -> bool:
    """Say whether the database refused because there is no room left for what was written."""
    if getattr(fault.orig, "sqlstate", None) in ("53100", "53400"):
        return True  # PostgreSQL: disk_full, configuration_limit_exceeded
    return "database or disk is full" in str(fault.orig)


def is_collision(fault: DBAPIError) -> bool:
    """Say whether PostgreSQL ended a transaction so that another could go on."""
    # deadlock_detected, serialization_failure
    return getattr(fault.orig, "sqlstate", None) in ("40P01", "40001")


def is_locked(fault: DBAPIError) -> bool:
    """Say whether SQLite refused because another program writes."""
    return getattr(fault.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def is_sqlite(engine: AsyncEngine) -> bool:
    """Say whether the database takes only one writer at a time."""
    return engine.dialect.name == "sqlite"


def _make_private(file: str) -> None:
    # SQLite gives the files beside the database the mode of the database itself.
    path = Path(file)
    if file and path.parent.is_dir() and not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late for our reads; we send it ourselves (below).
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        # A commit that was told to a person survives a power cut.
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _leave_log(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA wal_autocheckpoint = 0")


def _begin_sqlite(connection: Any) -> None:
    # A writer takes its place at once: a reader that turns writer half-way could only fail.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
