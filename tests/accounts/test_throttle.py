"""How often a stranger may try, counted by the address they come from."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.kernel.config import Settings
from rounds.kernel.signing import new_token
from rounds.web.client import client_address, networks
from tests.making.browser import Browser
from tests.making.ground import make_settings
from tests.making.house import House, running
from tests.making.people import PASSWORD, make_clinic, make_staff
from tests.making.visits import make_visit

PROXY = "127.0.0.0/8"


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[House]:
    """A server with the numbers it ships with."""
    usual = {"link_tries_per_minute": 10, "sign_in_tries": 5, "sign_in_tries_per_address": 20}
    async with running(make_settings(tmp_path, "", **usual)) as served:
        yield served


@pytest.fixture
async def behind_proxy(tmp_path: Path) -> AsyncIterator[House]:
    """The same, behind a proxy on this machine."""
    usual = {"link_tries_per_minute": 10, "trusted_proxies": PROXY}
    async with running(make_settings(tmp_path, "", **usual)) as served:
        yield served


async def bad_links(
    browser: Browser, count: int, path: str = "/j/redeem", **headers: str
) -> list[int]:
    return [
        (await browser.post(path, {"token": new_token()}, headers=headers)).status
        for _ in range(count)
    ]


async def test_the_eleventh_bad_link_of_a_minute_is_told_to_wait(strict: House) -> None:
    visit = await make_visit(strict.units)
    browser = strict.browser()
    assert await bad_links(browser, 5, "/j/peek") == [404] * 5
    assert await bad_links(browser, 5) == [404] * 5
    answer = await browser.post("/j/redeem", {"token": new_token()})
    assert answer.status == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert answer.json()["error"]["code"] == "unavailable"
    # Not even a good one, from this address, until then.
    good = {"token": visit.link(visit.patient).token}
    assert (await strict.browser().post("/j/redeem", good)).status == 429


async def test_good_links_are_never_counted(strict: House) -> None:
    visit = await make_visit(strict.units)
    token = visit.link(visit.patient).token
    browser = strict.browser()
    for _ in range(15):
        assert (await browser.post("/j/peek", {"token": token})).status == 200


async def test_a_forwarded_address_is_believed_only_from_our_proxy(
    strict: House, behind_proxy: House
) -> None:
    browser = strict.browser()
    for number in range(10):
        await bad_links(browser, 1, **{"X-Forwarded-For": f"198.51.100.{number}"})
    assert await bad_links(browser, 1, **{"X-Forwarded-For": "198.51.100.99"}) == [429]

    browser = behind_proxy.browser()
    assert await bad_links(browser, 10, **{"X-Forwarded-For": "198.51.100.1"}) == [404] * 10
    assert await bad_links(browser, 1, **{"X-Forwarded-For": "198.51.100.1"}) == [429]
    # The proxy adds on the right; what the client wrote itself stands on the left.
    forged = {"X-Forwarded-For": "203.0.113.5, 198.51.100.1"}
    assert await bad_links(browser, 1, **forged) == [429]
    assert await bad_links(browser, 1, **{"X-Forwarded-For": "198.51.100.2"}) == [404]


async def test_the_sixth_wrong_password_of_an_account_waits_and_others_do_not(
    strict: House,
) -> None:
    clinic = await make_clinic(strict.units)
    one, other = [await make_staff(strict.units, clinic) for _ in range(2)]
    browser = strict.browser()
    told = [(await browser.sign_in(one.email, "a wrong password!")).status for _ in range(5)]
    assert told == [422] * 5
    answer = await browser.sign_in(one.email.upper(), PASSWORD)
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 60
    assert (await strict.browser().sign_in(other.email)).status == 303


async def test_one_address_that_sprays_over_accounts_waits(tmp_path: Path) -> None:
    assert Settings.model_fields["sign_in_tries_per_address"].default == 20
    async with running(make_settings(tmp_path, "", sign_in_tries_per_address=6)) as served:
        await spray(served.browser(), 6)


async def spray(browser: Browser, allowed: int) -> None:
    """Try one password on so many accounts, and on one more."""
    for number in range(allowed):
        await browser.sign_in(f"nobody{number}@harbour.example", "a wrong password!")
    assert (await browser.sign_in("nobody@harbour.example", "a wrong password!")).status == 429


addresses = st.ip_addresses().map(str)


@given(peer=addresses, forwarded=st.lists(addresses | st.text(max_size=20)).map(", ".join))
def test_without_a_trusted_proxy_the_peer_is_the_client(peer: str, forwarded: str) -> None:
    assert client_address(peer, forwarded, []) == peer


@given(claimed=st.lists(addresses | st.text(max_size=20)).map(", ".join), real=st.ip_addresses(v=4))
def test_behind_a_proxy_nothing_a_client_writes_moves_its_address(
    claimed: str, real: object
) -> None:
    trusted = networks("10.0.0.0/8, fd00::/8")
    known = str(real)
    if known.startswith("10."):
        return
    assert client_address("10.0.0.1", f"{claimed}, {known}", trusted) == known
    assert client_address("10.0.0.1", f"{claimed}, {known}, 10.2.3.4", trusted) == known
