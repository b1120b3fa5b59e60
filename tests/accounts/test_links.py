"""Personal links: looked at without effect, bound to one device, closed by five wrong PINs."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from rounds.accounts.links import PIN_TRIES
from rounds.accounts.model import Invitation, Session
from rounds.kernel.actor import SYSTEM
from rounds.kernel.signing import fingerprint, new_token
from rounds.tables import metadata
from tests.making.browser import Answer, Browser
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import make_clinic
from tests.making.visits import Link, MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

BEFORE_THE_PIN = {"standing", "clinic", "phone", "starts_at", "bound_here"}
BOTS = [
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "WhatsApp/2.23.20.0",
    "Mozilla/5.0 (compatible; MicrosoftPreview/2.0; +https://aka.ms/MicrosoftPreview)",
    "GoogleImageProxy",
]


@pytest_asyncio.fixture(loop_scope="module")
async def visit(house: House) -> MadeVisit:
    return await make_visit(house.units)


@pytest_asyncio.fixture(loop_scope="module")
async def guarded(house: House) -> MadeVisit:
    """A visit whose links ask for a PIN."""
    return await make_visit(house.units, with_pin=True)


@pytest_asyncio.fixture(loop_scope="module")
async def device(house: House) -> AsyncIterator[Browser]:
    yield house.browser()


async def peek(browser: Browser, link: Link) -> Any:
    return (await browser.post("/j/peek", {"token": link.token})).json()


async def try_link(browser: Browser, link: Link, pin: str | None = None) -> Answer:
    return await browser.post("/j/redeem", {"token": link.token} | ({"pin": pin} if pin else {}))


async def row_of(house: House, link: Link) -> Invitation:
    async with house.units.reading(SYSTEM) as unit:
        return await unit.session.get_one(Invitation, link.invitation)


def wrong(link: Link) -> str:
    return "000000" if link.pin != "000000" else "000001"


async def test_robots_that_open_the_link_change_nothing(
    house: House, visit: MadeVisit, device: Browser
) -> None:
    link = visit.link(visit.patient)
    lines = len(await house.trail())
    for number in range(20):
        headers = {"User-Agent": BOTS[number % len(BOTS)]}
        method = "GET" if number % 2 else "HEAD"
        # A client that does send the fragment, too, and one that puts the token in the path.
        for path in ("/j", f"/j#t={link.token}", f"/j?t={link.token}"):
            answer = await device.request(method, path, headers=headers)
            assert answer.status == 200
            assert link.token not in answer.text
        assert (await device.request(method, f"/j/{link.token}")).status == 404
        assert (await device.request(method, "/j/redeem")).status in (404, 405)
    row = await row_of(house, link)
    assert (row.bound_at, row.pin_tries) == (None, 0)
    assert len(await house.trail()) == lines
    assert (await peek(device, link))["standing"] == "ready"


async def test_looking_binds_nothing(house: House, visit: MadeVisit, device: Browser) -> None:
    link = visit.link(visit.patient)
    for _ in range(3):
        seen = await peek(device, link)
        assert (seen["standing"], seen["bound_here"]) == ("ready", False)
        assert "invitation" not in seen
    assert (await row_of(house, link)).bound_at is None
    assert (await try_link(device, link)).status == 200


async def test_the_first_device_is_the_only_one(
    house: House, visit: MadeVisit, device: Browser
) -> None:
    link = visit.link(visit.patient)
    assert (await try_link(device, link)).json() == {"location": f"/j/{link.invitation}"}
    other = house.browser()
    answer = await try_link(other, link)
    assert (answer.status, answer.json()["error"]["code"]) == (409, "conflict")
    assert not answer.cookies
    assert (await other.get(f"/j/{link.invitation}")).status == 404
    assert (await peek(other, link))["bound_here"] is False


async def test_here_again_is_fine(house: House, visit: MadeVisit, device: Browser) -> None:
    link = visit.link(visit.patient)
    await device.redeem(link)
    seen = await peek(device, link)
    assert (seen["bound_here"], seen["invitation"]) == (True, link.invitation)
    assert (await device.redeem(link)).json() == {"location": f"/j/{link.invitation}"}
    async with house.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(
            select(Session).where(Session.invitation_id == link.invitation)
        )
        assert len(found.scalars().all()) == 1


async def test_of_two_devices_at_once_one_is_bound(house: House, visit: MadeVisit) -> None:
    link = visit.link(visit.patient)
    answers = await asyncio.gather(*(try_link(house.browser(), link) for _ in range(6)))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409, 409, 409]


async def test_early_tells_the_date_and_binds_nothing(house: House, device: Browser) -> None:
    visit = await make_visit(house.units, starts_at=house.clock.now().replace(hour=23))
    link = visit.link(visit.patient)
    seen = await peek(device, link)
    assert (seen["standing"], seen["starts_at"][11:16]) == ("early", "23:00")
    assert (await try_link(device, link)).status == 410
    assert (await row_of(house, link)).bound_at is None


async def test_when_the_visit_is_over_the_link_is(house: House, visit: MadeVisit) -> None:
    first, late = visit.link(visit.patient), visit.link(visit.relatives[0])
    guest = await house.guest(first)
    host = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    await host.ask("end")
    assert (await peek(house.browser(), late))["standing"] == "over"
    answer = await try_link(house.browser(), late)
    assert (answer.status, answer.json()["error"]["code"]) == (410, "gone")
    # What was agreed stays readable on the device that was there.
    assert (await guest.get(f"/j/{first.invitation}")).status == 200


async def test_a_link_taken_back_looks_like_one_that_never_was(
    house: House, visit: MadeVisit, device: Browser
) -> None:
    link = visit.link(visit.patient)
    gp = await house.signed_in(visit.gp)
    path = f"/visits/{visit.id}/links/{link.invitation}"
    assert (await gp.post(f"{path}/revoke", {})).status == 200
    never = Link(link.invitation, new_token(), None)
    for door in ("/j/peek", "/j/redeem"):
        told = [await device.post(door, {"token": one.token}) for one in (link, never)]
        assert [one.status for one in told] == [404, 404]
        assert told[0].body == told[1].body
        headers = [
            {name: value for name, value in one.headers.items() if name != "Date"} for one in told
        ]
        assert headers[0] == headers[1]


async def test_a_new_link_ends_the_old_one_and_what_it_opened(
    house: House, visit: MadeVisit, device: Browser
) -> None:
    link = visit.link(visit.patient)
    await device.redeem(link)
    gp = await house.signed_in(visit.gp)
    path = f"/visits/{visit.id}/links/{link.invitation}/reissue"
    # Pressed twice, or by two people at once.
    made = [(await gp.post(path, {})).json() for _ in range(2)]
    assert [one["pin"] for one in made] == [None, None]
    assert (await device.get(f"/j/{link.invitation}")).status == 404
    tokens = [one["url"].partition("#t=")[2] for one in made]
    answers = [await device.post("/j/peek", {"token": one}) for one in tokens]
    assert [one.status for one in answers] == [404, 200]
    assert (await device.post("/j/redeem", {"token": tokens[1]})).status == 200


async def test_before_the_pin_a_link_tells_clinic_and_time(
    house: House, guarded: MadeVisit, device: Browser
) -> None:
    link = guarded.link(guarded.patient)
    before = await device.post("/j/peek", {"token": link.token})
    assert set(before.json()) == BEFORE_THE_PIN
    assert before.json()["standing"] == "pin"
    refused = await try_link(device, link, wrong(link))
    assert set(refused.json()["error"]) == {"code", "message", "fields", "tries_left"}
    await device.redeem(link)
    bound_elsewhere = await house.browser().post("/j/peek", {"token": link.token})
    assert set(bound_elsewhere.json()) == BEFORE_THE_PIN
    for answer in (before, refused, bound_elsewhere):
        for name in (guarded.gp.name, guarded.patient.name, guarded.relatives[0].name, "rounds: "):
            assert name not in answer.text


async def test_five_wrong_pins_close_the_link_even_to_the_right_one(
    house: House, guarded: MadeVisit, device: Browser
) -> None:
    link = guarded.link(guarded.patient)
    left = []
    for _ in range(PIN_TRIES - 1):
        answer = await try_link(device, link, wrong(link))
        assert answer.status == 422
        left.append(answer.json()["error"]["tries_left"])
    assert left == [4, 3, 2, 1]
    console = await (await house.signed_in(guarded.gp)).staff_room(guarded.id)
    assert (await try_link(device, link, wrong(link))).status == 410
    answer = await try_link(device, link, link.pin)
    assert (answer.status, answer.json()["error"].get("locked")) == (410, True)
    assert set(await peek(device, link)) == BEFORE_THE_PIN
    assert (await peek(device, link))["standing"] == "locked"

    # The clinician sees it at once and replaces the link in one click.
    def locked(told: Any) -> bool:
        return link.invitation in [
            one["invitation"] for one in told["coming"] if one["link"] == "locked"
        ]

    await console.until("room_changed", locked)
    gp = await house.signed_in(guarded.gp)
    path = f"/visits/{guarded.id}/links/{link.invitation}/reissue"
    fresh = (await gp.post(path, {})).json()
    token = fresh["url"].partition("#t=")[2]
    assert (await device.post("/j/redeem", {"token": token, "pin": fresh["pin"]})).status == 200


async def test_a_right_pin_in_time_opens(guarded: MadeVisit, device: Browser) -> None:
    link = guarded.link(guarded.patient)
    for _ in range(PIN_TRIES - 1):
        await try_link(device, link, wrong(link))
    assert (await try_link(device, link, link.pin)).status == 200


async def test_many_tries_at_once_are_no_more_than_five(house: House, guarded: MadeVisit) -> None:
    link = guarded.link(guarded.patient)
    answers = await asyncio.gather(
        *(try_link(house.browser(), link, wrong(link)) for _ in range(20))
    )
    assert sorted(answer.status for answer in answers) == [410] * 16 + [422] * 4
    assert (await try_link(house.browser(), link, link.pin)).status == 410
    refused = await house.trail(object_id=link.invitation, action="link.pin")
    assert len(refused) == PIN_TRIES


async def test_no_token_and_no_pin_is_kept(house: House, guarded: MadeVisit) -> None:
    link = guarded.link(guarded.patient)
    guest = await house.guest(link)
    cookie = guest.cookie(f"rounds-visit-{link.invitation.replace('-', '')}")
    assert len(cookie) == 43
    everything = ""
    async with house.units.reading(SYSTEM) as unit:
        for table in metadata.sorted_tables:
            everything += repr((await unit.session.execute(select(table))).all())
    files = b"".join(
        path.read_bytes() for path in house.settings.data.glob("*.sqlite*") if path.is_file()
    )
    for secret in (link.token, cookie, f"'{link.pin}'"):
        assert secret not in everything
        assert secret.encode() not in files
    assert fingerprint(link.token) in everything
    assert fingerprint(cookie) in everything


async def test_a_token_of_another_size_or_kind_is_refused_in_words(device: Browser) -> None:
    for token in ("", "\x00", "x" * 129, None, 7, ["x"], {"t": "x"}):
        answer = await device.post("/j/redeem", {"token": token})
        assert (answer.status, answer.json()["error"]["code"]) == (422, "invalid")
    for token in ("é" * 43, "../../etc/passwd"):
        assert (await device.post("/j/peek", {"token": token})).status == 404


async def test_the_page_of_a_link_names_nobody(house: House, device: Browser) -> None:
    await make_clinic(house.units, "A second clinic")
    page = await device.get("/j")
    assert "Lindqvist" not in page.text
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
