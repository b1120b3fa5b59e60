"""Remembered devices: signed in again by themselves, listed, revoked, and a copy ends them."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio
from yarl import URL

from rounds.accounts.devices import remember
from rounds.accounts.session import open_home_session
from rounds.kernel.actor import SYSTEM
from rounds.people.model import Clinic, Person
from tests.making.browser import Browser, Refused
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_patient
from tests.making.portal import make_address, sent_to
from tests.making.visits import make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

SESSION, DEVICE = "rounds-my", "rounds-my-device"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(house: House) -> Clinic:
    return await make_clinic(house.units)


@pytest_asyncio.fixture(loop_scope="module")
async def mara(house: House, clinic: Clinic) -> Someone:
    return await make_patient(house.units, clinic)


async def remembered(house: House, person: Someone, words: str = "Chrome, Android") -> Browser:
    """A browser that was told to remember its owner."""
    async with house.units(SYSTEM) as unit:
        row = await unit.session.get_one(Person, person.id)
        device, cookie = await remember(unit, house.foundation.signer, row, words)
        token = await open_home_session(unit, row, person.role, device.id, words)
    browser = house.browser()
    keep(browser, {SESSION: token, DEVICE: cookie})
    return browser


def keep(browser: Browser, cookies: dict[str, str]) -> None:
    browser.jar.update_cookies(cookies, URL(browser.address))


def copy_of(house: House, browser: Browser) -> Browser:
    """Another browser with a copy of the device's cookie alone."""
    thief = house.browser()
    keep(thief, {DEVICE: browser.cookie(DEVICE)})
    return thief


async def is_in(browser: Browser) -> bool:
    answer = await browser.get("/my")
    assert answer.status in (200, 302)
    return answer.status == 200


async def test_without_being_remembered_it_is_over_within_the_hour(
    house: House, mara: Someone
) -> None:
    browser = await house.at_home(mara)
    house.clock.move(minutes=59)
    assert await is_in(browser)
    house.clock.move(minutes=1)
    assert not await is_in(browser)


async def test_a_remembered_device_signs_in_again_by_itself_for_ninety_days(
    house: House, mara: Someone
) -> None:
    browser = await remembered(house, mara)
    seen = {browser.cookie(DEVICE)}
    for turn in range(8):
        house.clock.move(days=11)
        answer = await browser.get("/my/devices" if turn % 2 else "/my")
        assert answer.status == 200, turn
        assert browser.cookie(DEVICE) not in seen
        seen.add(browser.cookie(DEVICE))
    house.clock.move(days=2)
    assert not await is_in(browser)
    assert browser.cookie(DEVICE) == ""


async def test_within_its_twelve_hours_nothing_is_renewed(house: House, mara: Someone) -> None:
    browser = await remembered(house, mara)
    before = browser.cookie(SESSION), browser.cookie(DEVICE)
    house.clock.move(hours=11, minutes=59)
    assert await is_in(browser)
    assert (browser.cookie(SESSION), browser.cookie(DEVICE)) == before


async def test_an_old_token_ends_the_device_and_tells_its_owner(
    house: House, mara: Someone
) -> None:
    await make_address(house.units, house.foundation.signer, mara, "mara-1@example.org")
    browser = await remembered(house, mara)
    thief = copy_of(house, browser)
    house.clock.move(hours=13)
    assert await is_in(browser)
    house.clock.move(minutes=2)
    assert await is_in(browser)
    answer = await thief.get("/my")
    assert answer.status == 302
    assert answer.headers["Location"] == "/my/sign-in?next=/my&safety=1"
    assert "for your safety" in (await thief.get(answer.headers["Location"])).text
    assert not await is_in(browser)
    assert [one.kind for one in await sent_to(house.units, mara)] == ["my_device_ended"]
    assert len(await house.trail(action="device.copied", outcome="denied")) >= 1


async def test_a_thief_who_comes_first_is_found_when_the_owner_comes_back(
    house: House, mara: Someone
) -> None:
    await make_address(house.units, house.foundation.signer, mara, "mara-2@example.org")
    browser = await remembered(house, mara)
    thief = copy_of(house, browser)
    house.clock.move(hours=13)
    assert await is_in(thief)
    house.clock.move(minutes=2)
    assert await is_in(thief)
    assert not await is_in(browser)
    assert not await is_in(thief)
    assert len(await sent_to(house.units, mara)) == 1


async def test_two_windows_opened_together_are_no_thieves(house: House, mara: Someone) -> None:
    browser = await remembered(house, mara)
    windows = [copy_of(house, browser) for _ in range(5)]
    house.clock.move(hours=13)
    assert all(await asyncio.gather(*(is_in(one) for one in windows)))
    renewed = [one for one in windows if one.cookie(DEVICE) != browser.cookie(DEVICE)]
    assert len(renewed) == 1
    house.clock.move(minutes=2)
    assert all(await asyncio.gather(*(is_in(one) for one in windows)))


async def test_an_answer_lost_on_its_way_locks_nobody_out(house: House, mara: Someone) -> None:
    browser = await remembered(house, mara)
    for _ in range(3):
        house.clock.move(hours=13)
        # The server changes the token, the browser never hears of it.
        assert await is_in(copy_of(house, browser))
    assert await is_in(browser)


async def test_junk_in_the_cookie_ends_no_device(house: House, mara: Someone) -> None:
    browser = await remembered(house, mara)
    house.clock.move(hours=13)
    token = browser.cookie(DEVICE)
    for junk in ("x", token[:-1], token + "a", f"a{token}", token.swapcase(), "é" * 80, "a" * 399):
        other = house.browser()
        keep(other, {DEVICE: junk})
        assert not await is_in(other)
    assert await is_in(browser)


