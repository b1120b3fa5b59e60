"""`backup`: megabytes a second of database that are taken, rehearsed and restored."""

import asyncio
import io
import secrets
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from rounds.audit.model import AuditEntry
from rounds.backup.restoring import restore
from rounds.backup.sealing import SealedWriter
from rounds.backup.taking import take
from rounds.kernel.clock import SystemClock
from rounds.kernel.database import make_engine
from rounds.kernel.ids import new_id
from rounds.notices.model import Channel, Notice, NoticeState
from rounds.people.model import System
from rounds.resources import Foundation
from tests.bench.report import Report
from tests.databases import PostgreSQL
from tests.making.clock import StoppedClock
from tests.making.ground import ground, make_settings
from tests.making.notices import give_address
from tests.making.people import make_clinic, make_patient

PROMISE = 1000 / 120
"""Megabytes of database a second: one gigabyte is back within two minutes."""

AT_A_TIME = 5000


@dataclass(frozen=True, slots=True)
class Options:
    """How many lines of the trail there are, and how many messages of four kilobytes."""

    lines: int
    messages: int


def run(options: Options, told: Report) -> None:
    """Take a backup of a clinic with a long trail, and restore it into both databases."""
    told.say(f"Backup: {options.lines} lines of the trail and {options.messages} messages of 4 kB.")
    with tempfile.TemporaryDirectory(prefix="rounds-bench-") as made:
        folder = Path(made)
        for name in ("clinic", "other", "postgresql"):
            (folder / name).mkdir()
        folder.chmod(0o755)  # the server of PostgreSQL has an account of its own
        result = asyncio.run(_measure(options, folder))
    for name, value in result.items():
        told.say(f"  {name}: {value}")
    told.results["backup"] = result
    slowest = min(value for name, value in result.items() if name.startswith("restored"))
    told.promise(slowest >= PROMISE / 3, f"a gigabyte is restored in {1000 / slowest:.0f} s")


async def _measure(options: Options, folder: Path) -> dict[str, float]:
    settings = make_settings(folder / "clinic", "")
    async with ground(settings, StoppedClock()) as foundation:
        await _fill(foundation, options)
        async with foundation.engine.connect() as connection:
            pages = await connection.scalar(sa.text("PRAGMA page_count"))
            size = float(pages or 0) * float(
                await connection.scalar(sa.text("PRAGMA page_size")) or 0
            )
        key, file = secrets.token_bytes(32), io.BytesIO()
        began = time.perf_counter()
        sealed = SealedWriter(file, key)
        await take(foundation.engine, sealed.write, "bench", SystemClock().now(), {})
        sealed.finish()
        taken = time.perf_counter() - began
    result = {
        "megabytes of database": round(size / 1e6, 1),
        "taken, MB/s": round(size / 1e6 / taken, 1),
    }
    for kind, seconds in (await _restored(file, key, folder)).items():
        result[f"restored into {kind}, MB/s"] = round(size / 1e6 / seconds, 1)
    return result


async def _restored(file: io.BytesIO, key: bytes, folder: Path) -> dict[str, float]:
    took = {}
    took["SQLite"] = await _time(make_settings(folder / "other", "").database_url, file, key)
    server = PostgreSQL(folder / "postgresql")
    server.start()
    try:
        address = make_settings(folder, server.new_database()).database_url
        took["PostgreSQL"] = await _time(address, file, key)
    finally:
        server.stop()
    return took


async def _time(address: Any, file: io.BytesIO, key: bytes) -> float:
    engine: AsyncEngine = make_engine(address)
    file.seek(0)
    began = time.perf_counter()
    try:
        await restore(engine, file, key)
    finally:
        await engine.dispose()
    return time.perf_counter() - began


async def _fill(foundation: Foundation, options: Options) -> None:
    clinic = await make_clinic(foundation.units)
    patient = await make_patient(foundation.units, clinic)
    contact = await give_address(foundation.units, foundation.signer, patient, System.EMAIL)
    now = foundation.clock.now()

    def line() -> Mapping[str, Any]:
        return {
            "id": new_id(), "clinic_id": clinic.id, "at": now, "actor_kind": "staff",
            "actor_id": new_id(), "actor_role": "gp", "session_hash": secrets.token_hex(8),
            "patient_id": patient.id, "action": "chart.read", "object_kind": "patient",
            "object_id": patient.id, "outcome": "done", "count": 1, "request": new_id(),
            "together": secrets.token_hex(32),
        }  # fmt: skip

    def message() -> Mapping[str, Any]:
        return {
            "id": new_id(), "clinic_id": clinic.id, "person_id": patient.id,
            "contact_id": contact, "channel": Channel.EMAIL, "kind": "visit_link",
            "values": secrets.token_hex(2000), "state": NoticeState.SENT, "due_at": now,
            "created_at": now, "sent_at": now,
        }  # fmt: skip

    for table, make, count in (
        (AuditEntry, line, options.lines),
        (Notice, message, options.messages),
    ):
        for begin in range(0, count, AT_A_TIME):
            rows = [make() for _ in range(min(AT_A_TIME, count - begin))]
            async with foundation.engine.connect() as connection:
                await connection.execution_options(writes=True)
                async with connection.begin():
                    await connection.execute(sa.insert(table), rows)
