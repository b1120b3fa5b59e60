"""The log of a plan's sections in the database; it commits in the one queue of all writers."""

import contextlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from rounds.careplan.model import PlanClient, PlanEntry, PlanSection, PlanSnapshot
from rounds.kernel.actor import SYSTEM
from rounds.kernel.database import AsyncSession
from rounds.kernel.errors import NotFound, Unavailable
from rounds.kernel.logs import get_logger
from rounds.kernel.prepared import Prepared
from rounds.kernel.unit import Units
from rounds.sync.log import Entry, EntryKind, Lock, Snapshot, Stored, Superseded

log = get_logger(__name__)

SNAPSHOTS_KEPT = 3
NOTHING = Snapshot(0, b"")

# Made once: they are carried out many times a second.
_INSERT = insert(PlanEntry)
_APPEND = Prepared(_INSERT, ("clinic_id", "section_id", "seq", "kind", "writer_id", "at", "data"))
_ROWS = select(
    PlanEntry.seq,
    PlanEntry.kind,
    PlanEntry.writer_id,
    PlanEntry.at,
    PlanEntry.data,
    PlanEntry.first_seq,
    PlanEntry.begun_at,
)
_CLINIC = select(PlanSection.clinic_id).where(PlanSection.id == bindparam("section"))
_ADVANCE = Prepared(
    update(PlanSection)
    .where(PlanSection.id == bindparam("section"), PlanSection.seq == bindparam("before"))
    .values(seq=bindparam("after"))
)


class PlanLog:
    """Keeps sections (see `rounds.sync.log.Log`)."""

    def __init__(self, units: Units) -> None:
        """Write and read through `units`."""
        self._units = units
        self._clinics: dict[str, str] = {}

    async def load(self, section: str, before: int | None = None) -> Stored:
        """Return what is stored (see `rounds.sync.log.Log`). Raises NotFound."""
        async with self._units.reading(SYSTEM) as unit:
            return await read_stored(unit.session, section, before)

    async def since(self, section: str, seq: int) -> Sequence[Entry]:
        """Return the rows of a section after a number."""
        async with self._units.reading(SYSTEM) as unit:
            return await read_entries(unit.session, section, seq)

    async def reached(self, sections: Sequence[str]) -> Mapping[str, int]:
        """Return the number of the last row of each section."""
        async with self._units.reading(SYSTEM) as unit:
            found = await unit.session.execute(
                select(PlanSection.id, PlanSection.seq).where(PlanSection.id.in_(sections))
            )
            return {row.id: row.seq for row in found}

    async def append(self, entries: Sequence[Entry]) -> None:
        """Append rows, all or none. Raises Superseded, or Unavailable when nothing is stored."""
        borders: dict[str, list[int]] = {}
        for entry in entries:
            borders.setdefault(entry.section, [entry.seq - 1, 0])[1] = entry.seq
        try:
            await self._units.straight(
                lambda connection: self._append(connection, borders, entries)
            )
        except (DBAPIError, OSError) as fault:
            log.exception("plan_not_stored", count=len(entries))
            raise Unavailable("This could not be saved.", retry_after=5) from fault

    def _append(
        self,
        connection: Connection,
        borders: Mapping[str, Sequence[int]],
        entries: Sequence[Entry],
    ) -> None:
        _advance(connection, borders)
        for section in borders.keys() - self._clinics.keys():
            self._clinics[section] = connection.execute(_CLINIC, {"section": section}).scalar_one()
        _APPEND.run(connection, [_row(self._clinics[entry.section], entry) for entry in entries])

    async def keep(self, section: str, snapshot: Snapshot) -> None:
        """Keep a snapshot, and the two before it."""
        # Another process may have kept the same one in the same moment.
        with contextlib.suppress(IntegrityError):
            async with self._units(SYSTEM) as unit:
                await _keep(unit.session, section, snapshot)

    async def bind(self, section: str, client: int, writer: str, at: datetime) -> bool:
        """Bind a client id to a person for good; False when it is somebody else's."""
        try:
            async with self._units(SYSTEM) as unit:
                bound = await unit.session.get(PlanClient, (section, client))
                if bound is None:
                    unit.session.add(
                        PlanClient(
                            clinic_id=await _clinic_of(unit.session, section),
                            section_id=section,
                            client=client,
                            writer_id=writer,
                            bound_at=at,
                        )
                    )
                    return True
                return bound.writer_id == writer
        except IntegrityError:
            # Another process bound it in the same moment.
            return False


