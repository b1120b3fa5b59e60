"""A guest has the plan while a clinician has them in the call, and at no other time."""

import asyncio

import pytest

from rounds.consent.model import Scope
from rounds.kernel.actor import SYSTEM
from rounds.people.model import Patient
from rounds.people.teams import begin_team
from tests.making.browser import Browser, Line, Refused
from tests.making.consent import give_family_access
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone
from tests.making.plan_pages import PLAN, PlanPage
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

PROMISED = 3.0
"""Seconds: three times what is promised for a right that is taken back."""


class Call:
    """A visit whose GP is there, and whose patient and relative wait at the door."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def begin(self) -> "Call":
        house = self.house
        self.visit: MadeVisit = await make_visit(house.units, relatives=1)
        async with house.units(SYSTEM) as unit:
            patient = await unit.session.get_one(Patient, self.visit.patient.id)
            await begin_team(unit, patient, self.visit.gp.id, self.visit.gp.id)
        self.gp = await (await house.signed_in(self.visit.gp)).staff_room(self.visit.id)
        self.browser, self.patient = await self.knock(self.visit.patient)
        return self

    async def knock(self, person: Someone) -> tuple[Browser, Line]:
        browser = await self.house.guest(self.visit.link(person))
        line = await browser.guest_room(self.visit.link(person))
        await line.ask("knock")
        return browser, line

    async def plan(self, browser: Browser, person: Someone, patient: str = "") -> Line:
        invitation = self.visit.link(person).invitation
        about = patient or self.visit.patient.id
        return await browser.line(
            PLAN, {"door": "guest", "invitation": invitation, "patient": about}
        )

    async def fetched(self, browser: Browser, person: Someone) -> int:
        answer = await browser.get(f"/j/{self.visit.link(person).invitation}/plan")
        return int(answer.status)


async def test_the_patient_writes_in_the_call_and_nowhere_else(house: House) -> None:
    call = await Call(house).begin()
    patient = call.visit.patient
    assert await call.fetched(call.browser, patient) == 404
    with pytest.raises(Refused, match="not_found"):
        await call.plan(call.browser, patient)
    await call.gp.ask("admit_all")
    assert await call.fetched(call.browser, patient) == 200
    line = await call.plan(call.browser, patient)
    page = PlanPage(line, "my_goals")
    assert (await page.open())["right"] == "edit"
    await page.add("g1", "goal")
    await page.type("t:g1.text", 0, "walk")
    assert await PlanPage(line, "team_notes").open() is None
    await call.gp.ask("send_back", seat=call.visit.seat(patient))
    async with asyncio.timeout(PROMISED):
        await line.until("gone", lambda told: told["section"] == "my_goals")
    assert await call.fetched(call.browser, patient) == 404


async def test_a_relative_has_what_was_opened_and_of_this_patient_alone(house: House) -> None:
    call = await Call(house).begin()
    relative = call.visit.relatives[0]
    await give_family_access(house.units, call.visit.patient, relative, Scope.GOALS)
    browser, _ = await call.knock(relative)
    await call.gp.ask("admit_all")
    line = await call.plan(browser, relative)
    assert (await PlanPage(line, "my_goals").open())["right"] == "comment"
    assert await PlanPage(line, "problems").open() is None
    other = await make_visit(house.units, relatives=0)
    with pytest.raises(Refused, match="not_found"):
        await call.plan(browser, relative, other.patient.id)


async def test_the_end_of_the_visit_closes_the_plan(house: House) -> None:
    call = await Call(house).begin()
    await call.gp.ask("admit_all")
    line = await call.plan(call.browser, call.visit.patient)
    await PlanPage(line, "my_goals").open()
    await call.gp.ask("end")
    async with asyncio.timeout(PROMISED):
        await line.until_closed()
