"""How a colleague stands now: by call, time off and calendar, and told within a moment."""

from datetime import timedelta
from typing import Any

import pytest

from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.ids import new_id
from rounds.scheduling.model import TimeOff
from tests.making.browser import Browser
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_staff
from tests.making.visits import make_visit
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def seen(browser: Browser, person: Someone) -> Any:
    told = (await browser.get("/today.json")).json()["colleagues"]
    return next(one["now"] for one in told if one["name"] == person.name)


async def test_a_colleague_is_followed_through_the_day(house: House) -> None:
    clinic = await make_clinic(house.units)
    me, gp = [await make_staff(house.units, clinic, role) for role in (Role.THERAPIST, Role.GP)]
    browser, theirs = await house.signed_in(me), await house.signed_in(gp)
    bells = await browser.line("/me", {"door": "staff"})
    assert await seen(browser, gp) == "away"
    page = await theirs.line("/me", {"door": "staff"})
    assert await seen(browser, gp) == "free"
    visit = await make_visit(house.units, clinic, [gp])
    assert await seen(browser, gp) == "booked"
    bells.heard.clear()
    console = await theirs.staff_room(visit.id)
    await bells.until("today_changed")
    assert await seen(browser, gp) == "in_visit"
    bells.heard.clear()
    await console.ask("end")
    await bells.until("today_changed")
    await page.close()
    await eventually(lambda: _is(browser, gp, "away"))
    async with house.units(SYSTEM) as unit:
        row = TimeOff(id=new_id(), clinic_id=clinic.id, person_id=gp.id, words="")
        row.begins_at, row.ends_at = unit.now - timedelta(hours=1), unit.now + timedelta(hours=1)
        unit.session.add(row)
    told = (await browser.get("/today.json")).json()["colleagues"]
    assert [(one["now"], bool(one["until"])) for one in told] == [("away", True)]
    # No patient is named to somebody who has no part in the visit.
    assert visit.patient.name not in str(told)


async def _is(browser: Browser, person: Someone, wanted: str) -> bool:
    return bool(await seen(browser, person) == wanted)
