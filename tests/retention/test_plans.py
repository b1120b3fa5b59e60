"""A plan goes as a whole when its clinic chose so and its time is over, and never a part of it."""

from typing import Any

import pytest
from sqlalchemy import func, select

from rounds.careplan.acknowledging import acknowledge
from rounds.careplan.kinds import SHAPES
from rounds.careplan.looking import look
from rounds.careplan.model import (
    CarePlan,
    PlanClient,
    PlanEntry,
    PlanPending,
    PlanRight,
    PlanSection,
    PlanSnapshot,
)
from rounds.careplan.opening import open_plan
from rounds.careplan.pending import leave_edit
from rounds.careplan.retention import RULES
from rounds.careplan.signing import sign
from rounds.careplan.template_model import PlanTemplate, PlanTemplateUse
from rounds.careplan.version_model import (
    Meaning,
    PlanAcknowledgement,
    PlanSignature,
    PlanVersion,
)
from rounds.kernel.actor import SYSTEM
from rounds.kernel.database import Base
from rounds.kernel.errors import Conflict, Invalid
from rounds.kernel.ids import new_id
from rounds.people.clinic import RECORD_YEARS, record_time, set_hold, set_record_years
from rounds.people.model import Membership
from rounds.resources import Foundation
from rounds.retention.running import count_over, delete_over
from rounds.sync.commands import Command, Op
from tests.making.clock import StoppedClock
from tests.making.fixtures import on_both
from tests.making.planned import Planned, make_planned

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

WITHIN = [
    PlanSection, PlanEntry, PlanSnapshot, PlanClient, PlanVersion, PlanSignature,
    PlanAcknowledgement, PlanRight, PlanPending, PlanTemplateUse,
]  # fmt: skip
"""Every table of a plan beside its own."""


def clock(earth: Foundation) -> StoppedClock:
    assert isinstance(earth.clock, StoppedClock)
    return earth.clock


def pass_years(earth: Foundation, years: int) -> None:
    clock(earth).move(seconds=record_time(years).total_seconds())


async def choose(there: Planned, years: int | None) -> None:
    async with there.earth.units(SYSTEM) as unit:
        await set_record_years(unit, there.clinic.id, years)


async def leave_edit_to(there: Planned, refused: str | None) -> None:
    """Leave an edit, which was refused or waits."""
    async with there.earth.units(SYSTEM) as unit:
        section = await unit.session.get_one(PlanSection, there.sections["problems"])
        command = Command(new_id(), Op.SET, "p1", values={"status": "active"})
        edit = await leave_edit(unit, section, there.gp.id, command)
        (await unit.session.get_one(PlanPending, edit)).refused = refused


async def ended(there: Planned) -> None:
    """Let the care team end now."""
    async with there.earth.units(SYSTEM) as unit:
        found = await unit.session.scalars(
            select(Membership).where(Membership.patient_id == there.patient.id)
        )
        for one in found:
            one.ends_at = unit.now


async def a_plan_with_everything(earth: Foundation) -> Planned:
    """A plan with a row in each of its tables, whose care team has ended."""
    there = await make_planned(earth)
    await there.write("problems", "p1", there.gp, "Pain")
    async with earth.units(there.actor(there.gp)) as unit:
        seen = (await look(unit, there.patient.id)).hash
        version = await sign(unit, there.patient.id, SHAPES, seen, Meaning.AUTHORED)
    async with earth.units(there.actor(there.therapist)) as unit:
        await acknowledge(unit, there.patient.id, version.id)
    common = {"clinic_id": there.clinic.id, "plan_id": there.plan}
    async with earth.units(SYSTEM) as unit:
        template = PlanTemplate(
            id=new_id(), clinic_id=there.clinic.id, pathway=new_id()[:8], number=1,
            made_at=unit.now, shipped=True, edition=1, content="{}",
        )  # fmt: skip
        unit.session.add(template)
        await unit.session.flush()
        unit.session.add_all(
            [
                PlanTemplateUse(id=new_id(), template_id=template.id, used_by=there.gp.id,
                                used_at=unit.now, brought="[]", **common),
                PlanRight(id=new_id(), person_id=there.patient.id, kind="goals", right=1,
                          set_by=there.gp.id, set_at=unit.now, **common),
            ]
        )  # fmt: skip
    await leave_edit_to(there, "precondition")
    await ended(there)
    return there


async def rows(earth: Foundation, model: type[Any], clinic: str) -> int:
    async with earth.units.reading(SYSTEM) as unit:
        statement = select(func.count()).select_from(model).where(model.clinic_id == clinic)
        return int(await unit.session.scalar(statement) or 0)


