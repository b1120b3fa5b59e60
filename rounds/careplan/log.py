"""The log of a plan's sections in the database; it commits in the one queue of all writers."""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from rounds.careplan.model import PlanClient, PlanEntry, PlanSection, PlanSnapshot
from rounds.careplan.stored import packed, read_entries, read_stored
from rounds.kernel.actor import SYSTEM
from rounds.kernel.database import AsyncSession
from rounds.kernel.errors import Unavailable
from rounds.kernel.logs import get_logger
from rounds.kernel.prepared import Prepared
from rounds.kernel.unit import Units
from rounds.sync.log import Entry, Snapshot, Stored, Superseded

log = get_logger(__name__)

SNAPSHOTS_KEPT = 3

# Made once: they are carried out many times a second.
_INSERT = insert(PlanEntry)
_APPEND = Prepared(_INSERT, ("clinic_id", "section_id", "seq", "kind", "writer_id", "at", "data"))
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


async def _keep(session: AsyncSession, section: str, snapshot: Snapshot) -> None:
    there = await session.get(PlanSnapshot, (section, snapshot.seq))
    if there is None:
        session.add(
            PlanSnapshot(
                clinic_id=await _clinic_of(session, section),
                section_id=section,
                seq=snapshot.seq,
                state=snapshot.state,
                items=packed(snapshot),
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
