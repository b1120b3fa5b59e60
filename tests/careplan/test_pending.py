"""An edit that a rule decided on stands with the deed, and comes into the plan once."""

import asyncio

import pytest
from sqlalchemy import select

from rounds.careplan.carrying import Carrier
from rounds.careplan.model import PlanPending, PlanSection
from rounds.careplan.pending import leave_edit
from rounds.kernel.actor import SYSTEM
from rounds.kernel.ids import new_id
from rounds.resources import Foundation
from rounds.sync.commands import Command, Op
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_patient, make_staff
from tests.making.plan_pages import make_plan_cast
from tests.making.plans import Desk, Page, answered, make_section
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

GOAL = "t:g7.text"


async def leave(earth: Foundation, section: str, person: Someone, item: str = "g7") -> str:
    add = Command(id=new_id(), op=Op.ADD, item=item, kind="goal", rank="m")
    async with earth.units(SYSTEM) as unit:
        row = await unit.session.get_one(PlanSection, section)
        return await leave_edit(unit, row, person.id, add, {"text": "wälk 😀"})


async def edit_of(earth: Foundation, id: str) -> PlanPending:
    async with earth.units.reading(SYSTEM) as unit:
        return await unit.session.get_one(PlanPending, id)


async def test_open_pages_are_told_of_it_in_the_name_of_who_decided(house: House) -> None:
    cast = await make_plan_cast(house)
    page = await cast.page(cast.gp, "goals")
    async with house.units.reading(SYSTEM) as unit:
        section = await unit.session.scalar(
            select(PlanSection.id).where(PlanSection.plan_id == (await page.line.ask(
                "open", sections=[]
            ))["plan"], PlanSection.kind == "goals")
        )  # fmt: skip
    await page.open()
    id = await leave(house.foundation, str(section), cast.therapist)
    await page.until(2)
    assert str(page.text(GOAL)) == "wälk 😀"
    assert {one["by"] for one in page.line.told("command")} == {cast.therapist.id}
    await eventually(lambda: _is_done(house.foundation, id))


async def test_it_is_carried_out_once_though_the_process_ends_before_that_is_noted(
    earth: Foundation,
) -> None:
    clinic = await make_clinic(earth.units)
    section = await make_section(earth.units, clinic, await make_patient(earth.units, clinic))
    person = await make_staff(earth.units, clinic)
    id = await leave(earth, section, person)
    assert (await edit_of(earth, id)).seq is None
    for _ in range(2):
        desk = Desk(earth)
        await Carrier(earth.units, desk.hub).carry()
        await desk.die()
        assert (await edit_of(earth, id)).seq == 2
        async with earth.units(SYSTEM) as unit:
            # As if the end had come before this was written.
            (await unit.session.get_one(PlanPending, id)).seq = None
    last = Desk(earth)
    page = Page(person, 5)
    live = await last.open(section, page)
    assert (live.seq, str(page.text(GOAL))) == (2, "wälk 😀")
    await last.stop()


async def test_what_a_locked_section_does_not_take_comes_when_it_is_opened(
    earth: Foundation,
) -> None:
    clinic = await make_clinic(earth.units)
    section = await make_section(earth.units, clinic, await make_patient(earth.units, clinic))
    person = await make_staff(earth.units, clinic)
    desk = Desk(earth)
    page = Page(person, 5)
    live = await desk.open(section, page)
    desk.hub.lock(live, person.id, True, page.answers.append)
    assert await answered(page, 1) == [True]
    first, second = [await leave(earth, section, person, item) for item in ("g7", "g7")]
    carrier = Carrier(earth.units, desk.hub)
    await carrier.carry()
    assert (await edit_of(earth, first)).seq is None
    desk.hub.lock(live, person.id, False, page.answers.append)
    await asyncio.gather(carrier.carry())
    done, refused = await edit_of(earth, first), await edit_of(earth, second)
    assert (done.seq, done.refused) == (4, None)
    # An item is added once; why the other was not is kept.
    assert (refused.seq, refused.refused) == (None, "exists")
    await desk.stop()


async def _is_done(earth: Foundation, id: str) -> bool:
    return (await edit_of(earth, id)).seq == 2
