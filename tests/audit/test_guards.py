"""The database itself refuses to change the trail, and a deed without its line does not happen."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from rounds.audit.model import AuditEntry
from rounds.resources import Foundation
from tests.audit.trailed import (
    change,
    clock_of,
    lines_of,
    make_trail,
    member,
    sealer_of,
    seals_of,
    verified,
    write_gathered,
)
from tests.making.fixtures import on_both
from tests.making.people import make_clinic

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

FIXED = sorted({column.name for column in AuditEntry.__table__.columns} - {"count"})


async def refused(earth: Foundation, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        await change(earth, statement)


async def test_no_line_and_no_seal_can_be_changed_or_deleted(earth: Foundation) -> None:
    await make_trail(earth)
    before = [len(await lines_of(earth.units)), len(await seals_of(earth.units))]
    for name in FIXED:
        await refused(earth, f"UPDATE audit_entries SET {name} = {other(name)}, count = count + 1")
    await refused(earth, "DELETE FROM audit_entries")
    await refused(earth, "UPDATE audit_seals SET head = 'x'")
    await refused(earth, "UPDATE audit_seals SET seq = seq + 1000")
    await refused(earth, "DELETE FROM audit_seals")
    if earth.engine.dialect.name == "postgresql":
        await refused(earth, "TRUNCATE audit_seals")
        await refused(earth, "TRUNCATE audit_entries CASCADE")
    assert [len(await lines_of(earth.units)), len(await seals_of(earth.units))] == before
    assert (await verified(earth)).status == 0


def other(column: str) -> str:
    """A value the column does not have yet."""
    if column == "at":
        return "'2001-01-01 00:00:00+00:00'"
    is_id = column == "id" or column.endswith("_id")
    return "'00000000-0000-7000-8000-000000000000'" if is_id else "'x'"


async def test_only_a_growing_number_may_change_until_it_is_sealed(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units)
    clock_of(earth).move(days=1)
    read = await write_gathered(earth.units, member(clinic), 2)
    same = "WHERE object_id = '%s'" % (
        read if earth.engine.dialect.name == "postgresql" else read.replace("-", "")
    )
    await change(earth, f"UPDATE audit_entries SET count = count + 1 {same}")
    await refused(earth, f"UPDATE audit_entries SET count = count - 1 {same}")
    await refused(earth, f"UPDATE audit_entries SET count = count {same}")
    async with earth.engine.connect() as connection:
        found = await connection.execute(text(f"SELECT count FROM audit_entries {same}"))
        assert found.scalar_one() == 3


async def test_a_number_that_is_sealed_stays(earth: Foundation) -> None:
    await make_trail(earth)
    sealed = "SELECT entry_id FROM audit_seals WHERE kind = 'count'"
    await refused(earth, f"UPDATE audit_entries SET count = count + 1 WHERE id IN ({sealed})")


async def test_lines_that_were_kept_their_time_may_go_and_their_seals_stay(
    earth: Foundation,
) -> None:
    await make_trail(earth)
    before = (await verified(earth)).seals
    clock_of(earth).move(days=6 * 365 + 40)
    clinic = await make_clinic(earth.units)
    await write_gathered(earth.units, member(clinic), 1)
    await sealer_of(earth).catch_up()
    old = "DELETE FROM audit_entries WHERE at < '2031-01-01'"
    await change(earth, old)
    report = await verified(earth)
    assert (report.status, report.lines, report.expired) == (0, 2, before)
    await refused(earth, "DELETE FROM audit_entries")
