"""An idle screen is locked, not signed out: it hides, rings without names, and opens again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from rounds.accounts.locking import lock_idle
from tests.making.browser import Browser, Refused
from tests.making.ground import make_settings
from tests.making.house import House, running
from tests.making.people import PASSWORD
from tests.making.visits import MadeVisit, make_visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINUTES = 15


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(folder: Path) -> AsyncIterator[House]:
    async with running(make_settings(folder, "", idle_minutes=MINUTES)) as served:
        yield served


@pytest_asyncio.fixture(loop_scope="module")
async def visit(house: House) -> MadeVisit:
    return await make_visit(house.units)


async def sweep(house: House) -> None:
    rooms = house.sockets.namespace_handlers["/rooms"]
    await lock_idle(house.units, house.settings.idle, rooms.sessions_present())


async def unlock(browser: Browser, **proof: str) -> int:
    return (await browser.post("/account/unlock", proof)).status


async def test_a_screen_nobody_sits_at_is_locked_and_opens_again(
    house: House, visit: MadeVisit
) -> None:
    browser = await house.signed_in(visit.gp)
    house.clock.move(minutes=MINUTES - 1)
    assert (await browser.get("/today")).status == 200
    house.clock.move(minutes=MINUTES - 1)
    # What a page asks for by itself is nobody's deed.
    assert (await browser.get("/today.json")).status == 200
    house.clock.move(minutes=1)
    answer = await browser.get("/today?x=1")
    assert (answer.status, answer.headers["Location"]) == (302, "/locked?next=/today?x%3D1")
    answer = await browser.get("/today.json")
    assert (answer.status, answer.json()["error"]["locked"]) == (403, True)
    path = f"/visits/{visit.id}/note"
    answer = await browser.post(path, {"text": "Slept well.", "revision": 0})
    assert answer.status == 403
    page = await browser.get("/locked?next=/today")
    assert page.status == 200
    assert visit.patient.name not in page.text
    assert await unlock(browser, password="a wrong password!") == 422
    assert (await browser.get("/today")).status == 302
    assert await unlock(browser, password=PASSWORD) == 200
    assert (await browser.get("/today")).status == 200
    assert (await browser.get("/locked?next=//evil.example")).headers["Location"] == "/today"
    assert (await browser.post(path, {"text": "Slept well.", "revision": 0})).status == 200


async def test_it_goes_on_ringing_without_names(house: House, visit: MadeVisit) -> None:
    browser, open_one = [await house.signed_in(visit.gp) for _ in range(2)]
    bells = await browser.line("/me", {"door": "staff"})
    others = await open_one.line("/me", {"door": "staff"})
    assert (await browser.post("/account/lock", {"now": True})).json()["locked"] is True
    await bells.until("locked")
    room = await (await house.guest(visit.link(visit.patient))).guest_room(
        visit.link(visit.patient)
    )
    await room.ask("knock")
    assert (await others.until("guest_knocked"))["name"] == visit.patient.name
    await bells.until("guest_knocked")
    assert bells.told("guest_knocked") == [{}]
    # A page that comes while it is locked rings without names, too, and sees no room.
    late = await browser.line("/me", {"door": "staff"})
    with pytest.raises(Refused) as refusal:
        await browser.staff_room(visit.id)
    assert refusal.value.code == "unavailable"
    assert await unlock(browser, password=PASSWORD) == 200
    for line in (bells, late):
        await line.until("unlocked")
    await (await browser.staff_room(visit.id)).ask("state")


async def test_a_running_visit_is_not_disturbed(house: House, visit: MadeVisit) -> None:
    browser, idle = [await house.signed_in(visit.gp) for _ in range(2)]
    room = await browser.staff_room(visit.id)
    for _ in range(4):
        house.pass_time(minutes=MINUTES / 2)
        await room.ask("heartbeat")
        await sweep(house)
    assert (await room.ask("state"))["me"]["standing"] == "admitted"
    assert (await browser.get("/today")).status == 200
    assert (await idle.get("/today")).headers["Location"] == "/locked?next=/today"
    # Locked by hand, the call goes on: its socket stays and waits.
    await browser.post("/account/lock", {"now": True})
    assert await room.refused("state") == "unavailable"
    assert await unlock(browser, password=PASSWORD) == 200
    assert (await room.ask("state"))["me"]["standing"] == "admitted"


async def test_the_page_asks_the_server_whether_it_is_idle(house: House, visit: MadeVisit) -> None:
    browser = await house.signed_in(visit.gp)
    house.clock.move(minutes=10)
    told = (await browser.post("/account/lock", {"now": False})).json()
    assert told == {"locked": False, "seconds": 300.0}
    assert (await browser.post("/account/active", {})).status == 200
    house.clock.move(minutes=10)
    assert (await browser.post("/account/lock", {"now": False})).json()["seconds"] == 300.0
    house.clock.move(minutes=5)
    assert (await browser.post("/account/lock", {"now": False})).json()["locked"] is True


async def test_the_wrong_person_signs_out(house: House, visit: MadeVisit) -> None:
    browser = await house.signed_in(visit.gp)
    answer = await browser.post("/account/lock", data={})
    assert (answer.status, answer.headers["Location"]) == (303, "/locked")
    assert (await browser.post("/sign-out")).headers["Location"] == "/"
    assert (await browser.get("/locked?next=/today")).headers["Location"] == "/?next=/today"
    assert await unlock(browser, password=PASSWORD) == 404


async def test_locked_does_not_stay_beyond_the_absolute_limit(
    house: House, visit: MadeVisit
) -> None:
    browser = await house.signed_in(visit.gp)
    house.clock.move(hours=12)
    assert await unlock(browser, password=PASSWORD) == 404
