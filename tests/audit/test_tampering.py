"""Whatever the owner of the database changes in the trail behind our back is found."""

import copy
import random
from collections import Counter
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import delete, insert

from rounds.audit.checkpoints import Checkpoints
from rounds.audit.model import AuditEntry, AuditSeal, Unsealed
from rounds.audit.sealing import Sealer
from rounds.audit.verifying import What
from rounds.kernel.actor import SYSTEM
from rounds.resources import Foundation
from tests.audit.tamperings import TAMPERINGS, Row, Trail
from tests.audit.trailed import (
    KEY,
    change,
    disarm,
    lines_of,
    make_trail,
    marks_of,
    seals_of,
    verified,
)
from tests.making.fixtures import on_both

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

RUNS = {"sqlite": 500, "postgresql": 63}


def row(one: Any) -> Row:
    return {column.name: getattr(one, column.name) for column in one.__table__.columns}


class Attacker:
    """Owns the database, but neither the key nor the checkpoints."""

    def __init__(self, earth: Foundation, lines: list[Row], seals: list[Row]) -> None:
        self.earth, self.lines, self.seals = earth, lines, seals
        self._there = self.look(0)

    def look(self, seed: int) -> Trail:
        """The trail as it was, to be changed."""
        lines, seals = ([dict(one) for one in rows] for rows in (self.lines, self.seals))
        return Trail(lines, seals, random.Random(seed))

    async def clear(self) -> None:
        """Empty the tables, whatever came into them."""
        async with self.earth.units(SYSTEM) as unit:
            for model in (AuditEntry, AuditSeal, Unsealed):
                await unit.session.execute(delete(model))
        self._there = Trail([], [], random.Random(0))

    async def put(self, trail: Trail) -> None:
        """Make the database hold exactly this."""
        there, self._there = self._there, copy.deepcopy(trail)
        async with self.earth.units(SYSTEM) as unit:
            await unit.session.execute(delete(Unsealed))
            for model, key, old, new in (
                (AuditEntry, AuditEntry.id, there.lines, trail.lines),
                (AuditSeal, AuditSeal.seq, there.seals, trail.seals),
            ):
                gone = [one[key.key] for one in old if one not in new]
                if gone:
                    await unit.session.execute(delete(model).where(key.in_(gone)))
                come = [one for one in new if one not in old]
                if come:
                    await unit.session.execute(insert(model), come)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def attacker(earth: Foundation) -> Attacker:
    await make_trail(earth)
    assert (await verified(earth)).status == 0
    lines = sorted((row(one) for one in await lines_of(earth.units)), key=lambda one: one["id"])
    found = Attacker(earth, lines, [row(one) for one in await seals_of(earth.units)])
    assert marks_of(earth)[-1].seq == len(found.seals) > 40
    await disarm(earth)
    return found


async def test_every_tampering_is_found_and_named(
    earth: Foundation, attacker: Attacker, shared_kind: str
) -> None:
    tried: Counter[str] = Counter()
    for seed in range(RUNS[shared_kind]):
        tamper = TAMPERINGS[seed % len(TAMPERINGS)]
        trail = attacker.look(seed)
        expected = tamper(trail)
        await attacker.put(trail)
        report = await verified(earth)
        told = (seed, tamper.__name__, expected, report.findings)
        assert report.status == expected.status, told
        assert report.findings[0].seq == expected.seq, told
        assert report.findings[0].what in expected.what, told
        tried[tamper.__name__] += 1
    assert len(tried) == len(set(TAMPERINGS))
    await attacker.put(attacker.look(0))
    report = await verified(earth)
    assert (report.status, report.lines) == (0, len(attacker.lines))


async def test_an_end_changed_and_sealed_anew_is_found(
    earth: Foundation, attacker: Attacker
) -> None:
    """The server itself is made to seal the changed end: the chain is sound, but another one."""
    trail = attacker.look(1)
    gone = trail.seals[-12:]
    del trail.seals[-12:]
    trail.line_of(gone[-1])["object_id"] = trail.line_of(gone[0])["id"]
    await attacker.put(trail)
    async with earth.units(SYSTEM) as unit:
        for line in {seal["entry_id"] for seal in gone}:
            written = any(one["entry_id"] == line for one in trail.seals)
            unit.session.add(Unsealed(entry_id=line, due_at=unit.now if written else None))
    await Sealer(earth.units, KEY, Checkpoints(earth.settings.data / "elsewhere")).catch_up()
    assert len(await seals_of(earth.units)) == len(attacker.seals)
    report = await verified(earth)
    assert report.status == 3
    assert {one.what for one in report.findings} == {What.TRUNCATED}
    await attacker.clear()


def neighbour(id: str) -> str:
    """An id of the same moment that no line has."""
    return id[:-1] + ("1" if id.endswith("0") else "0")


async def test_a_line_that_vanished_before_its_seal_is_found(
    earth: Foundation, attacker: Attacker
) -> None:
    await attacker.put(attacker.look(0))
    async with earth.units(SYSTEM) as unit:
        unit.session.add(Unsealed(entry_id=neighbour(attacker.lines[0]["id"])))
    report = await verified(earth)
    assert (report.status, [one.what for one in report.findings]) == (2, [What.MISSING])


async def test_a_line_that_is_passed_over_is_found(earth: Foundation, attacker: Attacker) -> None:
    trail = attacker.look(7)
    trail.lines.append(
        trail.lines[0] | {"id": neighbour(trail.lines[0]["id"]), "together": None, "count": 1}
    )
    await attacker.put(trail)
    async with earth.units(SYSTEM) as unit:
        unit.session.add(Unsealed(entry_id=trail.lines[-1]["id"]))
    report = await verified(earth)
    assert (report.status, [one.what for one in report.findings]) == (2, [What.UNSEALED])
    assert report.waiting.count == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET at = 'never' WHERE rowid = 9",
        "UPDATE audit_entries SET at = X'00ff' WHERE rowid = 9",
        "UPDATE audit_entries SET count = 'often' WHERE rowid = 9",
        "UPDATE audit_entries SET actor_id = 7 WHERE rowid = 9",
        "UPDATE audit_entries SET object_id = 'a' || char(0) || 'b' WHERE rowid = 9",
        "UPDATE audit_seals SET seq = 'last' WHERE seq = 9",
        "UPDATE audit_seals SET seq = 9.5 WHERE seq = 9",
        "UPDATE audit_seals SET head = X'00' WHERE seq = 9",
        "UPDATE audit_seals SET digest = '' WHERE seq = 9",
    ],
)
async def test_values_that_are_none_are_findings_and_no_fault(
    earth: Foundation, attacker: Attacker, shared_kind: str, statement: str
) -> None:
    if shared_kind != "sqlite":
        return  # Its columns hold what their type says.
    await attacker.put(attacker.look(0))
    await change(earth, statement)
    report = await verified(earth)
    assert report.status == 2
    assert report.findings[0].what in (What.ALTERED, What.COUNT, What.MISSING)
    await attacker.clear()
