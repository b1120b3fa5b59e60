"""A whole visit: link, waiting room, admission, chat, note, end."""

import pytest

from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.visits import make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def test_a_patient_comes_by_a_link_and_meets_the_gp(house: House) -> None:
    visit = await make_visit(house.units)
    gp, mara = await house.signed_in(visit.gp), house.browser()
    link = visit.link(visit.patient)

    peeked = (await mara.post("/j/peek", {"token": link.token})).json()
    assert peeked["standing"] == "ready"
    assert (await mara.redeem(link)).json() == {"location": f"/j/{link.invitation}"}
    assert (await mara.get(f"/j/{link.invitation}")).status == 200

    day = await gp.line("/me", {"door": "staff"})
    waiting = await mara.guest_room(link)
    assert (await waiting.ask("knock"))["me"]["standing"] == "waiting"
    assert (await day.until("guest_knocked"))["name"] == visit.patient.name
    lines = (await gp.get("/today.json")).json()["visits"]
    assert [one["standing"] for one in lines if one["id"] == visit.id] == ["waiting"]

    console = await gp.staff_room(visit.id)
    seen = await console.ask("state")
    assert [one["name"] for one in seen["waiting"]] == [visit.patient.name]
    await console.ask("admit", admission=visit.seat(visit.patient))
    inside = await waiting.until("room_changed", lambda told: told["me"]["standing"] == "admitted")
    assert {one["name"] for one in inside["people"]} == {visit.patient.name, visit.gp.name}

    await console.ask("say", text="Good morning", key="1")
    assert (await waiting.until("said"))["text"] == "Good morning"
    ticket = await waiting.ask("ticket")
    assert ticket["seat"] == visit.seat(visit.patient)

    saved = await gp.post(f"/visits/{visit.id}/note", {"text": "Slept well.", "revision": 0})
    assert saved.json()["revision"] == 1
    await console.ask("end")
    assert (await waiting.until("closed"))["reason"] == "ended"
    after = await waiting.until("room_changed", lambda told: told["phase"] == "closed")
    assert after["people"] == []
    assert (await mara.get(f"/j/{link.invitation}")).status == 200
    states = [line["state"] for line in (await gp.get("/today.json")).json()["visits"]]
    assert states == ["finished"]