async def kept(there: Planned) -> dict[str, int]:
    return {
        one.__tablename__: await rows(there.earth, one, there.clinic.id)
        for one in (CarePlan, *WITHIN)
    }


async def over(there: Planned) -> int:
    async with there.earth.units.reading(SYSTEM) as unit:
        return (await count_over(unit, there.clinic.id))["care_plans"]


async def deleted(there: Planned) -> int:
    return (await delete_over(there.earth.units, there.clinic.id, RULES))["care_plans"]


async def test_every_table_of_a_plan_is_known_here(earth: Foundation) -> None:
    """A new table with a plan's rows must not be left behind when the plan goes."""
    mine = {"care_plans", *(one.__tablename__ for one in WITHIN)}
    refer = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in mine
    }
    assert refer <= mine


@pytest.mark.parametrize("years", RECORD_YEARS)
async def test_a_plan_goes_as_a_whole_after_the_years_that_were_chosen(
    earth: Foundation, years: int
) -> None:
    there, other = await a_plan_with_everything(earth), await a_plan_with_everything(earth)
    before = await kept(there)
    assert min(before.values()) >= 1
    await choose(there, years)
    pass_years(earth, years)
    # Refused edits are no part of the record; they went long ago.
    await delete_over(earth.units, there.clinic.id, [RULES[1]])
    assert await over(there) == await deleted(there) == 0
    clock(earth).move(seconds=1)
    assert (await over(there), await over(other)) == (1, 0)
    assert await deleted(there) == 1
    assert set((await kept(there)).values()) == {0}
    assert await rows(earth, PlanTemplate, there.clinic.id) == 1
    assert await kept(other) == before
    # Who comes to the patient again begins a new one.
    async with earth.units(SYSTEM) as unit:
        unit.session.add(
            Membership(id=new_id(), clinic_id=there.clinic.id, patient_id=there.patient.id,
                       person_id=there.gp.id, begins_at=unit.now)
        )  # fmt: skip
    async with earth.units(there.actor(there.gp)) as unit:
        assert (await open_plan(unit, there.patient.id)).plan.id != there.plan


async def test_nothing_goes_where_nothing_was_chosen(earth: Foundation) -> None:
    there = await a_plan_with_everything(earth)
    pass_years(earth, 60)
    assert await over(there) == await deleted(there) == 0
    await choose(there, 30)
    assert await over(there) == 1
    await choose(there, None)
    assert await over(there) == await deleted(there) == 0
    with pytest.raises(Invalid):
        await choose(there, 1)


@pytest.mark.parametrize("what", ["team", "word", "edit"])
async def test_a_plan_that_somebody_needs_stays(earth: Foundation, what: str) -> None:
    there = await a_plan_with_everything(earth)
    await choose(there, 10)
    pass_years(earth, 10)
    if what == "team":
        async with earth.units(SYSTEM) as unit:
            unit.session.add(
                Membership(id=new_id(), clinic_id=there.clinic.id, patient_id=there.patient.id,
                           person_id=there.gp.id, begins_at=unit.now)
            )  # fmt: skip
    elif what == "word":
        await there.write("problems", "p1", there.gp, " and fear")
    else:
        await leave_edit_to(there, None)
    clock(earth).move(days=1)
    before = await kept(there)
    assert await over(there) == await deleted(there) == 0
    after = await kept(there)
    assert before | {"plan_pending": after["plan_pending"]} == after
    pass_years(earth, 10)
    assert await over(there) == (what == "word")


async def test_a_hold_keeps_plans(earth: Foundation) -> None:
    there = await a_plan_with_everything(earth)
    await choose(there, 10)
    pass_years(earth, 11)
    before = await kept(there)
    async with earth.units(SYSTEM) as unit:
        await set_hold(unit, there.clinic.id, True)
    with pytest.raises(Conflict):
        await deleted(there)
    assert await kept(there) == before
    async with earth.units(SYSTEM) as unit:
        await set_hold(unit, there.clinic.id, False)
    assert await deleted(there) == 1


async def test_edits_go_ninety_days_after_they_were_carried_out(earth: Foundation) -> None:
    there = await a_plan_with_everything(earth)
    await leave_edit_to(there, None)
    clock(earth).move(days=89)
    await delete_over(earth.units, there.clinic.id, RULES)
    assert await rows(earth, PlanPending, there.clinic.id) == 2
    clock(earth).move(days=2)
    done = await delete_over(earth.units, there.clinic.id, RULES)
    # What still waits is carried out some day.
    assert (done["plan_edits"], await rows(earth, PlanPending, there.clinic.id)) == (1, 1)
