"""What people tell on arriving: kept as given, shown to those who may admit and nobody else."""

from typing import Any

import pytest
from sqlalchemy import text

from rounds.kernel.actor import SYSTEM
from rounds.people.contacts import add_contact
from rounds.people.model import Person, System
from rounds.retention.running import count_over
from rounds.rooms.check_in import LONGEST_PLACE
from tests.making.browser import Browser
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

EMPTY = {"place": "", "phone": "", "company": "", "companions": "", "safe": "", "left_at": None}


def door(visit: MadeVisit, who: Someone, what: str = "check-in") -> str:
    return f"/j/{visit.link(who).invitation}/{what}"


async def arrived(house: House, visit: MadeVisit) -> Browser:
    return await house.guest(visit.link(visit.patient))


async def answer(browser: Browser, visit: MadeVisit, **told: Any) -> Any:
    sent = await browser.post(door(visit, visit.patient), told)
    assert sent.status == 200, sent.text
    return sent.json()["check_in"]


async def known_number(house: House, who: Someone, number: str) -> None:
    async with house.units(SYSTEM) as unit:
        person = await unit.session.get_one(Person, who.id)
        await add_contact(unit, house.foundation.signer, person, System.SMS, number, "GB")


async def test_each_answer_counts_when_it_is_given_and_changes_no_other(house: House) -> None:
    visit = await make_visit(house.units)
    guest = await arrived(house, visit)
    assert await answer(guest, visit, safe="unsure") == EMPTY | {"safe": "unsure"}
    told = await answer(guest, visit, place="14 Harbour Street", company="others")
    assert told == EMPTY | {"safe": "unsure", "place": "14 Harbour Street", "company": "others"}
    await answer(guest, visit, company="others", companions="أخي, in the next room")
    told = await answer(guest, visit, phone="020 7946 0321")
    assert told["phone"] == "…0321"
    assert told["companions"] == "أخي, in the next room"
    assert (await answer(guest, visit, company="alone"))["companions"] == ""
    lines = await house.trail(action="room.check_in", object_id=visit.seat(visit.patient))
    assert [line.outcome for line in lines] == ["done"] * 5


async def test_only_those_who_may_admit_see_it(house: House) -> None:
    visit = await make_visit(house.units)
    sister = visit.relatives[0]
    guest = await arrived(house, visit)
    console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    hers = await (await house.guest(visit.link(sister))).guest_room(visit.link(sister))
    patient = await guest.guest_room(visit.link(visit.patient))
    for line in (patient, hers):
        await line.ask("knock")
    await answer(guest, visit, safe="no", place="Where nobody else may read it")
    seen = await console.until("room_changed", lambda state: _told(state, visit))
    assert _told(seen, visit) == EMPTY | {
        "safe": "no",
        "place": "Where nobody else may read it",
    }
    own = await patient.until("room_changed", lambda state: state["me"]["check_in"])
    assert own["me"]["check_in"]["safe"] == "no"
    await console.ask("admit_all")
    await console.until("room_changed", lambda state: len(state["people"]) == 3)
    inside = next(
        one for one in console.state["people"] if one["seat"] == visit.seat(visit.patient)
    )
    assert inside["check_in"]["safe"] == "no"
    state = await hers.ask("state")
    assert state["people"]
    assert "Where nobody else" not in str([state, hers.heard])
    assert all("check_in" not in one for one in state["people"])
    today = (await (await house.signed_in(visit.gp)).get("/today.json")).json()["visits"]
    assert [one["unsafe"] for one in today if one["id"] == visit.id] == [True]


def _told(state: dict[str, Any], visit: MadeVisit) -> Any:
    theirs = [one for one in state["waiting"] if one["seat"] == visit.seat(visit.patient)]
    return theirs[0]["check_in"] if theirs else None


async def test_the_number_we_know_is_taken_without_being_shown(house: House) -> None:
    visit = await make_visit(house.units)
    await known_number(house, visit.patient, "020 7946 0999")
    guest = await arrived(house, visit)
    console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    page = (await guest.get(f"/j/{visit.link(visit.patient).invitation}")).text
    assert 'data-phone-hint="0999"' in page
    assert "7946" not in page.replace("020 7946 0321", "").replace("02079460321", "")
    assert (await answer(guest, visit, known_phone=True))["phone"] == "…0999"
    patient = await guest.guest_room(visit.link(visit.patient))
    assert "7946" not in str(await patient.ask("knock"))
    seen = await console.shows(lambda state: _told(state, visit))
    assert _told(seen, visit)["phone"] == "+442079460999"


