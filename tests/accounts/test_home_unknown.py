"""Whoever asks for a code learns nothing of whom we know, and floods nobody."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import event

from rounds.accounts.portal import CODE_TRIES
from rounds.accounts.reaching import MOST_A_DAY, MOST_SOON
from rounds.kernel.actor import SYSTEM
from rounds.people.model import Clinic, ContactPoint
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_patient, make_staff
from tests.making.portal import ask_for_code, hidden, sent_to
from tests.making.signing_in import (
    asked,
    codes,
    more_codes,
    number,
    reach,
    shape,
    show,
)
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(house: House) -> Clinic:
    return await make_clinic(house.units)


@pytest_asyncio.fixture(loop_scope="module")
async def mara(house: House, clinic: Clinic) -> Someone:
    """A patient with a telephone of her own."""
    return await make_patient(house.units, clinic)


async def test_known_and_unknown_look_the_same(house: House, clinic: Clinic, mara: Someone) -> None:
    known, unproved, of_staff, gone = (number() for _ in range(4))
    await reach(house, mara, known)
    await reach(house, mara, unproved, proved=False)
    await reach(house, await make_staff(house.units, clinic), of_staff)
    contact = await reach(house, mara, gone)
    async with house.units(SYSTEM) as unit:
        row = await unit.session.get_one(ContactPoint, contact)
        row.removed_at = unit.now
    pages, refusals, trails = [], [], []
    for address in (known, number(), unproved, of_staff, gone, "nobody@example.org"):
        browser = house.browser()
        before = len(await house.trail())
        page = await asked(house, browser, address)
        pages.append((page.status, shape(page), sorted(page.headers), len(hidden(page, "ask"))))
        tries = [await show(browser, page, "123456") for _ in range(CODE_TRIES + 1)]
        refusals += [(one.status, shape(one), sorted(one.headers)) for one in tries]
        after = (await house.trail())[before:]
        trails.append([line.action for line in after])
    assert len({str(page) for page in pages}) == 1
    assert len({str(one) for one in refusals}) == 1
    assert len({str(one) for one in trails}) == 1
    assert len(await sent_to(house.units, mara)) == 1


async def test_a_wrong_code_costs_the_same_for_known_and_unknown(
    house: House, mara: Someone
) -> None:
    """The same statements in the same order: there is nothing a clock could tell apart."""
    address = number()
    await reach(house, mara, address)
    told: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        # Others work beside this at times of their own: watch over rooms, sender, seals.
        theirs = ("UPDATE notices", "INSERT INTO audit_seals", "UPDATE audit_unsealed")
        writes = statement.startswith(("INSERT", "UPDATE")) and not statement.startswith(theirs)
        if "sign_in_codes" in statement or writes:
            told.append(statement)

    engine, costs = house.foundation.engine.sync_engine, []
    for typed in (address, number()):
        page = await asked(house, browser := house.browser(), typed)
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert (await show(browser, page, "123456")).status == 422
        finally:
            event.remove(engine, "before_cursor_execute", note)
        costs.append(list(told))
        told.clear()
    assert costs[0] == costs[1] != []


async def test_the_answer_does_not_wait_for_the_work(house: House, mara: Someone) -> None:
    """The writers' queue is held: who is known would have to wait, and nobody does."""
    address = number()
    await reach(house, mara, address)
    before = await codes(house)
    async with house.units(SYSTEM):
        for typed in (address, number()):
            answer = await asyncio.wait_for(ask_for_code(house.browser(), typed), 5)
            assert answer.status == 200
        if house.settings.database == "":
            assert await codes(house) == before
    await eventually(lambda: more_codes(house, before + 1))


async def test_nobodys_telephone_is_flooded(house: House, mara: Someone) -> None:
    address = number()
    await reach(house, mara, address)
    for _ in range(MOST_SOON + 2):
        await asked(house, house.browser(), address)
    assert len(await sent_to(house.units, mara)) == MOST_SOON
    for _ in range(5):
        house.clock.move(minutes=16)
        for _ in range(MOST_SOON):
            await asked(house, house.browser(), address)
    assert len(await sent_to(house.units, mara)) == MOST_A_DAY
    house.clock.move(days=1)
    await asked(house, house.browser(), address)
    assert len(await sent_to(house.units, mara)) == MOST_A_DAY + 1


async def test_asking_at_once_sends_nomore_codes(house: House, mara: Someone) -> None:
    address = number()
    await reach(house, mara, address)
    before = await codes(house)
    browser = house.browser()
    await asyncio.gather(*(ask_for_code(browser, address) for _ in range(8)))
    await eventually(lambda: more_codes(house, before + 7))
    assert len(await sent_to(house.units, mara)) == MOST_SOON


@pytest.mark.parametrize("where", ["/my/sign-in", "/j/lost"])
@pytest.mark.parametrize(
    "typed",
    ["", " ", "x", "@", "a@", "a@b", "12", "+", "077", "\u202e@x.org", "a" * 254, "' or 1=1 --",
     "Mara Lindqvist", "\ud800", "０", "٠٧٧", "<b>@x.org", "a@b.c\r\nBcc: d@e.f"],
)  # fmt: skip
async def test_what_is_no_address_is_said_calmly(house: House, where: str, typed: str) -> None:
    sent = typed.encode("utf-8", "surrogatepass")
    answer = await house.browser().post(where, data={"address": sent.decode("utf-8", "replace")})
    assert answer.status == 422, answer.text
    assert "<b>@x" not in answer.text


@pytest.mark.parametrize("path", ["/my/sign-in", "/my/code", "/my/enter", "/my/who", "/my/verify"])
async def test_hostile_forms_are_refused(house: House, path: str) -> None:
    browser = house.browser()
    forms: list[dict[str, str]] = [
        {},
        {"unknown": "1"},
        {"address": "a" * 300, "ask": "x" * 500, "token": "t" * 200, "who": "w" * 500},
        {"ask": "a\x00b", "code": "\x00", "token": "\x00", "who": "\x00", "person": "\x00"},
        {"ask": "forged", "code": "123456"},
        {"token": "é" * 40},
        {"who": "forged", "person": "01a216ad-083d-73aa-b2f6-9a3473ff6213"},
        {"who": "forged", "person": "../../x"},
    ]
    for form in forms:
        answer = await browser.post(path, data=form)
        assert answer.status in (410, 422), (form, answer.status)
        assert not any(cookie.value for cookie in answer.cookies.values())
    assert (await browser.post(path, {"token": "x"})).status == 422
