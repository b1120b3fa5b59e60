"""A lost link: a new one goes where the old one went, and nobody learns whether it did."""

import asyncio
import re
from datetime import datetime, timedelta
from itertools import count

import pytest
import pytest_asyncio

from rounds.accounts.links import PIN_TRIES, new_pin
from rounds.kernel.actor import SYSTEM
from rounds.people.model import Clinic
from rounds.rooms.model import Room
from rounds.visits.model import Visit, VisitState
from tests.making.browser import Answer
from tests.making.consent import keep_out
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_clinic
from tests.making.portal import Sent, make_address, sent_to
from tests.making.visits import Link, MadeVisit, make_visit
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

_numbers = count(100)
SAME = "If a visit is open or coming up within a day, you get a link."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(house: House) -> Clinic:
    return await make_clinic(house.units)


@pytest_asyncio.fixture(loop_scope="module")
async def visit(house: House, clinic: Clinic) -> MadeVisit:
    return await make_visit(house.units, clinic)


async def reach(house: House, person: Someone, proved: bool = False) -> str:
    """Enter a telephone of somebody; return it as they type it."""
    typed = f"07700 901{next(_numbers)}"
    await make_address(house.units, house.foundation.signer, person, typed, proved)
    return typed


async def lost(house: House, typed: str) -> Answer:
    """Say that a link is lost and wait until the work behind it is done."""
    before = len(await house.trail(action="link.lost"))
    answer = await house.browser().post("/j/lost", data={"address": typed})

    async def done() -> bool:
        return len(await house.trail(action="link.lost")) > before

    await eventually(done)
    return answer


async def links(house: House, person: Someone) -> list[Sent]:
    return await sent_to(house.units, person, "visit_link")


async def standing(house: House, token: str) -> str:
    answer = await house.browser().post("/j/peek", {"token": token})
    return str(answer.json()["standing"]) if answer.status == 200 else str(answer.status)


async def test_a_new_link_comes_and_the_old_one_ends(house: House, visit: MadeVisit) -> None:
    typed = await reach(house, visit.patient)
    assert (await lost(house, typed)).status == 200
    (sent,) = await links(house, visit.patient)
    assert sent.values["link"].startswith("/j#t=")
    assert datetime.fromisoformat(sent.values["starts_at"]) == house.clock.now()
    assert await standing(house, visit.link(visit.patient).token) == "404"
    assert await standing(house, sent.token) == "ready"
    answer = await house.browser().post("/j/redeem", {"token": sent.token})
    assert answer.status == 200


async def test_relatives_and_other_guests_get_theirs(house: House, visit: MadeVisit) -> None:
    relative = visit.relatives[0]
    await lost(house, await reach(house, relative))
    (sent,) = await links(house, relative)
    assert await standing(house, sent.token) == "ready"
    assert await standing(house, visit.link(visit.patient).token) == "ready"


async def test_everybody_who_shares_an_address_gets_their_own(
    house: House, visit: MadeVisit
) -> None:
    typed = await reach(house, visit.patient)
    signer = house.foundation.signer
    await make_address(house.units, signer, visit.relatives[0], typed, proved=False)
    await lost(house, typed)
    mine, theirs = await links(house, visit.patient), await links(house, visit.relatives[0])
    assert len(mine) == len(theirs) == 1
    assert mine[0].token != theirs[0].token


async def test_the_answer_is_the_same_for_everybody(house: House, visit: MadeVisit) -> None:
    far = await make_visit(house.units, starts_at=house.clock.now() + timedelta(days=3))
    answers = [
        await lost(house, typed)
        for typed in (
            await reach(house, visit.patient),
            await reach(house, far.patient),
            await reach(house, visit.gp),
            "07700 909999",
            "nobody@example.org",
        )
    ]
    assert {one.status for one in answers} == {200}
    assert len({one.text for one in answers}) == 1
    assert len({str(sorted(one.headers)) for one in answers}) == 1
    assert SAME in re.sub(r"\s+", " ", answers[0].text)
    assert await links(house, far.patient) == []
    assert await links(house, visit.gp) == []


async def test_the_answer_does_not_wait_for_the_work(house: House, visit: MadeVisit) -> None:
    typed = await reach(house, visit.patient)
    before = len(await house.trail(action="link.lost"))
    async with house.units(SYSTEM):
        for one in (typed, "07700 909998"):
            answer = house.browser().post("/j/lost", data={"address": one})
            assert (await asyncio.wait_for(answer, 5)).status == 200

    async def done() -> bool:
        return len(await house.trail(action="link.lost")) == before + 2

    await eventually(done)


