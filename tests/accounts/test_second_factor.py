"""Signing in with a second factor: set up once, asked for each time, no code works twice."""

import re

import pyotp
import pytest
import pytest_asyncio

from rounds.accounts.factor import STEP_SECONDS
from rounds.accounts.queries.staff import account_by_email
from rounds.kernel.actor import SYSTEM
from rounds.people.model import Clinic
from tests.making.browser import Answer, Browser
from tests.making.house import House
from tests.making.people import PASSWORD, Someone, make_clinic, make_staff

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(house: House) -> Clinic:
    return await make_clinic(house.units, second_factor=True)


def found(pattern: str, text: str) -> str:
    seen = re.search(pattern, text)
    assert seen is not None, text
    return seen[1]


def code_of(house: House, secret: str) -> str:
    return pyotp.TOTP(secret).at(house.clock.now())


async def set_up(house: House, browser: Browser, person: Someone) -> tuple[str, list[str]]:
    """Sign in for the first time; return the app's secret and the recovery codes."""
    answer = await browser.sign_in(person.email)
    assert (answer.status, answer.headers["Location"]) == (303, "/sign-in/factor")
    page = await browser.get("/sign-in/factor")
    secret = found(r"<code[^>]*>([A-Z2-7 ]+)</code>", page.text).replace(" ", "")
    offer = found(r'name="offer"\s+value="([^"]+)"', page.text)
    assert "data:image/svg+xml" in page.text
    answer = await browser.post(
        "/sign-in/factor", data={"offer": offer, "code": code_of(house, secret)}
    )
    assert answer.status == 200
    codes = re.findall(r"<code[^>]*>([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})</code>", answer.text)
    assert len(set(codes)) == 10
    return secret, codes


async def send_code(browser: Browser, code: str) -> Answer:
    return await browser.post("/sign-in/code", data={"code": code})


async def test_a_password_alone_opens_nothing(house: House, clinic: Clinic) -> None:
    person = await make_staff(house.units, clinic)
    browser = house.browser()
    secret, codes = await set_up(house, browser, person)
    assert (await browser.get("/today")).status == 200
    again = house.browser()
    answer = await again.sign_in(person.email, then="/account")
    assert answer.headers["Location"] == "/sign-in/code"
    assert again.cookie("rounds") == ""
    assert (await again.get("/today")).status == 302
    # The code that confirmed the app is spent; so is its whole half minute.
    for _ in range(2):
        assert (await send_code(again, code_of(house, secret))).status == 422
    house.clock.move(seconds=STEP_SECONDS)
    half = again.cookie("rounds-sign-in")
    answer = await send_code(again, code_of(house, secret))
    assert (answer.status, answer.headers["Location"]) == (303, "/account")
    assert again.cookie("rounds") not in ("", half)
    assert again.cookie("rounds-sign-in") == ""
    third = house.browser()
    await third.sign_in(person.email)
    assert (await send_code(third, code_of(house, secret))).status == 422
    # A recovery code, however it is typed, once.
    assert (await send_code(third, f" {codes[3].lower().replace('-', ' ')} ")).status == 303
    fourth = house.browser()
    await fourth.sign_in(person.email)
    assert (await send_code(fourth, codes[3])).status == 422
    assert (await send_code(fourth, codes[4])).status == 303


@pytest.mark.parametrize("minutes", [0, 5, -5])
async def test_a_clock_half_a_minute_off_will_do_and_five_minutes_will_not(
    house: House, clinic: Clinic, minutes: int
) -> None:
    person = await make_staff(house.units, clinic)
    secret, _ = await set_up(house, house.browser(), person)
    house.clock.move(minutes=10)
    browser = house.browser()
    await browser.sign_in(person.email)
    theirs = house.clock.now().timestamp() + minutes * 60 - STEP_SECONDS * (minutes == 0)
    answer = await send_code(browser, pyotp.TOTP(secret).at(int(theirs)))
    assert answer.status == (422 if minutes else 303)


@pytest.mark.parametrize(
    "code",
    ["", "12345", "1234567", "000 000 0", "١٢٣٤٥٦", "\u202e123456", "A" * 12, "é" * 40, "x" * 41],
)
async def test_what_is_no_code_lets_nobody_in(house: House, clinic: Clinic, code: str) -> None:
    person = await make_staff(house.units, clinic)
    await set_up(house, house.browser(), person)
    browser = house.browser()
    await browser.sign_in(person.email)
    assert (await send_code(browser, code)).status == 422
    assert browser.cookie("rounds") == ""


async def test_half_signed_in_runs_out_and_is_nobodys_way_around(
    house: House, clinic: Clinic
) -> None:
    person = await make_staff(house.units, clinic)
    secret, _ = await set_up(house, house.browser(), person)
    browser = house.browser()
    for path in ("/sign-in/code", "/sign-in/factor"):
        answer = await browser.get(path)
        assert (answer.status, answer.headers["Location"]) == (303, "/")
    await browser.sign_in(person.email)
    # Who has a second factor does not get to choose another one by the password alone.
    answer = await browser.get("/sign-in/factor")
    assert answer.headers["Location"] == "/sign-in/code"
    headers = {"Cookie": "rounds-sign-in=forged"}
    answer = await house.browser().post("/sign-in/code", data={"code": "123456"}, headers=headers)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert secret


async def test_a_sixth_try_waits(house: House, clinic: Clinic) -> None:
    from tests.making.ground import make_settings
    from tests.making.house import running

    settings = make_settings(house.settings.data / "strict", "", sign_in_tries=5)
    async with running(settings) as strict:
        person = await make_staff(strict.units, await make_clinic(strict.units, second_factor=True))
        secret, _ = await set_up(strict, strict.browser(), person)
        strict.clock.move(seconds=STEP_SECONDS)
        browser = strict.browser()
        await browser.sign_in(person.email)
        right = code_of(strict, secret)
        wrong = f"{(int(right) + 1) % 1_000_000:06d}"
        seen = [(await send_code(browser, wrong)).status for _ in range(6)]
        assert seen == [422] * 5 + [429]
        assert (await send_code(browser, right)).status == 429


async def test_the_sixth_browser_ends_the_oldest(house: House) -> None:
    person = await make_staff(house.units, await make_clinic(house.units))
    browsers = [await house.signed_in(person) for _ in range(6)]
    seen = [(await browser.get("/today")).status for browser in browsers]
    assert seen == [302] + [200] * 5


async def test_a_demo_and_a_clinic_that_wants_none_let_in_by_password(house: House) -> None:
    person = await make_staff(house.units, await make_clinic(house.units))
    answer = await house.browser().sign_in(person.email, PASSWORD)
    assert answer.headers["Location"] == "/today"
    async with house.units.reading(SYSTEM) as unit:
        account = await account_by_email(unit.session, person.email)
    assert account is not None
    assert account.totp_secret is None
