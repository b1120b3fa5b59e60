"""What somebody with the key may seal: whatever it says, nothing of it is half restored."""

import hashlib
import io
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from rounds.backup.restoring import restore
from rounds.backup.sealing import SealedWriter
from rounds.backup.taking import line, take
from rounds.kernel.database import make_engine
from rounds.kernel.errors import Invalid
from rounds.migrations.runner import current
from rounds.resources import Foundation
from tests.making.clock import START
from tests.making.visits import make_visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEY = bytes(range(32))
NOBODY = "01a216ae-0000-769b-8c85-9f9f183bafdd"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def full(earth: Foundation) -> list[Any]:
    """The lines of a sound backup with a clinic, its people and a visit."""
    await make_visit(earth.units)
    plain: list[bytes] = []
    await take(earth.engine, plain.append, "0.1.0", START, {"secret": bytes(32)})
    return [json.loads(one) for one in b"".join(plain).splitlines()]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def empty() -> AsyncIterator[AsyncEngine]:
    """A database in memory, which every refusal has to leave empty for the next."""
    engine = make_engine("sqlite+aiosqlite://")
    yield engine
    await engine.dispose()


async def is_empty(engine: AsyncEngine) -> bool:
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda plain: sa.inspect(plain).get_table_names())
    return set(names) <= {"alembic_version"} and await current(engine) is None


async def test_what_is_sound_is_restored(full: list[Any]) -> None:
    """Else the refusals below would prove nothing."""
    engine = make_engine("sqlite+aiosqlite://")
    restored = await restore(engine, forged(as_lines(full)), KEY)
    assert restored.sums["visits"].rows == 1
    again = resummed(full, "people", lambda row: row)
    assert again == full
    await engine.dispose()


def forged(plain: bytes) -> io.BytesIO:
    """A backup with any content, sealed by the owner of the key."""
    file = io.BytesIO()
    writer = SealedWriter(file, KEY)
    writer.write(plain)
    writer.finish()
    return file


def change(lines: list[Any], at: str, **values: Any) -> list[Any]:
    """The lines with other values in the first object that has this key."""
    which = next(n for n, one in enumerate(lines) if isinstance(one, dict) and at in one)
    return [*lines[:which], lines[which] | values, *lines[which + 1 :]]


def as_lines(records: list[Any]) -> bytes:
    return b"".join(line(one) for one in records)


def row_of(lines: list[Any], table: str) -> int:
    return (
        next(
            n for n, one in enumerate(lines) if isinstance(one, dict) and one.get("table") == table
        )
        + 1
    )


def resummed(lines: list[Any], table: str, new: Callable[[dict[str, Any]], Any]) -> list[Any]:
    """The lines with every row of a table made new, and a sum that fits them."""
    begin = row_of(lines, table)
    end = next(n for n in range(begin, len(lines)) if isinstance(lines[n], dict))
    names = [name for name, _ in lines[begin - 1]["columns"]]
    rows = [list(new(dict(zip(names, row, strict=True))).values()) for row in lines[begin:end]]
    digest = hashlib.sha256(as_lines(rows)).hexdigest()
    return [*lines[:begin], *rows, lines[end] | {"sha256": digest}, *lines[end + 1 :]]


Forge = Callable[[list[Any]], list[Any]]
HOSTILE: dict[str, Forge] = {
    "nothing": lambda _: [],
    "no header": lambda lines: lines[1:],
    "a format to come": lambda lines: change(lines, "backup", backup=2),
    "a newer revision": lambda lines: change(lines, "backup", revision="9999"),
    "a revision that is a path": lambda lines: change(lines, "backup", revision="../0001"),
    "no moment": lambda lines: change(lines, "backup", made_at=7),
    "cut off": lambda lines: lines[: len(lines) // 2],
    "no end": lambda lines: lines[:-1],
    "more after the end": lambda lines: [*lines, {"end": "backup", "rows": 0}],
    "a row left out": lambda lines: [*lines[:2], *lines[3:]],
    "a row twice": lambda lines: [*lines[:3], *lines[2:]],
    "a table left out": lambda lines: [lines[0], *lines[row_of(lines, "people") - 1 :]],
    "a table of the database": lambda lines: change(lines, "table", table="sqlite_master"),
    "a table of another name": lambda lines: change(
        lines, "table", table='x"; DROP TABLE people;--'
    ),
    "a table that is a number": lambda lines: change(lines, "table", table=7),
    "a column too few": lambda lines: change(lines, "table", columns=lines[1]["columns"][1:]),
    "columns that are words": lambda lines: change(lines, "table", columns="id"),
    "another kind": lambda lines: change(
        lines, "table", columns=[[lines[1]["columns"][0][0], "text"], *lines[1]["columns"][1:]]
    ),
    "another key": lambda lines: change(lines, "table", key=["name"]),
    "a file elsewhere": lambda lines: change(lines, "file", file="../../etc/cron.d/x"),
    "a file over the database": lambda lines: change(lines, "file", file="rounds.sqlite"),
    "a file that is a list": lambda lines: change(lines, "file", file=["secret"]),
    "a file that is no base64": lambda lines: change(lines, "file", content="%%%"),
    "a row of numbers": lambda lines: [*lines[:2], [1, 2, 3], *lines[3:]],
    "a row that is a word": lambda lines: [*lines[:2], "row", *lines[3:]],
    "a clinic that is not there": lambda lines: resummed(
        lines, "clinics", lambda row: row | {"id": NOBODY}
    ),
    "one id for two": lambda lines: resummed(lines, "people", lambda row: row | {"id": NOBODY}),
    "nothing where something must be": lambda lines: resummed(
        lines, "people", lambda row: row | {"clinic_id": None}
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_what_is_hostile_leaves_the_database_empty(
    full: list[Any], empty: AsyncEngine, what: str
) -> None:
    lines = HOSTILE[what](full)
    with pytest.raises(Invalid):
        await restore(empty, forged(as_lines(lines)), KEY)
    assert await is_empty(empty)


@pytest.mark.parametrize(
    "plain", [b"", b"\n", b"{", b"[" * 100_000 + b"\n", b"\xff\xfe\n", b'{"backup":1}']
)
async def test_what_is_no_stream_of_ours_is_refused(empty: AsyncEngine, plain: bytes) -> None:
    with pytest.raises(Invalid):
        await restore(empty, forged(plain), KEY)
    assert await is_empty(empty)
