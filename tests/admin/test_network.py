"""The network check of the administrators: what it shows, one at a time, and whom it lends what."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from rounds.admin.network import LENT_SECONDS
from rounds.admin.views import NETWORK
from rounds.kernel.actor import SYSTEM, Role
from rounds.media.probe import probe_key
from rounds.people.model import Clinic
from rounds.reach import turn
from rounds.reach.media import by_udp
from rounds.reach.plan import make_plan
from rounds.reach.step import TITLES, State
from rounds.resources import relay_of
from tests.making.browser import Browser
from tests.making.clock import StoppedClock
from tests.making.fixtures import light_passwords
from tests.making.ground import make_settings
from tests.making.house import House, running
from tests.making.people import Someone, make_clinic, make_staff
from tests.making.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "relay-secret-of-this-test-0123456789abcdef"
URLS = "turn:localhost:9?transport=udp,turns:localhost:9?transport=tcp"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(folder: Path) -> AsyncIterator[House]:
    """A server with a relay that is not there, and is given up soon.

    Its clock may be moved by half an hour, and the media process still takes what it lends.
    """
    secret = folder / "relay"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    settings = make_settings(folder, "", turn_urls=URLS, turn_secret_file=secret)
    clock = StoppedClock(datetime.now(UTC) - timedelta(minutes=30))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turn, "PATIENCE", 0.5)
        async with running(settings, clock, passwords=light_passwords()) as served:
            yield served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def admin(house: House) -> Someone:
    return await make_staff(house.units, await make_clinic(house.units, "Quay"), Role.ADMIN)


@pytest_asyncio.fixture(loop_scope="module")
async def browser(house: House, admin: Someone) -> AsyncIterator[Browser]:
    """The administrator's, long enough after whatever was tried before."""
    await ended(house)
    house.pass_time(minutes=1)
    yield await house.signed_in(admin)


async def ended(house: House) -> None:
    await eventually(lambda: not house.app[NETWORK].running, 30)


async def test_the_page_begins_empty_and_shows_every_step(house: House, browser: Browser) -> None:
    check = house.app[NETWORK]
    before = (await browser.get("/admin/network")).text
    assert "Not run yet." in before
    began = await browser.post("/admin/network/check")
    assert (began.status, began.headers["Location"]) == (303, "/admin/network")
    under_way = (await browser.get("/admin/network")).text
    assert "Trying …" in under_way
    await ended(house)
    text = (await browser.get("/admin/network")).text
    assert [step.state for step in check.steps] == [State.WELL] * 5 + [State.FAILED] * 2
    for step in check.steps:
        assert TITLES[step.name] in text
    assert text.count('data-state="well"') == 5
    assert text.count('data-state="failed"') == 2
    assert "Last run: " in text
    # The text for the network's person names what has to be open and what is not.
    letter = text.partition('data-part="letter"')[2]
    for said in (f"UDP {house.settings.port}", "UDP 9, localhost", "Relay by UDP: The relay at"):
        assert said in letter
    assert SECRET not in text


async def test_one_at_a_time_and_not_at_once_again(house: House, browser: Browser) -> None:
    check, before = house.app[NETWORK], await house.counted(action="network.check")
    answers = await asyncio.gather(*(browser.post("/admin/network/check") for _ in range(4)))
    assert [one.status for one in answers] == [303] * 4
    assert await house.counted(action="network.check") == before + 1
    await ended(house)
    began = check.began_at
    again = await browser.post("/admin/network/check")
    assert (again.status, "only just run" in again.text) == (429, True)
    assert "Last run: " in again.text
    asked = await browser.post("/admin/network/check", json={})
    assert (asked.status, asked.json()["error"]["retry_after"]) == (429, 10)
    assert (check.began_at, check.running) == (began, False)
    house.pass_time(seconds=10)
    assert (await browser.post("/admin/network/check")).status == 303
    assert check.running


async def test_a_browser_is_lent_what_reaches_the_media_port(
    house: House, browser: Browser
) -> None:
    loan = (await browser.post("/admin/network/browser", json={})).json()
    key = probe_key(house.foundation.signer)
    plan = make_plan(house.settings, key, relay_of(house.settings), house.clock.now())
    assert (loan["ufrag"], loan["password"]) == (plan.probe_name, plan.probe_password)
    assert loan["addresses"] == list(plan.media)
    assert await by_udp(plan, loan["addresses"][0], loan["ports"][0])
    expiry, holder = loan["username"].split(":")
    assert int(expiry) == int(house.clock.now().timestamp()) + LENT_SECONDS
    assert holder == "check"
    assert [one["transport"] for one in loan["relays"]] == ["udp", "tls"]
    assert SECRET not in json.dumps(loan)
    again = await browser.post("/admin/network/browser", json={})
    assert (again.status, "credential" in again.text) == (429, False)
    assert await house.counted(action="network.browser") == 1


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.ADMIN, Role.PATIENT, Role.RELATIVE)]
)
async def test_nobody_else_is_lent_anything(house: House, admin: Someone, role: Role) -> None:
    async with house.units.reading(SYSTEM) as unit:
        clinic = await unit.session.get_one(Clinic, admin.clinic)
    other = await house.signed_in(await make_staff(house.units, clinic, role))
    check, before = house.app[NETWORK], house.app[NETWORK].began_at
    answers = [
        await other.get("/admin/network"),
        await other.post("/admin/network/check"),
        await other.post("/admin/network/browser", json={}),
    ]
    assert [one.status for one in answers] == [404] * 3
    for one in answers:
        assert "turn:" not in one.text
        assert "credential" not in one.text
    assert check.began_at == before


async def test_a_stranger_and_another_site_get_nothing(house: House, browser: Browser) -> None:
    stranger = house.browser()
    page = await stranger.get("/admin/network")
    assert (page.status, page.headers["Location"]) == (302, "/?next=/admin/network")
    for path in ("check", "browser"):
        assert (await stranger.post(f"/admin/network/{path}", json={})).status == 404
        elsewhere = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
        answer = await browser.post(f"/admin/network/{path}", json={}, headers=elsewhere)
        assert answer.status == 403


@pytest.mark.parametrize(
    "sent", [{"seconds": 10**9}, {"holder": "x\u0000"}, [], "text", None, {"ي" * 5000: "ي"}]
)
async def test_a_browser_cannot_ask_for_more(browser: Browser, sent: object) -> None:
    answer = await browser.post("/admin/network/browser", json=sent)
    assert (answer.status, "credential" in answer.text) == (422, False)
    form = await browser.post("/admin/network/browser", data={"seconds": "1"})
    assert (form.status, "credential" in form.text) == (422, False)


async def test_a_run_that_is_not_kept_any_more_is_still_dated(
    house: House, browser: Browser
) -> None:
    check = house.app[NETWORK]
    check.steps, check.began_at, check.ended_at = [], None, None  # as after a new start
    text = (await browser.get("/admin/network")).text
    assert "what was found is not kept" in text


async def test_the_steps_are_told_in_the_readers_language(
    house: House, browser: Browser, admin: Someone
) -> None:
    step = house.app[NETWORK]
    step.begin()
    await ended(house)
    said = [one.what.said(lambda text: f"⟦{text}⟧") for one in step.steps]
    assert all(one.startswith("⟦") and one.endswith("⟧") for one in said)
    assert not any("%(" in one for one in said)
