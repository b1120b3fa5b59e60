"""Signing in between visits: by a code or a link to a proved address, once each."""

import asyncio
import re

import pytest
import pytest_asyncio
from sqlalchemy import select

from rounds.accounts.model import Session, SignInCode
from rounds.accounts.portal import CODE_TRIES
from rounds.accounts.reaching import MOST_SOON
from rounds.kernel.actor import SYSTEM
from rounds.people.model import Clinic
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_patient, make_relative
from tests.making.portal import hidden, sent_to
from tests.making.signing_in import (
    asked,
    newest,
    number,
    reach,
    shape,
    show,
    wrong,
)

BOTS = ["Slackbot-LinkExpanding 1.0", "WhatsApp/2.23.20.0", "GoogleImageProxy"]

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(house: House) -> Clinic:
    return await make_clinic(house.units)


@pytest_asyncio.fixture(loop_scope="module")
async def mara(house: House, clinic: Clinic) -> Someone:
    """A patient with a telephone of her own."""
    return await make_patient(house.units, clinic)


async def test_a_code_opens_the_pages_once(house: House, mara: Someone) -> None:
    address = number()
    await reach(house, mara, address)
    browser = house.browser()
    page = await asked(house, browser, address)
    sent = await newest(house, mara)
    assert re.fullmatch(r"\d{6}", sent.values["code"])
    assert sent.values["link"].startswith("/my/enter#t=")
    answer = await show(browser, page, f" {sent.values['code'][:3]} {sent.values['code'][3:]} ")
    assert (answer.status, answer.headers["Location"]) == (303, "/my")
    assert answer.cookies["rounds-my"]["max-age"] == "3600"
    assert answer.cookies["rounds-my-device"].value == ""
    assert mara.name.split()[0] in (await browser.get("/my")).text
    again = await show(house.browser(), page, sent.values["code"])
    assert again.status == 422
    assert not again.cookies


async def test_other_scripts_write_numbers_too(house: House, mara: Someone) -> None:
    address = number()
    await reach(house, mara, address)
    page = await asked(house, browser := house.browser(), address)
    code = (await newest(house, mara)).values["code"]
    arabic = "".join(chr(0x0660 + int(digit)) for digit in code)
    assert (await show(browser, page, arabic)).status == 303


async def test_nothing_of_a_code_or_link_is_kept_in_the_clear(house: House, mara: Someone) -> None:
    address = number()
    await reach(house, mara, address)
    await asked(house, house.browser(), address)
    sent = await newest(house, mara)
    async with house.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(
            select(SignInCode).where(SignInCode.person_id == mara.id)
        )
        row = found.scalars().one()
    kept = f"{row.code_hash} {row.token_hash}"
    assert sent.token not in kept
    # With the key of this clinic, and the wish it belongs to: not a plain hash of six digits.
    digest = house.foundation.signer.index("sign-in code", f"{row.id} {sent.values['code']}")
    assert row.code_hash == digest


async def test_the_fifth_wrong_code_is_the_last_try(house: House, mara: Someone) -> None:
    address = number()
    await reach(house, mara, address)
    browser = house.browser()
    page = await asked(house, browser, address)
    code = (await newest(house, mara)).values["code"]
    tries = [await show(browser, page, wrong(code)) for _ in range(CODE_TRIES)]
    assert {one.status for one in tries} == {422}
    assert len({shape(one) for one in tries}) == 1
    assert (await show(browser, page, code)).status == 422
    # The link is 256 random bits: whoever burns the tries locks nobody out.
    link = await browser.post("/my/enter", data={"token": (await newest(house, mara)).token})
    assert link.status == 303


async def test_tries_at_once_get_no_more_than_five(house: House, mara: Someone) -> None:
    address = number()
    await reach(house, mara, address)
    browser = house.browser()
    page = await asked(house, browser, address)
    code = (await newest(house, mara)).values["code"]
    await asyncio.gather(*(show(browser, page, wrong(code)) for _ in range(20)))
    async with house.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(
            select(SignInCode.tries).where(SignInCode.person_id == mara.id)
        )
        assert found.scalar_one() == CODE_TRIES


async def test_a_code_of_ten_minutes_ago_is_too_old(house: House, mara: Someone) -> None:
    address = number()
    await reach(house, mara, address)
    browser = house.browser()
    page = await asked(house, browser, address)
    sent = await newest(house, mara)
    house.clock.move(minutes=10)
    assert (await show(browser, page, sent.values["code"])).status == 422
    assert (await browser.post("/my/enter", data={"token": sent.token})).status == 410


