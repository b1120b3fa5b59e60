"""Restores a backup into an empty database of either kind, whole or not at all."""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from rounds.backup.contents import (
    Header,
    Record,
    as_object,
    read_header,
    read_shape,
    records,
    refuse,
)
from rounds.backup.files import read_file
from rounds.backup.inserting import REFUSED, insert_rows
from rounds.backup.rows import TableShape, read_row, readers_of
from rounds.backup.schema import (
    BY_TRIGGERS,
    VERSION_TABLE,
    as_clause,
    go_on_counting,
    read_tables,
    take_all_the_time,
)
from rounds.backup.sealing import check_whole
from rounds.backup.taking import AT_A_TIME, Sum, Watch, add_up, nobody
from rounds.kernel.config import Settings
from rounds.kernel.database import make_engine
from rounds.kernel.errors import Conflict, Invalid
from rounds.migrations.runner import current, migrate, revisions


@dataclass(frozen=True, slots=True)
class Restored:
    """What came out of a backup: its header, each table's sum, the small files it carries."""

    header: Header
    sums: Mapping[str, Sum]
    files: Mapping[str, bytes]


async def verify(file: BinaryIO, key: bytes, watch: Watch = nobody) -> Restored:
    """Restore into a database of its own that is thrown away; the clinic's is not touched."""
    with tempfile.TemporaryDirectory(prefix="rounds-verify-") as folder:
        engine = make_engine(Settings(data=Path(folder), database="").database_url)
        try:
            return await restore(engine, file, key, watch)
        finally:
            await engine.dispose()


async def restore(
    engine: AsyncEngine, file: BinaryIO, key: bytes, watch: Watch = nobody
) -> Restored:
    """Put a backup into an empty database, compare every table, then bring it to this version.

    Raises Invalid for a file that is damaged, of another key, hostile or of a newer version, and
    Conflict for a database that is not empty. Whatever is raised, nothing of it was restored.
    """
    check_whole(file)
    stream = records(file, key)
    header = read_header(next(stream, (b"", None)))
    if header.revision not in revisions():
        raise Invalid(
            f"This backup was made by a newer version of rounds ({header.version}).\n"
            "  Fix: install that version or a newer one."
        )
    await _must_be_empty(engine)
    await migrate(engine, "base")
    await migrate(engine, header.revision)
    is_whole = False
    try:
        sums, files = await _fill(engine, header, stream, watch)
        is_whole = True
    finally:
        await migrate(engine, "head" if is_whole else "base")
    return Restored(header, sums, files)


async def _must_be_empty(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        tables = await connection.run_sync(lambda plain: sa.inspect(plain).get_table_names())
        for name in tables:
            found = sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)
            if name != VERSION_TABLE and await connection.scalar(found):
                raise Conflict(
                    "This database is not empty; a backup is restored only into an empty one.\n"
                    "  Fix: set ROUNDS_DATA to a new folder, or ROUNDS_DATABASE to a new database."
                )
    if set(tables) - {VERSION_TABLE} and await current(engine) not in revisions():
        raise Conflict("This database belongs to something else than rounds.")


async def _fill(
    engine: AsyncEngine, header: Header, stream: Iterator[Record], watch: Watch
) -> tuple[Mapping[str, Sum], Mapping[str, bytes]]:
    async with engine.connect() as connection:
        await connection.execution_options(writes=True)
        try:
            async with connection.begin():
                await take_all_the_time(connection)
                known = {one.name: one for one in await connection.run_sync(read_tables)}
                pouring = _Pouring(connection, known, watch)
                await pouring.run(stream)
                if len(pouring.sums) != header.tables or set(pouring.sums) != set(known):
                    refuse()
                await go_on_counting(connection)
        except REFUSED:
            raise Invalid("This backup does not fit together. Nothing was restored from it.") from (
                None
            )
    return pouring.sums, pouring.files


class _Pouring:
    """Puts the stream's tables into a database, one after the other, and compares each."""

    def __init__(
        self, connection: AsyncConnection, known: Mapping[str, TableShape], watch: Watch
    ) -> None:
        self.sums: dict[str, Sum] = {}
        self.files: dict[str, bytes] = {}
        self._connection, self._known, self._watch = connection, known, watch

    async def run(self, stream: Iterator[Record]) -> None:
        """Take the stream to its end."""
        for record in stream:
            told = as_object(record)
            if "table" in told and not self.files:
                shape = read_shape(told, self._known)
                if shape.name in self.sums:
                    refuse()
                self.sums[shape.name] = await self._table(shape, stream)
                self._watch(shape.name, self.sums[shape.name].rows)
            elif "file" in told:
                name, content = read_file(told)
                self.files[name] = content
            elif told.get("end") == "backup":
                rows = sum(one.rows for one in self.sums.values())
                if told.get("rows") != rows or next(stream, None) is not None:
                    refuse()
                return
            else:
                refuse()
        refuse()

    async def _table(self, shape: TableShape, stream: Iterator[Record]) -> Sum:
        if shape.name in BY_TRIGGERS:
            await self._connection.execute(sa.delete(as_clause(shape)))
        readers, digest, rows = readers_of(shape), hashlib.sha256(), 0
        waiting: list[Mapping[str, Any]] = []
        for line, told in stream:
            if isinstance(told, dict):
                break
            digest.update(line)
            rows += 1
            waiting.append(read_row(shape, readers, told))
            if len(waiting) == AT_A_TIME:
                await insert_rows(self._connection, shape, waiting)
                waiting = []
        else:
            refuse()
        if waiting:
            await insert_rows(self._connection, shape, waiting)
        read = Sum(rows, digest.hexdigest())
        if told != {"end": shape.name, **read._asdict()}:
            refuse()
        # What the database gives back now is what the clinic will see.
        if await add_up(self._connection, shape) != read:
            raise Invalid(f"{shape.name} came out of the database other than it went in.")
        return read
