"""The card for danger: whom to call, for those who lead the visit and for nobody else."""

from datetime import datetime
from typing import Any

import pytest

from rounds.consent.model import Scope
from rounds.kernel.actor import SYSTEM, Role
from rounds.people.model import Clinic, System
from rounds.scheduling.on_call import enter_shifts
from rounds.scheduling.working import Span
from tests.making.browser import Browser
from tests.making.consent import give_family_access
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.notices import give_address
from tests.making.people import Someone, make_clinic, make_staff, make_team
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def card(house: House, person: Someone, visit: MadeVisit) -> Any:
    answer = await (await house.signed_in(person)).get(f"/visits/{visit.id}/emergency.json")
    assert answer.status == 200, answer.text
    return answer.json()


async def number(house: House, person: Someone, value: str) -> None:
    await give_address(house.units, house.foundation.signer, person, System.SMS, value)


async def arrive(
    house: House, visit: MadeVisit, person: Someone, answers: dict[str, str]
) -> Browser:
    link = visit.link(person)
    browser = await house.guest(link)
    await tell(browser, visit, person, answers)
    return browser


async def tell(
    browser: Browser, visit: MadeVisit, person: Someone, answers: dict[str, str]
) -> None:
    answer = await browser.post(f"/j/{visit.link(person).invitation}/check-in", answers)
    assert answer.status == 200, answer.text


async def test_it_says_whom_to_call_and_begins_with_who_is_on_call(house: House) -> None:
    clinic = await make_clinic(house.units)
    gp, on_call, lead = [
        await make_staff(house.units, clinic, role)
        for role in (Role.GP, Role.PSYCHIATRIST, Role.THERAPIST)
    ]
    visit = await make_visit(house.units, clinic, [gp])
    await make_team(house.units, visit.patient, [lead, gp])
    await number(house, visit.patient, "+447700900114")
    await number(house, on_call, "+447700900222")
    await number(house, visit.relatives[0], "+447700900333")
    now = house.clock.now()
    async with house.units(SYSTEM) as unit:
        row = await unit.session.get_one(Clinic, clinic.id)
        span = Span(now.replace(hour=0, minute=0), now.replace(hour=23, minute=59))
        await enter_shifts(unit, row, on_call.id, [span])
    told = await card(house, gp, visit)
    assert told["patient"]["numbers"] == ["+447700900114"]
    assert told["where"] is None
    assert [(one["name"], one["on_call"]) for one in told["colleagues"]] == [
        (on_call.name, True),
        (lead.name, False),
    ]
    assert told["colleagues"][0]["numbers"] == ["+447700900222"]
    # The clinic's own help first, then what is known of its country.
    assert [one["number"] for one in told["help"]] == ["999", "116 123"]
    assert all(one["reviewed_on"] for one in told["help"])
    assert told["clinic"]["phone"] == clinic.phone
    # Family is called only where the patient lets them take part in visits.
    assert told["family"] == []
    await give_family_access(house.units, visit.patient, visit.relatives[0], Scope.VISITS)
    told = await card(house, gp, visit)
    assert [one["numbers"] for one in told["family"]] == [["+447700900333"]]


async def test_it_says_where_the_patient_is_as_told_on_arriving(house: House) -> None:
    visit = await make_visit(house.units)
    others = {"place": "Not the patient's place", "phone": "020 7946 0777"}
    await arrive(house, visit, visit.relatives[0], others)
    phone = await arrive(house, visit, visit.patient, {"safe": "unsure"})
    assert (await card(house, visit.gp, visit))["where"] is None
    house.pass_time(minutes=1)
    answers = {"place": "14 Harbour Street", "phone": "020 7946 0188"}
    await tell(phone, visit, visit.patient, answers)
    where = (await card(house, visit.gp, visit))["where"]
    assert (where["place"], where["call_back"]) == ("14 Harbour Street", "+442079460188")
    assert datetime.fromisoformat(where["told_at"]) == house.clock.now()


async def test_it_is_read_by_staff_of_the_visit_alone_and_leaves_a_line(house: House) -> None:
    clinic = await make_clinic(house.units)
    gp, interpreter, stranger = [
        await make_staff(house.units, clinic, role)
        for role in (Role.GP, Role.INTERPRETER, Role.THERAPIST)
    ]
    visit = await make_visit(house.units, clinic, [gp, interpreter])
    await card(house, gp, visit)
    for other in (interpreter, stranger):
        browser = await house.signed_in(other)
        assert (await browser.get(f"/visits/{visit.id}/emergency.json")).status == 404
    for path in (f"/visits/{gp.id}/emergency.json", "/visits/x/emergency.json"):
        assert (await (await house.signed_in(gp)).get(path)).status == 404
    read = await house.trail(action="visit.emergency", outcome="read", patient_id=visit.patient.id)
    assert [one.actor_id for one in read] == [gp.id]


async def test_an_interpreter_finds_neither_the_card_nor_the_note_in_the_console(
    house: House,
) -> None:
    clinic = await make_clinic(house.units)
    gp, interpreter = [
        await make_staff(house.units, clinic, role) for role in (Role.GP, Role.INTERPRETER)
    ]
    visit = await make_visit(house.units, clinic, [gp, interpreter])
    browser = await house.signed_in(gp)
    saved = await browser.post(f"/visits/{visit.id}/note", {"text": "Slept well.", "revision": 0})
    assert saved.status == 200
    assert "Slept well." in (await browser.get(f"/visits/{visit.id}")).text
    page = (await (await house.signed_in(interpreter)).get(f"/visits/{visit.id}")).text
    assert "Slept well." not in page
    assert "data-emergency" not in page
    answer = await (await house.signed_in(interpreter)).post(
        f"/visits/{visit.id}/note", {"text": "mine", "revision": 1}
    )
    assert answer.status == 404