async def test_robots_that_open_the_link_change_nothing(house: House, mara: Someone) -> None:
    address = number()
    await reach(house, mara, address)
    await asked(house, house.browser(), address)
    token = (await newest(house, mara)).token
    lines, robot = len(await house.trail()), house.browser()
    for turn in range(20):
        headers = {"User-Agent": BOTS[turn % len(BOTS)]}
        method = "GET" if turn % 2 else "HEAD"
        for path in (f"/my/enter#t={token}", f"/my/enter?t={token}&token={token}"):
            answer = await robot.request(method, path, headers=headers)
            assert answer.status == 200
            assert not answer.cookies
            assert token not in answer.text
    assert len(await house.trail()) == lines
    browser = house.browser()
    answer = await browser.post("/my/enter", data={"token": token})
    assert (answer.status, answer.headers["Location"]) == (303, "/my")
    assert (await house.browser().post("/my/enter", data={"token": token})).status == 410


async def test_a_code_belongs_to_the_browser_that_asked(house: House, mara: Someone) -> None:
    address = number()
    await reach(house, mara, address)
    theirs = await asked(house, house.browser(), address)
    mine = await asked(house, house.browser(), address)
    first, second = await sent_to(house.units, mara, "my_sign_in")
    if first.values["code"] != second.values["code"]:
        assert (await show(house.browser(), mine, first.values["code"])).status == 422
    assert (await show(house.browser(), theirs, first.values["code"])).status == 303


async def test_a_family_that_shares_an_address_says_who_it_is(house: House, clinic: Clinic) -> None:
    mother, address = await make_patient(house.units, clinic), number()
    child = await make_patient(house.units, clinic, "Élise")
    aunt = await make_relative(house.units, clinic, child, "Noor")
    neighbour = await make_patient(house.units, clinic, "Zacharias")
    for one in (mother, child, aunt):
        await reach(house, one, address)
    await reach(house, neighbour, address, proved=False)
    browser = house.browser()
    page = await asked(house, browser, address)
    code = (await newest(house, mother)).values["code"]
    who = await show(browser, page, code, remember="yes")
    assert who.status == 200
    assert not who.cookies
    assert "Élise" in who.text
    assert "Noor" in who.text
    assert "Zacharias" not in who.text
    assert "Lindqvist" not in who.text
    form = {"who": hidden(who, "who"), "remember": "yes"}
    stranger = await browser.post("/my/who", data=form | {"person": neighbour.id})
    assert stranger.status == 410
    answer = await browser.post("/my/who", data=form | {"person": child.id})
    assert (answer.status, answer.headers["Location"]) == (303, "/my")
    assert answer.cookies["rounds-my-device"].value != ""
    assert "Hello Élise" in (await browser.get("/my")).text
    again = await house.browser().post("/my/who", data=form | {"person": mother.id})
    assert again.status == 410


async def test_the_way_on_stays_inside_the_pages(house: House, mara: Someone) -> None:
    address = number()
    await reach(house, mara, address)
    wishes = {
        "/my/devices": "/my/devices",
        "/my/access?tab=who": "/my/access?tab=who",
        "https://evil.example/my/": "/my",
        "//evil.example": "/my",
        "/my//evil.example": "/my",
        "/my/\\evil": "/my",
        "/today": "/my",
        "/my/sign-in": "/my",
        "/my/\r\nSet-Cookie: a=b": "/my",
    }
    for turn, (wish, expected) in enumerate(wishes.items()):
        if turn % MOST_SOON == 0:
            house.clock.move(minutes=20)
        browser = house.browser()
        page = await asked(house, browser, address)
        code = (await newest(house, mara)).values["code"]
        answer = await show(browser, page, code, next=wish)
        assert answer.headers["Location"] == expected


async def test_a_new_sign_in_ends_who_was_in_this_browser_before(
    house: House, clinic: Clinic, mara: Someone
) -> None:
    other, address = await make_patient(house.units, clinic), number()
    await reach(house, other, address)
    browser = await house.at_home(mara)
    old = browser.cookie("rounds-my")
    page = await asked(house, browser, address)
    code = (await newest(house, other)).values["code"]
    assert (await show(browser, page, code)).status == 303
    assert browser.cookie("rounds-my") not in ("", old)
    async with house.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(select(Session).where(Session.person_id == mara.id))
        assert all(one.ended_at is not None for one in found.scalars())


async def test_signed_in_the_page_leads_on(house: House, mara: Someone) -> None:
    browser = await house.at_home(mara)
    answer = await browser.get("/my/sign-in?next=/my/devices")
    assert (answer.status, answer.headers["Location"]) == (302, "/my/devices")
    stranger = await house.browser().get("/my/devices")
    assert stranger.headers["Location"] == "/my/sign-in?next=/my/devices"
