"""Signing in between visits: by a code or a link to a proved address, and nobody learns whose."""

import asyncio
import re
from itertools import count
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import event, func, select

from rounds.accounts.model import Session, SignInCode
from rounds.accounts.portal import CODE_TRIES, send_verification
from rounds.accounts.reaching import MOST_A_DAY, MOST_SOON
from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import Unavailable
from rounds.people.model import Clinic, ContactPoint
from tests.making.browser import Answer, Browser
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_patient, make_relative, make_staff
from tests.making.portal import Sent, ask_for_code, hidden, make_address, sent_to
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

_numbers = count(100)
BOTS = ["Slackbot-LinkExpanding 1.0", "WhatsApp/2.23.20.0", "GoogleImageProxy"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(house: House) -> Clinic:
    return await make_clinic(house.units)


@pytest_asyncio.fixture(loop_scope="module")
async def mara(house: House, clinic: Clinic) -> Someone:
    """A patient with a telephone of her own."""
    return await make_patient(house.units, clinic)


def number() -> str:
    """A telephone number nobody had before, as people type it."""
    return f"07700 900{next(_numbers)}"


async def reach(house: House, person: Someone, value: str, proved: bool = True) -> str:
    return await make_address(house.units, house.foundation.signer, person, value, proved)


async def codes(house: House) -> int:
    async with house.units.reading(SYSTEM) as unit:
        return (await unit.session.execute(select(func.count(SignInCode.id)))).scalar_one()


async def asked(house: House, browser: Browser, address: str) -> Answer:
    """Ask for a code and wait until the work behind it is done."""
    before = await codes(house)
    answer = await ask_for_code(browser, address)
    assert answer.status == 200
    await eventually(lambda: _more(house, before))
    return answer


async def _more(house: House, before: int) -> bool:
    return await codes(house) > before


async def newest(house: House, person: Someone) -> Sent:
    return (await sent_to(house.units, person, "my_sign_in"))[-1]


async def show(browser: Browser, page: Answer, code: str, **more: str) -> Answer:
    return await browser.post("/my/code", data={"ask": hidden(page, "ask"), "code": code, **more})


def wrong(code: str) -> str:
    return "000000" if code != "000000" else "000001"


def shape(answer: Answer) -> str:
    """A page without what differs by its nature: the signed id of the wish."""
    return re.sub(r'name="ask" value="[^"]+"', "", answer.text)


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
    assert sent.values["code"] not in row.code_hash or len(row.code_hash) == 32
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
        # The watch over rooms asks beside this, at times of its own.
        if "sign_in_codes" in statement or statement.startswith(("INSERT", "UPDATE")):
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
    await eventually(lambda: _more(house, before + 1))


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


async def test_asking_at_once_sends_no_more(house: House, mara: Someone) -> None:
    address = number()
    await reach(house, mara, address)
    before = await codes(house)
    browser = house.browser()
    await asyncio.gather(*(ask_for_code(browser, address) for _ in range(8)))
    await eventually(lambda: _more(house, before + 7))
    assert len(await sent_to(house.units, mara)) == MOST_SOON


async def test_an_address_is_proved_by_its_owner(house: House, mara: Someone) -> None:
    address = number()
    contact = await reach(house, mara, address, proved=False)
    await asked(house, house.browser(), address)
    assert await sent_to(house.units, mara) == []
    async with house.units(SYSTEM) as unit:
        row = await unit.session.get_one(ContactPoint, contact)
        await send_verification(unit, house.foundation.signer, row)
    (message,) = await sent_to(house.units, mara, "my_verify")
    assert message.contact == contact
    robot = house.browser()
    for _ in range(20):
        assert (await robot.get(f"/my/verify?token={message.token}")).status == 200
    # It confirms an address and opens nothing.
    assert (await robot.post("/my/enter", data={"token": message.token})).status == 410
    done = await house.browser().post("/my/verify", data={"token": message.token})
    assert done.status == 200
    assert not done.cookies
    assert (await robot.post("/my/verify", data={"token": message.token})).status == 410
    house.clock.move(minutes=16)
    await asked(house, house.browser(), address)
    assert (await newest(house, mara)).contact == contact


async def test_a_link_for_signing_in_proves_nothing_and_too_many_questions_are_refused(
    house: House, mara: Someone
) -> None:
    address, other = number(), number()
    await reach(house, mara, address)
    unproved = await reach(house, mara, other, proved=False)
    await asked(house, house.browser(), address)
    token = (await newest(house, mara)).token
    assert (await house.browser().post("/my/verify", data={"token": token})).status == 410
    signer = house.foundation.signer
    for turn in range(MOST_SOON + 1):
        async with house.units(SYSTEM) as unit:
            row = await unit.session.get_one(ContactPoint, unproved)
            if turn < MOST_SOON:
                await send_verification(unit, signer, row)
                continue
            with pytest.raises(Unavailable):
                await send_verification(unit, signer, row)


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
