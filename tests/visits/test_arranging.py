"""A booked visit moved, cancelled, its links handed out and taken back."""

import re
from datetime import timedelta

import pytest

from rounds.kernel.actor import SYSTEM, Role
from rounds.visits.model import Visit, VisitState
from tests.making.browser import Browser
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_staff
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def planned(house: House, hours: float = 48) -> tuple[MadeVisit, Browser, Someone]:
    """A visit to come, and a coordinator without a seat in it."""
    clinic = await make_clinic(house.units)
    sam = await make_staff(house.units, clinic, Role.COORDINATOR)
    begins = house.clock.now() + timedelta(hours=hours)
    visit = await make_visit(house.units, clinic, starts_at=begins)
    return visit, await house.signed_in(sam), sam


async def row(house: House, visit: MadeVisit) -> Visit:
    async with house.units.reading(SYSTEM) as unit:
        return await unit.session.get_one(Visit, visit.id)


def token_in(page: str) -> str:
    found = re.search(r"/j#t=([\w-]+)", page)
    assert found is not None
    return found[1]


async def peek(house: House, token: str) -> dict[str, object]:
    answer = await house.browser().post("/j/peek", {"token": token})
    told: dict[str, object] = answer.json()
    return told | {"status": answer.status}


async def test_a_moved_visit_keeps_its_links_at_the_new_time(house: House) -> None:
    visit, sam, _ = await planned(house)
    link = visit.link(visit.patient)
    assert (await peek(house, link.token))["standing"] == "early"
    now = house.clock.now()
    form = {"day": f"{now:%Y-%m-%d}", "time": f"{now:%H:%M}", "minutes": "30"}
    assert (await sam.post(f"/visits/{visit.id}/move", data=form)).status == 303
    moved = await row(house, visit)
    assert (moved.starts_at, moved.minutes) == (now, 30)
    assert (await peek(house, link.token))["standing"] == "ready"


async def test_moving_onto_another_visit_asks_first(house: House) -> None:
    visit, sam, _ = await planned(house)
    begins = house.clock.now() + timedelta(hours=5)
    await make_visit(house.units, visit.clinic, [visit.gp], starts_at=begins)
    form = {"day": f"{begins:%Y-%m-%d}", "time": f"{begins:%H:%M}", "minutes": "25"}
    answer = await sam.post(f"/visits/{visit.id}/move", data=form)
    assert answer.status == 409
    assert "has another visit then" in answer.text
    assert "Move it anyway" in answer.text
    again = await sam.post(f"/visits/{visit.id}/move", data=form | {"insist": "yes"})
    assert again.status == 303
    # A visit does not stand against itself.
    assert (await sam.post(f"/visits/{visit.id}/move", data=form | {"insist": "yes"})).status == 303


async def test_a_cancelled_visit_says_so_on_every_page(house: House) -> None:
    visit, sam, _ = await planned(house, hours=0)
    link = visit.link(visit.patient)
    guest, gp = await house.guest(link), await house.signed_in(visit.gp)
    line = await guest.guest_room(link)
    await line.ask("knock")
    form = {"reason": "The patient called"}
    assert (await sam.post(f"/visits/{visit.id}/cancel", data=form)).status == 303
    assert (await line.until("closed"))["reason"] == "ended"
    gone = await row(house, visit)
    assert (gone.state, gone.cancel_reason) == (VisitState.CANCELLED, "The patient called")
    page = await guest.get(f"/j/{link.invitation}")
    assert "This visit was cancelled" in page.text
    assert visit.clinic.phone in page.text
    assert "The patient called" not in page.text
    console = await gp.get(f"/visits/{visit.id}")
    assert "This visit was cancelled" in console.text
    assert "The patient called" in console.text
    other = await peek(house, visit.link(visit.relatives[0]).token)
    assert other["standing"] == "cancelled"
    assert "host" not in other
    today = (await gp.get("/today.json")).json()["visits"]
    assert [one["standing"] for one in today if one["id"] == visit.id] == ["cancelled"]
    # Pressed again it changes nothing; nothing comes back to life.
    assert (await sam.post(f"/visits/{visit.id}/cancel", data={"reason": "again"})).status == 303
    assert (await row(house, visit)).cancel_reason == "The patient called"
    path = f"/visits/{visit.id}/guests/{visit.patient.id}/link"
    assert (await sam.post(path, data={})).status == 409
    move = {"day": "2026-12-01", "time": "10:00", "minutes": "25"}
    assert (await sam.post(f"/visits/{visit.id}/move", data=move)).status == 409


async def test_what_goes_on_is_ended_in_the_call(house: House) -> None:
    visit, sam, _ = await planned(house, hours=0)
    link = visit.link(visit.patient)
    guest = await (await house.guest(link)).guest_room(link)
    await guest.ask("knock")
    host = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    await host.ask("admit", admission=visit.seat(visit.patient))
    answer = await sam.post(f"/visits/{visit.id}/cancel", data={"reason": ""})
    assert answer.status == 409
    assert "End it in the call" in answer.text
    assert (await row(house, visit)).state == VisitState.IN_PROGRESS


async def test_a_new_link_is_shown_once_and_ends_the_old_one(house: House) -> None:
    visit, sam, _ = await planned(house, hours=0)
    old = visit.link(visit.patient)
    path = f"/visits/{visit.id}/guests/{visit.patient.id}"
    answer = await sam.post(f"{path}/link", data={"pin": "yes"})
    assert answer.status == 200
    token = token_in(answer.text)
    pin = re.search(r'id="made-pin"[^>]*value="(\d{6})"', answer.text, re.S)
    assert pin is not None
    assert (await peek(house, old.token))["status"] == 404
    assert (await peek(house, token))["standing"] == "pin"
    plan = await sam.get(f"/visits/{visit.id}/plan")
    assert token not in plan.text
    assert pin[1] not in plan.text
    guest = house.browser()
    assert (await guest.post("/j/redeem", {"token": token, "pin": pin[1]})).status == 200
    assert "Link opened" in (await sam.get(f"/visits/{visit.id}/plan")).text
    assert (await sam.post(f"{path}/revoke", data={})).status == 303
    assert (await peek(house, token))["status"] == 404
    assert "Link taken back" in (await sam.get(f"/visits/{visit.id}/plan")).text


async def test_only_guests_get_links(house: House) -> None:
    visit, sam, own = await planned(house)
    for person in (visit.gp.id, own.id, visit.clinic.id, "nobody", "%00"):
        for deed in ("link", "revoke"):
            answer = await sam.post(f"/visits/{visit.id}/guests/{person}/{deed}", data={})
            assert answer.status == 404, (person, deed)


async def test_everybodys_visits_are_for_the_office(house: House) -> None:
    visit, sam, _ = await planned(house, hours=1)
    told = (await sam.get("/today.json")).json()
    assert told["visits"] == []
    (line,) = told["everybody"]
    assert (line["id"], line["url"]) == (visit.id, f"/visits/{visit.id}/plan")
    assert line["purpose"] == ""
    colleague = await house.signed_in(await make_staff(house.units, visit.clinic, Role.GP))
    assert (await colleague.get("/today.json")).json()["everybody"] == []
    assert visit.patient.name not in (await colleague.get("/today")).text
