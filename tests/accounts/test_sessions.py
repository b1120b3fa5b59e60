"""Sessions of staff: opaque, bound to one browser, ended at once and everywhere."""

import asyncio
from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit

import pytest
import pytest_asyncio
from sqlalchemy import select, update
from yarl import URL

from rounds.accounts.model import Account, Session
from rounds.accounts.session import STAFF_HOURS
from rounds.accounts.staff import add_account
from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import Conflict, Invalid
from rounds.kernel.signing import fingerprint
from rounds.people.model import Person
from tests.making.browser import Browser
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import PASSWORD, Someone, make_clinic, make_staff
from tests.making.visits import make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

PROMISE_SECONDS = 3.0
"""Three times the promised second, on a busy machine."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gp(house: House) -> Someone:
    return await make_staff(house.units, await make_clinic(house.units))


async def is_in(browser: Browser, token: str) -> bool:
    """Whether this cookie opens the day."""
    answer = await browser.get("/today", headers={"Cookie": f"rounds={token}"})
    return answer.status == 200


async def test_the_cookie_says_nothing_and_is_kept_from_scripts(house: House, gp: Someone) -> None:
    browser = house.browser()
    answer = await browser.sign_in(gp.email)
    assert (answer.status, answer.headers["Location"]) == (303, "/today")
    cookie = SimpleCookie(answer.headers["Set-Cookie"])["rounds"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert (cookie["secure"], cookie["domain"]) == ("", "")
    assert cookie["max-age"] == str(STAFF_HOURS * 3600)
    assert len(cookie.value) == 43
    assert answer.headers["Cache-Control"] == "no-store"


async def test_only_its_hash_is_kept(house: House, gp: Someone) -> None:
    token = (await house.signed_in(gp)).cookie("rounds")
    async with house.units.reading(SYSTEM) as unit:
        rows = (await unit.session.execute(select(Session))).scalars().all()
    assert fingerprint(token) in {row.token_hash for row in rows}
    assert not [row for row in rows if token in repr(vars(row))]


async def test_a_cookie_brought_along_is_not_the_one_one_leaves_with(
    house: House, gp: Someone
) -> None:
    browser = house.browser()
    browser.jar.update_cookies({"rounds": "brought-by-somebody"}, URL(house.address))
    await browser.sign_in(gp.email)
    first = browser.cookie("rounds")
    assert first != "brought-by-somebody"
    await browser.sign_in(gp.email)
    assert browser.cookie("rounds") != first
    stranger = house.browser()
    assert not await is_in(stranger, first)
    assert await is_in(stranger, browser.cookie("rounds"))


async def test_who_is_in_is_sent_on(house: House, gp: Someone) -> None:
    browser = await house.signed_in(gp)
    answer = await browser.get("/")
    assert (answer.status, answer.headers["Location"]) == (302, "/today")


async def test_signing_out_ends_the_session_and_every_socket_of_it(house: House) -> None:
    clinic = await make_clinic(house.units)
    visit = await make_visit(house.units, clinic)
    browser, other = [await house.signed_in(visit.gp) for _ in range(2)]
    token = browser.cookie("rounds")
    bells = await browser.line("/me", {"door": "staff"})
    room = await browser.staff_room(visit.id)
    media = await browser.line("/media", {"token": (await room.ask("ticket"))["token"]})
    elsewhere = await other.staff_room(visit.id)
    answer = await browser.post("/sign-out")
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert "cache" in answer.headers["Clear-Site-Data"]
    async with asyncio.timeout(PROMISE_SECONDS):
        await asyncio.gather(*(line.until_closed() for line in (bells, room, media)))
    assert not await is_in(house.browser(), token)
    # The same person's other browser stays.
    assert (await elsewhere.ask("state"))["me"]["standing"] == "admitted"


async def test_staff_and_guests_share_a_browser(house: House) -> None:
    visit, another = await make_visit(house.units), await make_visit(house.units)
    browser = await house.signed_in(visit.gp)
    first, second = visit.link(visit.patient), another.link(another.patient)
    await browser.redeem(first)
    await browser.redeem(second)
    assert len({one.key for one in browser.jar}) == 3
    assert (await browser.get(f"/visits/{visit.id}")).status == 200
    rooms = [await browser.staff_room(visit.id)]
    rooms += [await browser.guest_room(link) for link in (first, second)]
    names = [(await room.ask("state"))["me"]["name"] for room in rooms]
    assert names == [visit.gp.name, visit.patient.name, another.patient.name]
    await browser.post("/sign-out")
    assert (await browser.get(f"/j/{first.invitation}")).status == 200


async def test_wrong_unknown_and_closed_accounts_are_told_the_same(
    house: House, gp: Someone
) -> None:
    closed = await make_staff(house.units, await make_clinic(house.units))
    async with house.units(SYSTEM) as unit:
        statement = update(Account).where(Account.email == closed.email).values(active=False)
        await unit.session.execute(statement)
    tries = [
        (gp.email, "a wrong password!"),
        ("nobody@harbour.example", PASSWORD),
        (closed.email, PASSWORD),
    ]
    told = []
    for email, password in tries:
        answer = await house.browser().sign_in(email, password)
        assert answer.status == 422
        assert "Set-Cookie" not in answer.headers
        assert password not in answer.text
        told.append(answer.text.replace(email, "EMAIL"))
    assert len(set(told)) == 1
    refused = await house.trail(action="account.sign_in", outcome="denied")
    assert len(refused) == len(tries)
    assert (await house.browser().sign_in(f"  {gp.email.upper()} ")).status == 303


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie:x=1",
        "/%2f%2fevil.example/%2e%2e",
    ],
)
async def test_signing_in_leads_to_no_other_site(house: House, gp: Someone, path: str) -> None:
    answer = await house.browser().sign_in(gp.email, then=path)
    assert answer.status == 303
    location = urljoin("http://rounds.example/sign-in", answer.headers["Location"])
    assert urlsplit(location).netloc == "rounds.example"
    assert len(answer.headers.getall("Set-Cookie")) == 1  # type: ignore[attr-defined]


async def test_signing_in_leads_where_one_wanted(house: House, gp: Someone) -> None:
    page = await house.browser().get("/?next=/visits/7%3Fx%3D1")
    assert 'value="/visits/7?x=1"' in page.text
    answer = await house.browser().sign_in(gp.email, then="/visits/7?x=1")
    assert answer.headers["Location"] == "/visits/7?x=1"


async def test_an_address_has_one_account_whatever_its_case(house: House, gp: Someone) -> None:
    async with house.units.reading(SYSTEM) as unit:
        person = await unit.session.get_one(Person, gp.id)
    with pytest.raises(Conflict):
        async with house.units(SYSTEM) as unit:
            await add_account(unit, person, gp.email.upper(), "hash")
    with pytest.raises(Invalid):
        async with house.units(SYSTEM) as unit:
            await add_account(unit, person, "no address", "hash")