async def test_nobody_loses_a_visit_they_are_in(house: House, visit: MadeVisit) -> None:
    """Somebody who knows the number asks for a link: the person inside stays inside."""
    typed = await reach(house, visit.patient)
    link = visit.link(visit.patient)
    browser = await house.guest(link)
    line = await browser.guest_room(link)
    await line.ask("knock")
    await lost(house, typed)
    assert (await line.ask("state"))["me"]["standing"] == "waiting"
    (sent,) = await links(house, visit.patient)
    # Opened on another device, by who holds the telephone, the old one ends at once.
    other = house.browser()
    answer = await other.post("/j/redeem", {"token": sent.token})
    assert answer.status == 200
    await line.until_closed(3)
    assert (await browser.get(f"/j/{link.invitation}")).status == 404
    fresh = Link(answer.json()["location"].removeprefix("/j/"), sent.token, None)
    there = await other.guest_room(fresh)
    assert (await there.ask("state"))["me"]["standing"] == "waiting"


async def test_what_staff_take_back_is_all_of_it(house: House, visit: MadeVisit) -> None:
    typed = await reach(house, visit.patient)
    link = visit.link(visit.patient)
    browser = await house.guest(link)
    line = await browser.guest_room(link)
    await lost(house, typed)
    (sent,) = await links(house, visit.patient)
    staff = await house.signed_in(visit.gp)
    path = f"/visits/{visit.id}/links/{link.invitation}/revoke"
    assert (await staff.post(path, {})).status == 200
    await line.until_closed(3)
    assert await standing(house, sent.token) == "404"
    house.clock.move(minutes=16)
    await lost(house, typed)
    assert len(await links(house, visit.patient)) == 1


async def test_the_pin_and_the_tries_made_on_it_stay(house: House, clinic: Clinic) -> None:
    visit = await make_visit(house.units, clinic, with_pin=True)
    typed, link = await reach(house, visit.patient), visit.link(visit.patient)
    bad = next(pin for pin in iter(new_pin, None) if pin != link.pin)
    token = link.token
    for tries in range(1, PIN_TRIES):
        answer = await house.browser().post("/j/redeem", {"token": token, "pin": bad})
        assert answer.json()["error"]["tries_left"] == PIN_TRIES - tries
        house.clock.move(minutes=6)
        await lost(house, typed)
        token = (await links(house, visit.patient))[-1].token
    assert (await house.browser().post("/j/redeem", {"token": token})).status in (410, 422)
    assert await standing(house, token) == "locked"
    sent = len(await links(house, visit.patient))
    house.clock.move(minutes=16)
    await lost(house, typed)
    assert len(await links(house, visit.patient)) == sent


async def test_the_right_pin_opens_the_new_link(house: House, clinic: Clinic) -> None:
    visit = await make_visit(house.units, clinic, with_pin=True)
    await lost(house, await reach(house, visit.patient))
    (sent,) = await links(house, visit.patient)
    pin = visit.link(visit.patient).pin
    answer = await house.browser().post("/j/redeem", {"token": sent.token, "pin": pin})
    assert answer.status == 200


@pytest.mark.parametrize(
    ("why", "as_before"),
    [
        ("closed", "ready"),
        ("cancelled", "cancelled"),
        ("kept out", "404"),
        ("tomorrow", "early"),
        ("yesterday", "ready"),
    ],
)
async def test_no_link_for_what_is_not_theirs_to_enter_now(
    house: House, clinic: Clinic, why: str, as_before: str
) -> None:
    days = {"tomorrow": timedelta(hours=24, minutes=1), "yesterday": timedelta(hours=-13)}
    starts_at = house.clock.now() + days.get(why, timedelta())
    visit = await make_visit(house.units, clinic, starts_at=starts_at)
    relative = visit.relatives[0]
    typed = await reach(house, relative)
    async with house.units(SYSTEM) as unit:
        if why == "closed":
            (await unit.session.get_one(Room, visit.room)).closed_at = unit.now
        if why == "cancelled":
            (await unit.session.get_one(Visit, visit.id)).state = VisitState.CANCELLED
    if why == "kept out":
        await keep_out(house.units, visit.patient, relative)
    await lost(house, typed)
    assert await links(house, relative) == []
    assert await standing(house, visit.link(relative).token) == as_before


async def test_nobodys_telephone_is_flooded(house: House, visit: MadeVisit) -> None:
    typed = await reach(house, visit.patient)
    for _ in range(6):
        await lost(house, typed)
    assert len(await links(house, visit.patient)) == 3
    # Codes for signing in count together with links.
    await house.browser().post("/my/sign-in", data={"address": typed})
    for _ in range(4):
        house.clock.move(minutes=16)
        for _ in range(3):
            await lost(house, typed)
    assert len(await sent_to(house.units, visit.patient)) == 10
