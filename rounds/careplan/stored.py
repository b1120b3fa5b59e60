"""Reads what is stored of a plan's sections; packs snapshots into their rows, and unpacks them."""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from rounds.careplan.model import PlanClient, PlanEntry, PlanSection, PlanSnapshot
from rounds.kernel.database import AsyncSession
from rounds.kernel.errors import NotFound
from rounds.sync.log import Entry, EntryKind, Lock, Snapshot, Stored

NOTHING = Snapshot(0, b"")

# Made once: it is carried out many times a second.
_ROWS = select(
    PlanEntry.seq,
    PlanEntry.kind,
    PlanEntry.writer_id,
    PlanEntry.at,
    PlanEntry.data,
    PlanEntry.first_seq,
    PlanEntry.begun_at,
)


async def read_stored(session: AsyncSession, section: str, before: int | None = None) -> Stored:
    """Return what is stored of a section, in a transaction that is open. Raises NotFound.

    `before`: begin from a snapshot older than this row.
    """
    row = await session.get(PlanSection, section)
    if row is None:
        raise NotFound
    snapshot = await _newest(session, section, before)
    return Stored(
        kind=row.kind,
        epoch=row.epoch,
        snapshot=snapshot,
        tail=await read_entries(session, section, snapshot.seq),
        clients=(await _clients_of(session, [section]))[section],
    )


async def read_all_stored(
    session: AsyncSession, sections: Sequence[PlanSection]
) -> dict[str, Stored]:
    """Return what is stored of many sections, by id, as `read_stored` does of one."""
    ids = [one.id for one in sections]
    newest = (
        select(PlanSnapshot.section_id, func.max(PlanSnapshot.seq).label("seq"))
        .where(PlanSnapshot.section_id.in_(ids))
        .group_by(PlanSnapshot.section_id)
        .subquery()
    )
    here, its = PlanSnapshot, newest.c
    snapshots = await session.scalars(
        select(here).join(newest, (its.section_id == here.section_id) & (its.seq == here.seq))
    )
    last = {row.section_id: unpacked(row) for row in snapshots}
    rows = await session.execute(
        _ROWS.add_columns(PlanEntry.section_id)
        .outerjoin(newest, its.section_id == PlanEntry.section_id)
        .where(PlanEntry.section_id.in_(ids), PlanEntry.seq > func.coalesce(its.seq, 0))
        .order_by(PlanEntry.section_id, PlanEntry.seq)
    )
    tails: dict[str, list[Entry]] = {id: [] for id in ids}
    for *row, section in rows:
        tails[section].append(_entry(section, *row))
    clients = await _clients_of(session, ids)
    return {
        one.id: Stored(
            one.kind, one.epoch, last.get(one.id, NOTHING), tails[one.id], clients[one.id]
        )
        for one in sections
    }


async def read_entries(
    session: AsyncSession,
    section: str,
    after: int = 0,
    until: int | None = None,
    most: int | None = None,
) -> list[Entry]:
    """Return the rows of a section after a number and until another, at most so many, in order."""
    wanted = _ROWS.where(PlanEntry.section_id == section, PlanEntry.seq > after)
    if until is not None:
        wanted = wanted.where(PlanEntry.seq <= until)
    found = await session.execute(wanted.order_by(PlanEntry.seq).limit(most))
    return [_entry(section, *row) for row in found]


def packed(snapshot: Snapshot) -> str:
    """Return what a snapshot holds beside the state of its texts, for its row."""
    held: dict[str, Any] = {"items": snapshot.items, "commands": snapshot.commands}
    if snapshot.lock is not None:
        lock = snapshot.lock
        held["lock"] = [lock.by, lock.at.isoformat(), *([lock.reason] if lock.reason else [])]
    if snapshot.known is not None:
        held["known"] = json.dumps(snapshot.known, ensure_ascii=False, separators=(",", ":"))
        held["of"] = _digest(snapshot.state, held["known"])
    return json.dumps(held, ensure_ascii=False, sort_keys=True)


def unpacked(row: PlanSnapshot) -> Snapshot:
    """Return the snapshot that a row holds."""
    held = json.loads(row.items)
    commands = [(command, seq) for command, seq in held["commands"]]
    lock = held.get("lock")
    locked = Lock(lock[0], datetime.fromisoformat(lock[1]), *lock[2:]) if lock else None
    known = held.get("known")
    sure = known is not None and held["of"] == _digest(row.state, known)
    return Snapshot(
        row.seq, row.state, held["items"], commands, locked, json.loads(known) if sure else None
    )


def _digest(state: bytes, known: str) -> str:
    """Return what holds together a state and what is known of it: either may be damaged."""
    return sha256(sha256(state).digest() + known.encode()).hexdigest()


def _entry(
    section: str,
    seq: int,
    kind: str,
    writer: str,
    at: datetime,
    data: bytes,
    first: int | None,
    begun: datetime | None,
) -> Entry:
    return Entry(section, seq, EntryKind(kind), writer, at, data, first, begun)


async def _newest(session: AsyncSession, section: str, before: int | None) -> Snapshot:
    wanted = select(PlanSnapshot).where(PlanSnapshot.section_id == section)
    if before is not None:
        wanted = wanted.where(PlanSnapshot.seq < before)
    row = await session.scalar(wanted.order_by(PlanSnapshot.seq.desc()).limit(1))
    return NOTHING if row is None else unpacked(row)


async def _clients_of(session: AsyncSession, ids: Sequence[str]) -> dict[str, dict[int, str]]:
    """Return whose client ids are whose, by section."""
    bound = await session.execute(
        select(PlanClient.section_id, PlanClient.client, PlanClient.writer_id).where(
            PlanClient.section_id.in_(ids)
        )
    )
    found: dict[str, dict[int, str]] = {id: {} for id in ids}
    for section, client, writer in bound:
        found[section][client] = writer
    return found
