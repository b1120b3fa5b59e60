"""The next step of a visit goes into the care plan once, by who may write there."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from rounds.careplan.arriving import STEPS, item_of
from rounds.careplan.events import PlanEditDecided
from rounds.careplan.kinds import SHAPES
from rounds.careplan.model import CarePlan, PlanPending, PlanSection
from rounds.careplan.stored import read_stored
from rounds.consent.model import Section
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.ids import new_id
from rounds.sync.live import Live
from tests.making.browser import Answer
from tests.making.closing import DAY, decide
from tests.making.consent import keep_out
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_patient, make_staff, make_team
from tests.making.plan_pages import PLAN, PlanPage
from tests.making.visits import MadeVisit, make_visit
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


@dataclass(frozen=True, slots=True)
class There:
    """A visit of a GP, who cares for the patient, and of a colleague who only is in the visit."""

    house: House
    visit: MadeVisit
    coordinator: Someone

    async def told(self, who: Someone) -> Any:
        browser = await self.house.signed_in(who)
        return (await browser.get(f"/visits/{self.visit.id}/summary.json")).json()["plan"]

    async def standing(self, who: Someone) -> str:
        return str((await self.told(who))["standing"])

    async def is_there(self) -> bool:
        return await self.standing(self.visit.gp) == "there"

    async def decide(self, who: Someone, **fields: object) -> Answer:
        browser = await self.house.signed_in(who)
        return await decide(browser, self.visit, into_plan=True, **fields)

    async def section(self) -> Live:
        async with self.house.units.reading(SYSTEM) as unit:
            id = await self.section_id(unit)
            return Live(id, SHAPES[STEPS], await read_stored(unit.session, id))

    async def section_id(self, unit: Any) -> str:
        found = await unit.session.scalar(
            select(PlanSection.id)
            .join(CarePlan, CarePlan.id == PlanSection.plan_id)
            .where(CarePlan.patient_id == self.visit.patient.id, PlanSection.kind == STEPS)
        )
        return str(found)

    async def edits(self) -> list[PlanPending]:
        async with self.house.units.reading(SYSTEM) as unit:
            origin = PlanPending.origin == f"visit:{self.visit.id}"
            return list(await unit.session.scalars(select(PlanPending).where(origin)))

    async def wake(self) -> None:
        """Let the plan's door look now; by itself it does every thirty seconds."""
        async with self.house.units(SYSTEM) as unit:
            unit.tell(PlanEditDecided(await self.section_id(unit)))

    async def page(self, who: Someone) -> PlanPage:
        browser = await self.house.signed_in(who)
        wish = {"door": "staff", "patient": self.visit.patient.id}
        page = PlanPage(await browser.line(PLAN, wish), STEPS)
        await page.open()
        return page


async def make(house: House) -> There:
    clinic = await make_clinic(house.units)
    patient = await make_patient(house.units, clinic)
    team = [await make_staff(house.units, clinic, role) for role in (Role.GP, Role.THERAPIST)]
    coordinator = await make_staff(house.units, clinic, Role.COORDINATOR)
    await make_team(house.units, patient, [team[0], coordinator])
    visit = await make_visit(house.units, clinic, team, patient=patient)
    return There(house, visit, coordinator)


async def test_it_stands_there_with_owner_and_day_and_leads_to_the_visit(house: House) -> None:
    there = await make(house)
    gp, visit = there.visit.gp, there.visit
    assert await there.told(gp) == {
        "standing": "outside",
        "words": "",
        "may": True,
        "url": f"/patients/{visit.patient.id}/plan#plan-{STEPS}",
    }
    answer = await there.decide(gp, next_step=" Phone\ncall\x07 👩\u200d⚕️ ", owner=visit.patient.id)
    assert answer.status == 200, answer.text
    await eventually(there.is_there)
    live = await there.section()
    ((id, item),) = live.items.all.items()
    assert (item.kind, item.by) == ("intervention", gp.id)
    assert item.values == {
        "origin": f"visit:{visit.id}",
        "owner": visit.patient.id,
        "due": DAY,
        "status": "planned",
    }
    assert live.section.text(f"t:{id}.text".encode()) == "Phone call  👩\u200d⚕️"
    told = await there.told(gp)
    assert not told["may"]
    assert told["words"].startswith("It is in the care plan.")
    plan = (await (await house.signed_in(gp)).get(f"/patients/{visit.patient.id}/plan")).text
    assert f'href="/visits/{visit.id}/summary"' in plan
    mine = (await (await house.at_home(visit.patient)).get("/my/plan")).text
    assert "From a visit" in mine
    assert f"/visits/{visit.id}" not in mine
    line = await house.trail(action="plan.arrive", patient_id=visit.patient.id)
    assert [one.actor_id for one in line] == [gp.id]


