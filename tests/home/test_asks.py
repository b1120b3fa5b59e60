"""What the day asks at once: who waits, what they wrote, who wants a call; for whom it is."""

import pytest

from rounds.kernel.actor import Role
from tests.making.consent import keep_out
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import make_clinic, make_staff
from tests.making.visits import make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def test_the_day_shows_who_waits_writes_and_wants_a_call(house: House) -> None:
    visit = await make_visit(house.units)
    browser = await house.signed_in(visit.gp)
    bells = await browser.line("/me", {"door": "staff"})
    assert (await browser.get("/today.json")).json()["door"] == []
    link = visit.link(visit.patient)
    guest = await house.guest(link)
    line = await guest.guest_room(link)
    await line.ask("knock")
    await line.ask("write", preset="deaf", key="1")
    await line.ask("write", text="<b>Hello</b>", key="2")
    bells.heard.clear()
    await line.ask("call_me", number="020 7946 0188")
    await bells.until("today_changed")
    (door,) = (await browser.get("/today.json")).json()["door"]
    assert door["patient"] == visit.patient.name
    assert door["waiting"] == [visit.patient.name]
    assert [one["text"] for one in door["said"]] == ["I can’t hear anything.", "<b>Hello</b>"]
    (call,) = door["calls"]
    assert (call["number"], call["state"]) == ("+442079460188", "asked")
    assert call["unsafe"] is False
    told = await guest.post(f"/j/{link.invitation}/check-in", {"safe": "no"})
    assert told.status == 200
    (door,) = (await browser.get("/today.json")).json()["door"]
    assert door["calls"][0]["unsafe"] is True
    page = (await browser.get("/today")).text
    assert "<b>Hello</b>" not in page
    await line.ask("leave")
    await line.ask("call_off")
    assert (await browser.get("/today.json")).json()["door"] == []


async def test_the_door_is_for_those_of_the_visit_whom_nobody_keeps_out(house: House) -> None:
    clinic = await make_clinic(house.units)
    gp, interpreter, other = [
        await make_staff(house.units, clinic, role)
        for role in (Role.GP, Role.INTERPRETER, Role.THERAPIST)
    ]
    visit = await make_visit(house.units, clinic, [gp, interpreter])
    link = visit.link(visit.patient)
    line = await (await house.guest(link)).guest_room(link)
    await line.ask("knock")
    for person, seen in ((gp, 1), (interpreter, 0), (other, 0)):
        told = (await (await house.signed_in(person)).get("/today.json")).json()
        assert len(told["door"]) == seen
    await keep_out(house.units, visit.patient, gp)
    assert (await (await house.signed_in(gp)).get("/today.json")).json()["door"] == []