async def test_devices_are_listed_in_words_and_signed_out(house: House, mara: Someone) -> None:
    here = await remembered(house, mara, "Firefox, Linux")
    there = await remembered(house, mara, "Safari, iPhone")
    for_now = await house.at_home(mara)
    listed = (await here.get("/my/devices")).text
    assert listed.index("Firefox on Linux") < listed.index("Safari on iPhone")
    assert listed.count("This device") == 1
    assert "signs out by itself" in listed
    bell = await there.line("/me", {"door": "my"})
    own_place, *others = places(listed)
    assert len(others) == 2
    for one in others:
        answer = await here.post(f"/my/devices/{one}/revoke", data={})
        assert (answer.status, answer.headers["Location"]) == (303, "/my/devices")
    await bell.until_closed(3)
    assert not await is_in(there)
    assert not await is_in(for_now)
    assert await is_in(here)
    own = await here.post(f"/my/devices/{own_place}/revoke", data={})
    assert own.headers["Location"] == "/my/sign-in"
    assert not await is_in(here)


def places(listed: str) -> list[str]:
    """The ids on the page, in its order; the last form signs out everywhere."""
    return [part.partition("/")[0] for part in listed.split('action="/my/devices/')[1:-1]]


async def test_everywhere_means_everywhere(house: House, mara: Someone) -> None:
    browsers = [await remembered(house, mara), await remembered(house, mara)]
    browsers.append(await house.at_home(mara))
    bells = [await one.line("/me", {"door": "my"}) for one in browsers]
    answer = await browsers[0].post("/my/devices/revoke-all", data={})
    assert answer.headers["Location"] == "/my/sign-in"
    for bell in bells:
        await bell.until_closed(3)
    house.clock.move(hours=13)
    assert [await is_in(one) for one in browsers] == [False, False, False]


async def test_signing_out_forgets_this_device_and_no_other(house: House, mara: Someone) -> None:
    browser, other = await remembered(house, mara), await remembered(house, mara)
    stolen = copy_of(house, browser)
    bell = await browser.line("/me", {"door": "my"})
    answer = await browser.post("/my/sign-out", data={"x": ""})
    assert answer.headers["Location"] == "/my/sign-in"
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    await bell.until_closed(3)
    assert not await is_in(browser)
    assert not await is_in(stolen)
    assert await is_in(other)


async def test_nobody_signs_out_somebody_elses_device(
    house: House, clinic: Clinic, mara: Someone
) -> None:
    mine = await remembered(house, mara)
    theirs = await remembered(house, await make_patient(house.units, clinic))
    temporary = await house.at_home(mara)
    listed = places((await mine.get("/my/devices")).text)
    assert len(listed) == 2
    before = len(await house.trail(action="my.pages", outcome="denied"))
    for one in listed:
        assert (await theirs.post(f"/my/devices/{one}/revoke", data={})).status == 404
    for one in ("x", "..", "%00", "01a216ad-083d-73aa-b2f6-9a3473ff6213"):
        assert (await theirs.post(f"/my/devices/{one}/revoke", data={})).status == 404
    assert len(await house.trail(action="my.pages", outcome="denied")) > before
    assert await is_in(mine)
    assert await is_in(temporary)


async def test_cookies_stay_apart(house: House, clinic: Clinic) -> None:
    """A visit's cookie opens no page between visits, theirs opens no visit and no work."""
    visit = await make_visit(house.units, clinic)
    link = visit.link(visit.patient)
    guest = await house.guest(link)
    name = f"rounds-visit-{link.invitation.replace('-', '')}"
    assert not await is_in(guest)
    keep(guest, {SESSION: guest.cookie(name)})
    assert (await guest.get("/my")).status == 302
    with pytest.raises(Refused):
        await guest.line("/me", {"door": "my"})
    home = await house.at_home(visit.patient)
    assert (await home.get(f"/j/{link.invitation}")).status == 404
    keep(home, {name: home.cookie(SESSION), "rounds": home.cookie(SESSION)})
    assert (await home.get(f"/j/{link.invitation}")).status == 404
    assert (await home.get("/today")).status == 302
    assert (await home.get(f"/visits/{visit.id}")).status == 302
    wishes: list[tuple[str, dict[str, Any]]] = [
        ("/rooms", {"door": "my", "visit": visit.id}),
        ("/rooms", {"door": "guest", "invitation": link.invitation}),
        ("/rooms", {"door": "staff", "visit": visit.id}),
    ]
    for namespace, wish in wishes:
        with pytest.raises(Refused):
            await home.line(namespace, wish)


async def test_gp_patient_and_guest_share_one_browser(house: House, clinic: Clinic) -> None:
    visit = await make_visit(house.units, clinic)
    browser = await remembered(house, visit.patient)
    await browser.sign_in(visit.gp.email)
    await browser.redeem(visit.link(visit.patient))
    staff = await browser.staff_room(visit.id)
    guest = await browser.guest_room(visit.link(visit.patient))
    home = await browser.line("/me", {"door": "my"})
    work = await browser.line("/me", {"door": "staff"})
    assert (await browser.get("/today")).status == 200
    assert await is_in(browser)
    assert (await browser.get(f"/j/{visit.link(visit.patient).invitation}")).status == 200
    await browser.post("/my/sign-out", data={"x": ""})
    await home.until_closed(3)
    assert (await staff.ask("state"))["room"] == visit.room
    assert (await guest.ask("knock"))["me"]["standing"] == "waiting"
    assert (await browser.get("/today")).status == 200
    await work.until("today_changed")
    assert home.told("today_changed") == []
    await browser.post("/sign-out", data={"x": ""})
    await staff.until_closed(3)
    assert (await guest.ask("state"))["room"] == visit.room
