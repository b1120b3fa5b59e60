"""The trail: a line per deed and reading, one line for equal refusals, no words in it."""

import asyncio
import json

import pytest

from rounds.accounts.links import PIN_TRIES
from rounds.audit.queries import about_patient
from rounds.kernel.actor import SYSTEM
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import make_staff
from tests.making.visits import make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def actions(house: House, patient: str) -> list[str]:
    async with house.units.reading(SYSTEM) as unit:
        return [line.action for line in await about_patient(unit.session, patient)]


async def test_every_step_of_a_visit_leaves_its_line(house: House) -> None:
    visit = await make_visit(house.units, relatives=0, with_pin=True)
    link, seat = visit.link(visit.patient), visit.seat(visit.patient)
    gp, mara = await house.signed_in(visit.gp), house.browser()
    await mara.post("/j/redeem", {"token": link.token, "pin": "wrong"})
    await mara.redeem(link)
    console, guest = await gp.staff_room(visit.id), await mara.guest_room(link)
    await gp.get(f"/visits/{visit.id}")
    await mara.get(f"/j/{link.invitation}")
    await guest.ask("knock")
    await console.ask("deny", admission=seat, reason="Not now")
    house.pass_time(seconds=61)
    await guest.ask("knock")
    await console.ask("admit", admission=seat)
    await guest.ask("say", text="Good morning", key="1")
    await console.ask("send_back", seat=seat)
    await guest.ask("leave")
    await gp.post(f"/visits/{visit.id}/note", {"text": "Slept well.", "revision": 0})
    await console.ask("end")
    path = f"/visits/{visit.id}/links/{link.invitation}"
    await gp.post(f"{path}/revoke", {})
    found = await actions(house, visit.patient.id)
    assert sorted(found) == sorted(
        [
            "patient.add", "room.open", "visit.plan", "link.make", "link.pin", "link.redeem",
            "room.enter:admitted", "visit.read", "visit.guest_page", "room.knock:waiting",
            "visit.arrived", "room.admit:denied", "room.knock:waiting", "room.admit:admitted",
            "visit.in-progress", "room.speak", "room.admit:sent_back", "room.leave:left",
            "visit.note", "room.end", "visit.finished", "link.revoke",
        ]
    )  # fmt: skip


async def test_a_line_says_who_when_what_and_no_word_of_it(house: House) -> None:
    visit = await make_visit(house.units, purpose="CANARY-purpose")
    gp = await house.signed_in(visit.gp)
    await gp.post(f"/visits/{visit.id}/note", {"text": "CANARY-note", "revision": 0})
    (line,) = await house.trail(action="visit.note", object_id=visit.id)
    assert (line.actor_kind, line.actor_id, line.actor_role) == ("staff", visit.gp.id, "gp")
    assert (line.patient_id, line.clinic_id) == (visit.patient.id, visit.clinic.id)
    assert (line.at, line.outcome, line.count) == (house.clock.now(), "done", 1)
    assert line.session_hash
    assert len(line.session_hash) == 16
    assert len(line.request) == 36
    written = json.dumps([vars(one) for one in await house.trail()], default=str)
    for word in ("CANARY", visit.patient.name, visit.gp.name, visit.gp.email):
        assert word not in written


async def test_equal_readings_of_a_session_and_day_are_one_line(house: House) -> None:
    visit = await make_visit(house.units)
    gp, elsewhere = [await house.signed_in(visit.gp) for _ in range(2)]
    for browser in (gp, gp, gp, elsewhere):
        assert (await browser.get(f"/visits/{visit.id}")).status == 200
    await gp.get("/today.json")
    found = await house.trail(outcome="read", patient_id=visit.patient.id)
    assert sorted((line.action, line.count) for line in found) == [
        ("today.read", 1),
        ("visit.read", 1),
        ("visit.read", 3),
    ]


async def test_equal_refusals_at_once_are_one_line(house: House) -> None:
    visit = await make_visit(house.units)
    colleague = await make_staff(house.units, visit.clinic)
    browser = await house.signed_in(colleague)
    answers = await asyncio.gather(*(browser.get(f"/visits/{visit.id}") for _ in range(12)))
    assert {answer.status for answer in answers} == {404}
    (line,) = await house.trail(outcome="denied", object_id=visit.id)
    assert line.count == 12


async def test_readings_at_once_are_one_line(house: House) -> None:
    visit = await make_visit(house.units)
    browser = await house.signed_in(visit.gp)
    answers = await asyncio.gather(*(browser.get(f"/visits/{visit.id}") for _ in range(12)))
    assert {answer.status for answer in answers} == {200}
    (line,) = await house.trail(outcome="read", object_id=visit.id)
    assert line.count == 12


async def test_signing_in_and_out_leave_lines(house: House) -> None:
    visit = await make_visit(house.units)
    browser = house.browser()
    await browser.sign_in(visit.gp.email, "a wrong password!")
    await browser.sign_in(visit.gp.email)
    await browser.post("/sign-out")
    found = [
        (line.action, line.outcome)
        for line in await house.trail(clinic_id=visit.clinic.id)
        if line.action.startswith(("account.sign", "session."))
    ]
    assert found == [
        ("account.sign_in", "denied"),
        ("session.open", "done"),
        ("session.end", "done"),
    ]


async def test_wrong_pins_leave_a_line_each(house: House) -> None:
    visit = await make_visit(house.units, with_pin=True)
    link = visit.link(visit.patient)
    for _ in range(PIN_TRIES + 2):
        await house.browser().post("/j/redeem", {"token": link.token, "pin": "wrong"})
    found = await house.trail(action="link.pin", object_id=link.invitation)
    assert [line.outcome for line in found] == ["denied"] * PIN_TRIES