async def test_however_often_it_is_sent_it_comes_once(house: House) -> None:
    there = await make(house)
    gp = there.visit.gp
    browser = await house.signed_in(gp)
    assert (await decide(browser, there.visit)).status == 200
    sent = [decide(browser, there.visit, into_plan=True, revision=1) for _ in range(4)]
    assert {one.status for one in await asyncio.gather(*sent)} == {200}
    await eventually(there.is_there)
    again = await there.decide(gp, revision=1, next_step="Another visit")
    assert again.status == 200, again.text
    assert len(await there.edits()) == 1
    live = await there.section()
    assert list(live.items.all) == [item_of(f"visit:{there.visit.id}")]


async def test_who_may_not_write_there_is_refused_and_nothing_is_decided(house: House) -> None:
    there = await make(house)
    other = there.visit.team[1]
    # A host who does not care for the patient: what the plan says is nothing to them.
    assert await there.told(other) is None
    page = await (await house.signed_in(other)).get(f"/visits/{there.visit.id}/summary")
    assert "into_plan" not in page.text
    answer = await there.decide(other)
    assert answer.status == 403
    assert "care plan" in answer.json()["error"]["message"]
    assert (await there.edits(), await house.counted(outcome="denied") > 0) == ([], True)
    summary = await (await house.signed_in(other)).get(f"/visits/{there.visit.id}/summary.json")
    assert summary.json()["decided_at"] is None
    # Without it the same decision is taken.
    assert (await decide(await house.signed_in(other), there.visit)).status == 200


async def test_who_is_kept_out_of_the_plan_learns_nothing_of_it(house: House) -> None:
    there = await make(house)
    assert (await there.decide(there.visit.gp)).status == 200
    await eventually(there.is_there)
    await keep_out(house.units, there.visit.patient, there.visit.gp, Section.PLAN)
    assert await there.told(there.visit.gp) is None
    answer = await there.decide(there.visit.gp, revision=1, next_step="Another")
    assert answer.status == 403


@pytest.mark.parametrize(
    "fields",
    [
        {"nothing": True, "reason": "All is well."},
        {"decide": False},
        {"next_step": " "},
        {"due": "2020-01-01"},
        {"into_plan": "perhaps"},
        {"into_plan": True, "plan": "x"},
        {"owner": new_id()},
    ],
)
async def test_what_is_no_decided_step_does_not_come(house: House, fields: Any) -> None:
    there = await make(house)
    browser = await house.signed_in(there.visit.gp)
    answer = await decide(browser, there.visit, **{"into_plan": True, **fields})
    assert answer.status == 422, answer.text
    assert await there.edits() == []


async def test_of_another_clinic_it_is_not_there(house: House) -> None:
    there, elsewhere = await make(house), await make(house)
    answer = await there.decide(elsewhere.visit.gp)
    assert answer.status == 404
    browser = await house.signed_in(there.visit.gp)
    assert (await decide(browser, elsewhere.visit, into_plan=True)).status == 404
    assert (await there.edits(), await elsewhere.edits()) == ([], [])


async def test_a_closed_section_takes_it_when_it_is_opened_again(house: House) -> None:
    there = await make(house)
    gp = there.visit.gp
    page = await there.page(gp)
    await page.line.ask("lock", section=STEPS)
    assert (await there.decide(gp)).status == 200
    told = await there.told(gp)
    assert (told["standing"], told["may"]) == ("closed", False)
    assert "closed for changes" in told["words"]
    await page.line.ask("unlock", section=STEPS)
    await there.wake()
    await eventually(there.is_there)
    assert len((await there.section()).items.all) == 1


async def test_what_the_plan_refused_is_told_and_can_be_tried_again(house: House) -> None:
    there = await make(house)
    gp = there.visit.gp
    page = await there.page(gp)
    await page.line.ask("lock", section=STEPS)
    assert (await there.decide(gp)).status == 200
    async with house.units(SYSTEM) as unit:
        (left,) = await there.edits()
        row = await unit.session.get_one(PlanPending, left.id)
        row.edit = row.edit.replace('"planned"', '"unheard"')
    await page.line.ask("unlock", section=STEPS)
    await there.wake()

    async def is_refused() -> bool:
        return await there.standing(gp) == "refused"

    await eventually(is_refused)
    told = await there.told(gp)
    assert told["may"]
    assert told["words"] == "The care plan did not take it. You can try again."
    assert (await there.decide(gp, revision=1)).status == 200
    await eventually(there.is_there)
