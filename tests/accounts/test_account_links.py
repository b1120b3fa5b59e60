"""Set-up and reset links: they work once, tell nobody who exists, and reset ends what was open."""

import json
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import select

from rounds.accounts.account_links import Purpose, issue
from rounds.accounts.queries.staff import account_by_email
from rounds.kernel.actor import SYSTEM
from rounds.notices.model import Notice
from tests.making.browser import Answer, Browser
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_staff
from tests.making.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEW = "seven green boats at dawn"


@pytest_asyncio.fixture(loop_scope="module")
async def person(house: House) -> Someone:
    return await make_staff(house.units, await make_clinic(house.units))


async def link_for(house: House, person: Someone, purpose: Purpose = Purpose.RESET) -> str:
    async with house.units(SYSTEM) as unit:
        account = await account_by_email(unit.session, person.email)
        assert account is not None
        _, token = await issue(unit, account, purpose)
    return token


async def use(browser: Browser, token: str, password: str = NEW) -> Answer:
    return await browser.post("/set-up", {"token": token, "password": password})


async def test_a_link_works_once_and_ends_what_was_open(house: House, person: Someone) -> None:
    before, browser = await house.signed_in(person), house.browser()
    token = await link_for(house, person)
    told = (await browser.post("/set-up/peek", {"token": token})).json()
    assert (told["purpose"], told["email"]) == ("reset", person.email)
    answer = await use(browser, token)
    assert answer.json() == {"location": "/today"}
    assert (await browser.get("/today")).status == 200
    assert (await before.get("/today")).status == 302
    for _ in range(2):
        assert (await use(house.browser(), token)).status == 410
    assert (await house.browser().post("/set-up/peek", {"token": token})).status == 410
    assert (await house.browser().sign_in(person.email)).status == 422
    assert (await house.browser().sign_in(person.email, NEW)).status == 303


async def test_a_password_that_does_not_do_leaves_the_link_good(
    house: House, person: Someone
) -> None:
    token = await link_for(house, person)
    for bad in ("short", "aaaaaaaaaaaaaaaaaaaa", person.email, "x" * 129):
        answer = await use(house.browser(), token, bad)
        assert answer.status == 422
        assert answer.json()["error"]["fields"]["password"]
    assert (await use(house.browser(), token)).status == 200


@pytest.mark.parametrize(
    ("purpose", "lasts"), [(Purpose.RESET, timedelta(hours=1)), (Purpose.SETUP, timedelta(days=7))]
)
async def test_a_link_runs_out_and_a_newer_one_ends_it(
    house: House, person: Someone, purpose: Purpose, lasts: timedelta
) -> None:
    old, token = await link_for(house, person, purpose), await link_for(house, person, purpose)
    assert (await use(house.browser(), old)).status == 410
    house.clock.move(seconds=lasts.total_seconds() - 1)
    assert (await house.browser().post("/set-up/peek", {"token": token})).status == 200
    house.clock.move(seconds=1)
    assert (await use(house.browser(), token)).status == 410


@pytest.mark.parametrize("token", ["x", "../../etc", "é" * 43, "\u202e" + "a" * 42, "0" * 128])
async def test_any_other_token_opens_nothing(house: House, token: str) -> None:
    assert (await house.browser().post("/set-up/peek", {"token": token})).status == 410
    assert (await use(house.browser(), token)).status == 410


@pytest.mark.parametrize("body", [{}, {"token": ""}, {"token": 7}, {"token": "a\x00b"}, [], "text"])
async def test_what_is_no_token_is_refused(house: House, body: object) -> None:
    assert (await house.browser().post("/set-up/peek", body)).status == 422


async def test_the_answer_never_tells_who_exists(house: House, person: Someone) -> None:
    told = []
    for email in (person.email, "nobody@harbour.example", "no address", ""):
        answer = await house.browser().post("/forgot", data={"email": email})
        assert answer.status == 200
        told.append(answer.text)
    assert len(set(told)) == 1

    async def sent() -> list[Notice]:
        async with house.units.reading(SYSTEM) as unit:
            statement = select(Notice).where(Notice.person_id == person.id)
            return list((await unit.session.execute(statement)).scalars())

    (notice,) = await eventually(sent)
    assert notice.kind == "account_reset"
    link = json.loads(notice.values)["link"]
    assert link.startswith(f"{house.settings.origin}/set-up#t=")
    token = link.partition("#t=")[2]
    assert (await use(house.browser(), token)).status == 200