@pytest.mark.parametrize(
    "told",
    [
        {"phone": "12"},
        {"phone": "ring me\x00"},
        {"phone": "7" * 41},
        {"place": "x" * (LONGEST_PLACE + 1)},
        {"place": "a\x00b"},
        {"place": 7},
        {"place": ["a"]},
        {"companions": "x" * 201},
        {"company": "crowd"},
        {"safe": "maybe"},
        {"safe": True},
        {"known_phone": "often"},
        {"left_at": "2026-01-01"},
        {"seat": "another"},
    ],
)
async def test_what_is_no_answer_is_refused(house: House, told: dict[str, Any]) -> None:
    visit = await make_visit(house.units)
    guest = await arrived(house, visit)
    refused = await guest.post(door(visit, visit.patient), told)
    assert refused.status == 422, refused.text
    assert (await answer(guest, visit, safe="yes")) == EMPTY | {"safe": "yes"}


async def test_the_wrong_person_and_a_visit_that_ended_are_refused(house: House) -> None:
    visit = await make_visit(house.units)
    guest, gp = await arrived(house, visit), await house.signed_in(visit.gp)
    sister = await house.guest(visit.link(visit.relatives[0]))
    for other in (gp, sister, house.browser()):
        for what in ("check-in", "quick-exit", "test"):
            refused = await other.post(door(visit, visit.patient, what), {})
            assert refused.status == 404
    assert (await guest.post("/j/not-an-id/check-in", {"safe": "yes"})).status == 404
    console = await gp.staff_room(visit.id)
    await console.ask("end")
    assert (await guest.post(door(visit, visit.patient), {"safe": "yes"})).status == 410
    assert (await guest.post(door(visit, visit.patient, "test"), {})).status == 410


async def test_the_quick_way_out_is_told_to_staff_and_keeps_what_was_answered(house: House) -> None:
    visit = await make_visit(house.units)
    guest = await arrived(house, visit)
    line = await guest.guest_room(visit.link(visit.patient))
    console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    await line.ask("knock")
    await answer(guest, visit, safe="unsure")
    # A page that is being left sends no JSON any more.
    assert (await guest.post(door(visit, visit.patient, "quick-exit"), data=b"")).status == 200
    seen = await console.until(
        "room_changed", lambda state: state["coming"] and not state["waiting"]
    )
    gone = next(one for one in seen["coming"] if one["seat"] == visit.seat(visit.patient))
    assert gone["link"] == "left"
    assert gone["check_in"]["left_at"] == house.clock.now().isoformat()
    assert gone["check_in"]["safe"] == "unsure"
    assert len(await house.trail(action="room.quick_exit")) == 1
    # The place is kept: whoever comes back asks again.
    await line.ask("knock")
    await console.until("room_changed", lambda state: state["waiting"])


async def test_a_day_after_the_visit_it_is_gone(house: House) -> None:
    visit = await make_visit(house.units)
    guest = await arrived(house, visit)
    await answer(guest, visit, place="14 Harbour Street")
    console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    await console.ask("end")
    counted = []
    for hours in (0, 23, 2):
        house.clock.move(hours=hours)
        async with house.units.reading(SYSTEM) as unit:
            counted.append((await count_over(unit, visit.clinic.id))["check_ins"])
    assert counted == [0, 0, 1]


async def test_answers_are_sealed_in_the_database(house: House) -> None:
    visit = await make_visit(house.units)
    guest = await arrived(house, visit)
    await answer(guest, visit, place="15 Harbour Street", safe="no", company="alone")
    statement = text("SELECT place, safe, company FROM check_ins WHERE place = :place")
    sealed = b"\x00\x0015 Harbour Street"
    async with house.units.reading(SYSTEM) as unit:
        rows = (await unit.session.execute(statement, {"place": sealed})).all()
    assert [tuple(map(bytes, row)) for row in rows][-1] == (
        sealed,
        b"\x00\x00no",
        b"\x00\x00alone",
    )
