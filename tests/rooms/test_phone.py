"""Going on by telephone: asked for, begun, ended, and the visit stays one visit."""

import asyncio
from typing import Any

import pytest

from rounds.people.model import System
from tests.making.browser import Line
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.notices import give_address
from tests.making.people import Someone
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

NUMBER, SAME = "020 7946 0188", "+442079460188"


async def guest(house: House, visit: MadeVisit, person: Someone) -> Line:
    return await (await house.guest(visit.link(person))).guest_room(visit.link(person))


async def console(house: House, visit: MadeVisit) -> Line:
    return await (await house.signed_in(visit.gp)).staff_room(visit.id)


def card(state: Any, visit: MadeVisit) -> Any:
    return next(one for one in state["waiting"] if one["seat"] == visit.seat(visit.patient))


async def test_a_wish_for_a_call_reaches_staff_whole_and_the_guest_in_part(house: House) -> None:
    visit = await make_visit(house.units)
    host, patient = await console(house, visit), await guest(house, visit, visit.patient)
    await patient.ask("knock")
    told = await patient.ask("call_me", number=NUMBER)
    assert told["me"]["phone"]["state"] == "asked"
    assert told["me"]["phone"]["number"] == SAME[-4:]
    seen = await host.shows(lambda one: one["waiting"] and one["waiting"][0]["call"])
    assert card(seen, visit)["call"]["number"] == SAME
    await patient.ask("call_off")
    seen = await host.shows(lambda one: one["waiting"] and not one["waiting"][0]["call"])


async def test_who_never_came_to_the_waiting_room_can_ask_too(house: House) -> None:
    visit = await make_visit(house.units)
    host, patient = await console(house, visit), await guest(house, visit, visit.patient)
    await patient.ask("call_me", number=NUMBER)
    told = await host.shows(lambda one: one["calls"])
    assert [(one["name"], one["call"]["state"]) for one in told["calls"]] == [
        (visit.patient.name, "asked")
    ]


async def test_the_number_on_file_is_confirmed_by_its_end(house: House) -> None:
    visit = await make_visit(house.units)
    signer = house.foundation.signer
    await give_address(house.units, signer, visit.patient, System.SMS, "+447700900114")
    patient = await guest(house, visit, visit.patient)
    assert (await patient.ask("state"))["me"]["phone"]["on_file"] == "0114"
    await patient.ask("call_me")
    host = await console(house, visit)
    (caller,) = (await host.ask("state"))["calls"]
    assert caller["call"]["number"] == "+447700900114"


async def test_the_number_told_on_arriving_goes_before_the_one_on_file(house: House) -> None:
    visit = await make_visit(house.units)
    signer = house.foundation.signer
    await give_address(house.units, signer, visit.patient, System.SMS, "+447700900114")
    link = visit.link(visit.patient)
    browser = await house.guest(link)
    answer = await browser.post(f"/j/{link.invitation}/check-in", {"phone": NUMBER, "safe": "no"})
    assert answer.status == 200
    patient = await browser.guest_room(link)
    assert (await patient.ask("state"))["me"]["phone"]["on_file"] == SAME[-4:]
    await patient.ask("call_me")
    (caller,) = (await (await console(house, visit)).ask("state"))["calls"]
    assert caller["call"]["number"] == SAME
    # Whoever rings reads first that it may not be safe.
    assert caller["check_in"]["safe"] == "no"


async def test_without_any_number_one_is_asked_for(house: House) -> None:
    visit = await make_visit(house.units)
    patient = await guest(house, visit, visit.patient)
    answer = await patient.send("call_me", {})
    assert answer["error"]["code"] == "invalid"
    assert "phone" in answer["error"]["fields"]


@pytest.mark.parametrize("number", ["x", "12", "+", "0" * 41, "<b>", "٠٢٠", 7, "a\x00"])
async def test_what_is_no_number_is_refused(house: House, number: object) -> None:
    visit = await make_visit(house.units)
    patient = await guest(house, visit, visit.patient)
    assert await patient.refused("call_me", number=number) == "invalid"
    assert (await patient.ask("state"))["me"]["phone"]["state"] == ""


async def test_the_visit_goes_on_by_phone_and_comes_back_to_video(house: House) -> None:
    visit = await make_visit(house.units)
    host, patient = await console(house, visit), await guest(house, visit, visit.patient)
    await patient.ask("knock")
    await patient.ask("call_me", number=NUMBER)
    seat = visit.seat(visit.patient)
    for _ in range(2):
        told = await host.ask("call_begin", seat=seat)
    assert told["started_at"] is not None
    assert card(told, visit)["call"]["state"] == "speaking"
    await patient.shows(lambda one: one["me"]["phone"]["state"] == "speaking")
    today = (await (await house.signed_in(visit.gp)).get("/today.json")).json()
    assert today["visits"][0]["state"] == "in-progress"
    house.pass_time(minutes=4)
    await host.ask("admit", admission=seat)
    told = await host.shows(lambda one: one["by_phone"][0]["ended_at"])
    (part,) = told["by_phone"]
    assert (part["name"], part["by"]) == (visit.patient.name, visit.gp.name)
    assert part["began_at"] < part["ended_at"]
    assert (await patient.ask("state"))["me"]["phone"]["state"] == ""
    words = [one.action for one in await house.trail(patient_id=visit.patient.id)]
    assert [one for one in words if "call" in one] == [
        "room.call_asked",
        "room.call_began",
        "room.call_ended",
    ]
    assert words.count("visit.in-progress") == 1


async def test_two_clinicians_who_begin_the_call_at_once_begin_one(house: House) -> None:
    visit = await make_visit(house.units)
    lines = [await console(house, visit) for _ in range(2)]
    seat = visit.seat(visit.patient)
    told = await asyncio.gather(*(line.ask("call_begin", seat=seat) for line in lines))
    assert [len(one["by_phone"]) for one in told] == [1, 1]


async def test_the_end_of_the_visit_ends_the_call(house: House) -> None:
    visit = await make_visit(house.units)
    host = await console(house, visit)
    await host.ask("call_begin", seat=visit.seat(visit.patient))
    await host.ask("end")
    (part,) = (await host.ask("state"))["by_phone"]
    assert part["ended_at"] is not None
    assert await host.refused("call_begin", seat=visit.seat(visit.patient)) == "gone"


async def test_only_hosts_begin_calls_and_only_guests_ask_for_one(house: House) -> None:
    visit = await make_visit(house.units)
    host, sister = await console(house, visit), await guest(house, visit, visit.relatives[0])
    seat = visit.seat(visit.patient)
    assert await sister.refused("call_begin", seat=seat) == "forbidden"
    assert await sister.refused("call_end", seat=seat) == "forbidden"
    assert await host.refused("call_me", number=NUMBER) == "conflict"
    assert await host.refused("call_begin", seat=visit.seat(visit.gp)) == "conflict"
    assert (await host.ask("state"))["by_phone"] == []