async def read_stored(session: AsyncSession, section: str, before: int | None = None) -> Stored:
    """Return what is stored of a section, in a transaction that is open. Raises NotFound.

    `before`: begin from a snapshot older than this row.
    """
    row = await session.get(PlanSection, section)
    if row is None:
        raise NotFound
    snapshot = await _newest(session, section, before)
    clients = await session.execute(
        select(PlanClient.client, PlanClient.writer_id).where(PlanClient.section_id == section)
    )
    return Stored(
        kind=row.kind,
        epoch=row.epoch,
        snapshot=snapshot,
        tail=await read_entries(session, section, snapshot.seq),
        clients={row.client: row.writer_id for row in clients},
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
    last = {row.section_id: _read(row) for row in snapshots}
    clients: dict[str, dict[int, str]] = {id: {} for id in ids}
    bound = await session.execute(
        select(PlanClient.section_id, PlanClient.client, PlanClient.writer_id).where(
            PlanClient.section_id.in_(ids)
        )
    )
    for section, client, writer in bound:
        clients[section][client] = writer
    tails: dict[str, list[Entry]] = {id: [] for id in ids}
    rows = await session.execute(
        _ROWS.add_columns(PlanEntry.section_id)
        .outerjoin(newest, newest.c.section_id == PlanEntry.section_id)
        .where(PlanEntry.section_id.in_(ids), PlanEntry.seq > func.coalesce(newest.c.seq, 0))
        .order_by(PlanEntry.section_id, PlanEntry.seq)
    )
    for *row, section in rows:
        tails[section].append(_entry(section, *row))
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


async def note_archived(session: AsyncSession, section: str, done: int, until: int) -> bool:
    """Note up to which row a section was gone through; False when it is not `done` any more."""
    moved = await session.execute(
        update(PlanSection)
        .where(PlanSection.id == section, PlanSection.archived == done)
        .values(archived=until)
        .returning(PlanSection.id)
    )
    return moved.first() is not None


async def replace_entries(
    session: AsyncSession, section: PlanSection, joined: Sequence[Entry]
) -> int | None:
    """Put rows in the place of those they stand for; return how many fewer there are.

    None when one of those is not there any more: then nothing may be kept of it.
    """
    going = [seq for one in joined for seq in range(one.begin, one.seq + 1)]
    if not going:
        return 0
    gone = await session.execute(
        delete(PlanEntry)
        .where(PlanEntry.section_id == section.id, PlanEntry.seq.in_(going))
        .returning(PlanEntry.seq)
    )
    if len(gone.all()) != len(going):
        return None
    await session.execute(
        _INSERT,
        [
            _row(section.clinic_id, one) | {"first_seq": one.first, "begun_at": one.begun_at}
            for one in joined
        ],
    )
    return len(going) - len(joined)


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
    return NOTHING if row is None else _read(row)


def _written(snapshot: Snapshot) -> str:
    held: dict[str, Any] = {"items": snapshot.items, "commands": snapshot.commands}
    if snapshot.lock is not None:
        lock = snapshot.lock
        held["lock"] = [lock.by, lock.at.isoformat(), *([lock.reason] if lock.reason else [])]
    if snapshot.known is not None:
        held["known"] = json.dumps(snapshot.known, ensure_ascii=False, separators=(",", ":"))
        held["of"] = _digest(snapshot.state, held["known"])
    return json.dumps(held, ensure_ascii=False, sort_keys=True)


def _digest(state: bytes, known: str) -> str:
    """Return what holds together a state and what is known of it: either may be damaged."""
    return sha256(sha256(state).digest() + known.encode()).hexdigest()


def _read(row: PlanSnapshot) -> Snapshot:
    held = json.loads(row.items)
    commands = [(command, seq) for command, seq in held["commands"]]
    lock = held.get("lock")
    locked = Lock(lock[0], datetime.fromisoformat(lock[1]), *lock[2:]) if lock else None
    known = held.get("known")
    sure = known is not None and held["of"] == _digest(row.state, known)
    return Snapshot(
        row.seq, row.state, held["items"], commands, locked, json.loads(known) if sure else None
    )


async def _keep(session: AsyncSession, section: str, snapshot: Snapshot) -> None:
    there = await session.get(PlanSnapshot, (section, snapshot.seq))
    if there is None:
        session.add(
            PlanSnapshot(
                clinic_id=await _clinic_of(session, section),
                section_id=section,
                seq=snapshot.seq,
                state=snapshot.state,
                items=_written(snapshot),
            )
        )
        await session.flush()
    kept = (
        select(PlanSnapshot.seq)
        .where(PlanSnapshot.section_id == section)
        .order_by(PlanSnapshot.seq.desc())
        .limit(SNAPSHOTS_KEPT)
    )
    await session.execute(
        delete(PlanSnapshot).where(
            PlanSnapshot.section_id == section, PlanSnapshot.seq.not_in(kept)
        )
    )


async def _clinic_of(session: AsyncSession, section: str) -> str:
    return (await session.get_one(PlanSection, section)).clinic_id


def _row(clinic: str, entry: Entry) -> dict[str, Any]:
    return {
        "clinic_id": clinic,
        "section_id": entry.section,
        "seq": entry.seq,
        "kind": entry.kind,
        "writer_id": entry.writer,
        "at": entry.at,
        "data": entry.data,
    }


def _advance(connection: Connection, borders: Mapping[str, Sequence[int]]) -> None:
    # In one order, so that two processes never wait for each other.
    moves = [
        {"section": section, "before": before, "after": after}
        for section, (before, after) in sorted(borders.items())
    ]
    if connection.dialect.supports_sane_multi_rowcount:
        moved = _ADVANCE.run(connection, moves).rowcount
    else:
        moved = sum(_ADVANCE.run(connection, [move]).rowcount for move in moves)
    if moved != len(moves):
        raise Superseded
