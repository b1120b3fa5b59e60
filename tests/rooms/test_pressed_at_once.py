"""Races at the door: two press at once, one leaves meanwhile, pages reload, lines break."""

import asyncio
import time
from typing import Any

import pytest

from rounds.rooms.watch import HOST_GRACE_SECONDS
from tests.making.browser import Line
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_staff
from tests.making.visits import MadeVisit, make_visit
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def of_two(house: House) -> tuple[MadeVisit, list[Line], Line]:
    """A visit with two clinicians at their consoles, and the patient at the door."""
    first = await make_visit(house.units, relatives=0)
    team = [first.gp, await make_staff(house.units, first.clinic)]
    visit = await make_visit(house.units, first.clinic, team)
    consoles = [await (await house.signed_in(one)).staff_room(visit.id) for one in team]
    return visit, consoles, await waiting(house, visit, visit.patient)


async def waiting(house: House, visit: MadeVisit, guest: Someone) -> Line:
    line = await (await house.guest(visit.link(guest))).guest_room(visit.link(guest))
    await line.ask("knock")
    return line


def standing(wanted: str) -> Any:
    return lambda told: told["me"]["standing"] == wanted


async def test_two_who_admit_at_once_let_in_once(house: House) -> None:
    visit, consoles, patient = await of_two(house)
    seat = visit.seat(visit.patient)
    wishes = [one.ask("admit", admission=seat) for one in consoles for _ in range(3)]
    told = await asyncio.gather(*wishes)
    assert all(seat in [one["seat"] for one in state["people"]] for state in told)
    await patient.shows(standing("admitted"))
    lines = await house.trail(action="room.admit:admitted", patient_id=visit.patient.id)
    assert len(lines) == 1


@pytest.mark.parametrize(("deed", "field"), [("deny", "admission"), ("send_back", "seat")])
async def test_two_who_decide_at_once_decide_once_and_the_reason_stays(
    house: House, deed: str, field: str
) -> None:
    visit, consoles, patient = await of_two(house)
    seat = visit.seat(visit.patient)
    if deed == "send_back":
        await consoles[0].ask("admit", admission=seat)
    await consoles[0].ask(deed, **{field: seat, "reason": "A moment, please."})
    await consoles[1].ask(deed, **{field: seat})
    assert (await patient.ask("state"))["me"]["reason"] == "A moment, please."
    # Who pressed quickly may say why, and until when, afterwards.
    more = {"reason": "Somebody else comes first."} | ({"minutes": 10} if field == "seat" else {})
    await consoles[1].ask(deed, **{field: seat}, **more)
    told = (await patient.ask("state"))["me"]
    assert told["reason"] == "Somebody else comes first."
    assert (told["until"] is not None) == (field == "seat")


async def test_admitting_and_denying_at_once_ends_in_one_of_both(house: House) -> None:
    visit, consoles, patient = await of_two(house)
    seat = visit.seat(visit.patient)
    answers = await asyncio.gather(
        consoles[0].send("admit", {"admission": seat}),
        consoles[1].send("deny", {"admission": seat}),
    )
    assert sorted("ok" in one for one in answers) == [False, True]
    now = (await patient.ask("state"))["me"]["standing"]
    assert now == ("admitted" if "ok" in answers[0] else "denied")


async def test_who_leaves_while_being_admitted_is_never_inside_unseen(house: House) -> None:
    visit, consoles, patient = await of_two(house)
    seat = visit.seat(visit.patient)
    for _ in range(4):
        answer, _ = await asyncio.gather(
            consoles[0].send("admit", {"admission": seat}), patient.send("leave", {})
        )
        assert answer.get("error", {}).get("code") in (None, "conflict")
        assert (await patient.ask("state"))["me"]["standing"] == "left"
        state = await consoles[1].ask("state")
        assert seat not in [one["seat"] for one in (*state["people"], *state["waiting"])]
        await patient.ask("knock")
        await consoles[0].send("send_back", {"seat": seat})
        assert (await patient.ask("state"))["me"]["standing"] in ("waiting", "sent_back")


async def test_a_page_that_reloads_while_admitted_comes_back_inside(house: House) -> None:
    visit, consoles, _ = await of_two(house)
    browser = house.browsers[-1]
    patient = await browser.guest_room(visit.link(visit.patient))
    seat = visit.seat(visit.patient)
    admitting = asyncio.ensure_future(consoles[0].ask("admit", admission=seat))
    await patient.close()
    await admitting
    again = await browser.guest_room(visit.link(visit.patient))
    assert (await again.ask("state"))["me"]["standing"] == "admitted"


async def test_every_deed_is_told_to_everyone_within_a_second(house: House) -> None:
    visit, consoles, patient = await of_two(house)
    seat = visit.seat(visit.patient)
    deeds = [
        ("write", {"seat": seat, "text": "Hello", "key": "1"}, lambda one: one["notes"]),
        ("call_begin", {"seat": seat}, lambda one: one["by_phone"] or one["me"]["phone"]),
        ("admit", {"admission": seat}, lambda one: len(one["people"]) == 3),
        ("send_back", {"seat": seat}, lambda one: len(one["people"]) in (0, 2)),
        ("deny", {"admission": seat}, lambda one: not one["waiting"]),
    ]
    for event, payload, seen in deeds:
        for line in (consoles[1], patient):
            line.heard.clear()
        began = time.monotonic()
        await consoles[0].ask(event, **payload)
        await asyncio.gather(*(one.shows(seen) for one in (consoles[1], patient)))
        # Three times the promise: other work shares the machine that tests run on.
        assert time.monotonic() - began < 3, event


async def test_without_the_clinicians_line_the_place_stays_and_says_why(house: House) -> None:
    visit = await make_visit(house.units)
    browser = await house.signed_in(visit.gp)
    console = await browser.staff_room(visit.id)
    patient = await waiting(house, visit, visit.patient)
    await console.ask("admit", admission=visit.seat(visit.patient))
    await console.close()
    await eventually(lambda: not house.presence.sids(visit.room, [visit.seat(visit.gp)]))
    house.clock.move(seconds=HOST_GRACE_SECONDS + 1)
    told = await patient.shows(standing("sent_back"))
    assert "lost the connection" in told["me"]["reason"]
    # Back again, a clinician sees at once who waits, though no knock was heard.
    back = await browser.staff_room(visit.id)
    assert [one["name"] for one in (await back.ask("knock"))["waiting"]] == [visit.patient.name]


async def test_a_page_nobody_looks_at_is_shown_as_such_and_keeps_the_place(house: House) -> None:
    visit, consoles, patient = await of_two(house)
    await patient.ask("look", hidden=True)
    told = await consoles[0].shows(lambda one: one["waiting"] and one["waiting"][0]["hidden"])
    (guest,) = told["waiting"]
    assert guest["away_since"] is not None
    assert not guest["away"]
    await patient.ask("look", hidden=False)
    await consoles[0].shows(lambda one: one["waiting"] and not one["waiting"][0]["hidden"])
    await patient.close()
    seat = visit.seat(visit.patient)
    await eventually(lambda: not house.presence.sids(visit.room, [seat]))
    told = await consoles[0].shows(lambda one: one["waiting"] and one["waiting"][0]["away"])
    assert told["waiting"][0]["away_since"] is not None
    assert told["waiting"][0]["standing"] == "waiting"
