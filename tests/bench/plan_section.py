"""`plan`: what the gate costs per keystroke, and how long a section of many edits takes to open."""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rounds.careplan.beginning import plan_of
from rounds.careplan.kinds import SHAPES
from rounds.careplan.log import PlanLog
from rounds.kernel.actor import SYSTEM, Role
from rounds.migrations.runner import migrate
from rounds.people.model import Patient
from rounds.resources import Foundation, lay_foundation
from rounds.sync.gate import read
from rounds.sync.live import ROWS_TO_SNAPSHOT, Live
from rounds.sync.log import Entry, EntryKind
from rounds.sync.section import Anything, Section
from tests.making.ground import make_settings
from tests.making.people import make_clinic, make_patient, make_staff
from tests.making.writers import Writer

SECTION = "goals"
WRITERS = 5
ERASED = 0.08
"""Share of edits that take a letter away."""
AT_ONCE = 1000
RUNS = 7
ALL = Anything()


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians: microseconds of the gate for one keystroke, milliseconds until a section is open."""

    edits: int
    gate_us: float
    open_ms: float
    letters: int


def measure(edits: int, seed: int) -> Measured:
    """Let five people write so many edits into one section of a real database, and open it."""
    with tempfile.TemporaryDirectory(prefix="rounds-bench-") as made:
        return asyncio.run(_measure(Path(made), edits, seed))


async def _measure(folder: Path, edits: int, seed: int) -> Measured:
    updates = list(_keystrokes(edits, random.Random(seed)))
    gate = _gate(updates)
    foundation = lay_foundation(make_settings(folder, ""))
    try:
        await migrate(foundation.engine)
        opened, letters = await _open(foundation, updates)
    finally:
        await foundation.close()
    return Measured(edits, gate, opened, letters)


def _keystrokes(edits: int, dice: random.Random) -> Iterator[bytes]:
    writers = [Writer(client + 1) for client in range(WRITERS)]
    lengths = [0] * WRITERS
    for number in range(edits):
        at = number % WRITERS
        field, there = f"t:g{at}.text", lengths[at]
        if there > 1 and dice.random() < ERASED:
            writers[at].erase(field, dice.randrange(there), 1)
            lengths[at] -= 1
        else:
            # Mostly where the last letter was written, now and then elsewhere.
            place = there if dice.random() < 0.98 else dice.randrange(there + 1)
            writers[at].write(field, place, dice.choice("abcdefgh "))
            lengths[at] += 1
        yield from writers[at].send()


def _gate(updates: list[bytes]) -> float:
    """Time the gate over the last tenth of the keystrokes, in a section that holds the rest."""
    most = len(updates) // 10
    section, taken = Section(), 0.0
    for number, update in enumerate(updates):
        if number >= len(updates) - most:
            began = time.perf_counter()
            read(update, section.known, ALL, ALL)
            taken += time.perf_counter() - began
        section.replay(update)
    return round(taken / most * 1e6, 2)


async def _open(foundation: Foundation, updates: list[bytes]) -> tuple[float, int]:
    clinic = await make_clinic(foundation.units)
    gp = await make_staff(foundation.units, clinic, Role.GP)
    patient = await make_patient(foundation.units, clinic)
    async with foundation.units(SYSTEM) as unit:
        _, sections = await plan_of(unit, await unit.session.get_one(Patient, patient.id))
    section, log = sections[SECTION], PlanLog(foundation.units)
    live = Live(section, SHAPES[SECTION], await log.load(section))
    now = foundation.clock.now()
    rows = [
        Entry(section, number, EntryKind.TEXT, gp.id, now, update)
        for number, update in enumerate(updates, 1)
    ]
    for first in range(0, len(rows), AT_ONCE):
        await log.append(rows[first : first + AT_ONCE])
    # The last snapshot is as old as one ever gets.
    live.catch_up(rows[:-ROWS_TO_SNAPSHOT])
    await log.keep(section, live.snapshot())
    took = []
    for _ in range(RUNS):
        began = time.perf_counter()
        live = Live(section, SHAPES[SECTION], await log.load(section))
        took.append(time.perf_counter() - began)
    if live.quarantined or live.seq != len(updates):
        raise RuntimeError("the section is not what was written")
    return round(statistics.median(took) * 1e3, 1), sum(live.section.known.sizes.values())
