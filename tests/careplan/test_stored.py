"""What is stored of all sections of a plan is read together, as one by one."""

import pytest

from rounds.careplan.beginning import plan_of
from rounds.careplan.log import PlanLog
from rounds.careplan.queries import sections_of
from rounds.careplan.stored import read_all_stored, read_stored
from rounds.kernel.actor import SYSTEM, Role
from rounds.people.model import Patient
from rounds.resources import Foundation
from rounds.sync.log import Entry, EntryKind, Snapshot
from tests.making.fixtures import on_both
from tests.making.people import make_clinic, make_patient, make_staff

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def test_together_and_one_by_one_are_the_same(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units)
    gp = await make_staff(earth.units, clinic, Role.GP)
    log, now = PlanLog(earth.units), earth.clock.now()
    plans = []
    for _ in range(2):  # another's plan is beside it
        patient = await make_patient(earth.units, clinic)
        async with earth.units(SYSTEM) as unit:
            row = await unit.session.get_one(Patient, patient.id)
            plan, sections = await plan_of(unit, row)
        plans.append(plan.id)
        # Nothing, rows alone, a snapshot alone, snapshots with rows after the last.
        for kind, rows, kept in (
            ("goals", 3, []),
            ("problems", 2, [2]),
            ("interventions", 6, [2, 4]),
        ):
            section = sections[kind]
            await log.append(
                [
                    Entry(section, seq, EntryKind.TEXT, gp.id, now, f"{kind} {seq}".encode())
                    for seq in range(1, rows + 1)
                ]
            )
            for seq in kept:
                await log.keep(section, Snapshot(seq, f"{kind} {seq}".encode(), known=[seq]))
            assert await log.bind(section, 7, gp.id, now)
    async with earth.units.reading(SYSTEM) as unit:
        for plan_id in plans:
            found = await sections_of(unit.session, plan_id)
            together = await read_all_stored(unit.session, found)
            assert together == {one.id: await read_stored(unit.session, one.id) for one in found}
            tails = {one.kind: len(one.tail) for one in together.values()}
            assert (tails["goals"], tails["problems"], tails["interventions"]) == (3, 0, 2)
    assert await _of_none(earth) == {}


async def _of_none(earth: Foundation) -> object:
    async with earth.units.reading(SYSTEM) as unit:
        return await read_all_stored(unit.session, [])
