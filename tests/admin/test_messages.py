"""The desk sees every message's way and fault, never its words, and can do something about each."""

from datetime import timedelta

import pytest

from rounds.app import SENDER
from rounds.kernel.actor import Role
from rounds.notices import parcel as why
from rounds.notices.model import NoticeState
from rounds.people.model import Clinic, System
from tests.making.browser import Browser
from tests.making.house import House
from tests.making.notices import give_address, make_notice, state
from tests.making.people import Someone, make_clinic, make_patient, make_staff
from tests.making.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def desk(house: House, role: Role = Role.COORDINATOR) -> tuple[Clinic, Browser, Someone]:
    clinic = await make_clinic(house.units)
    browser = await house.signed_in(await make_staff(house.units, clinic, role))
    mara = await make_patient(house.units, clinic)
    await give_address(house.units, house.foundation.signer, mara, System.EMAIL)
    return clinic, browser, mara


async def given_up(house: House, mara: Someone) -> str:
    """A message that nothing can carry: this house has no mail server."""
    id = await make_notice(house.units, mara, "visit_pin", pin="918273", link="/j#t=secret-token")
    await house.app[SENDER].send_due()

    async def is_given_up() -> bool:
        return (await state(house.units, id))[0] == NoticeState.GIVEN_UP

    await eventually(is_given_up)
    return id


async def act(browser: Browser, id: str, deed: str, listed: str = "") -> int:
    answer = await browser.post(f"/admin/messages/{id}/{deed}", data={"state": listed})
    return answer.status


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMIN])
async def test_what_could_not_be_delivered_rings_and_is_shown_without_its_words(
    house: House, role: Role
) -> None:
    _, browser, mara = await desk(house, role)
    bell = await browser.line("/me", {"door": "staff"})
    await given_up(house, mara)
    await bell.until("messages_changed")
    assert (await browser.get("/today.json")).json()["unattended"] == 1
    for path in ("/admin/messages", "/admin/messages?state=given_up"):
        page = (await browser.get(path)).text
        assert mara.name in page
        assert why.NO_EMAIL in page
        assert "918273" not in page
        assert "secret-token" not in page
        assert "@home.example" not in page


async def test_a_clinician_has_nothing_to_do_here(house: House) -> None:
    clinic, _, mara = await desk(house)
    gp = await house.signed_in(await make_staff(house.units, clinic))
    await given_up(house, mara)
    assert (await gp.get("/admin/messages")).status == 404
    assert (await gp.get("/today.json")).json()["unattended"] == 0


async def test_trying_again_and_taking_care(house: House) -> None:
    _, browser, mara = await desk(house)
    id = await given_up(house, mara)
    assert await act(browser, id, "again", "given_up") == 303

    async def again() -> bool:
        found = await house.trail(action="notice.again", object_id=id)
        return bool(found) and (await state(house.units, id))[0] == NoticeState.GIVEN_UP

    await eventually(again)
    assert await act(browser, id, "done") == 303
    assert (await browser.get("/today.json")).json()["unattended"] == 0
    assert "Taken care of" in (await browser.get("/admin/messages")).text


async def test_what_waits_can_be_taken_back_once(house: House) -> None:
    _, browser, mara = await desk(house)
    later = house.clock.now() + timedelta(days=1)
    id = await make_notice(house.units, mara, due_at=later)
    assert await act(browser, id, "cancel") == 303
    assert (await state(house.units, id))[0] == NoticeState.CANCELLED
    answer = await browser.post(f"/admin/messages/{id}/cancel", data={"state": "waiting"})
    assert answer.status == 409
    assert "does not wait any more" in answer.text
    for deed in ("again", "done"):
        assert await act(browser, id, deed) == 409


async def test_what_would_come_too_late_is_not_tried_again(house: House) -> None:
    _, browser, mara = await desk(house)
    soon = house.clock.now() + timedelta(minutes=1)
    id = await make_notice(house.units, mara, due_at=soon - timedelta(seconds=1), expires_at=soon)
    house.clock.move(minutes=2)
    await house.app[SENDER].send_due()

    async def late() -> bool:
        return await state(house.units, id) == (NoticeState.GIVEN_UP, why.TOO_LATE)

    await eventually(late)
    assert await act(browser, id, "again") == 409


async def test_another_clinics_messages_are_not_there(house: House) -> None:
    _, _, mara = await desk(house)
    id = await given_up(house, mara)
    _, other, _ = await desk(house)
    assert mara.name not in (await other.get("/admin/messages")).text
    assert [await act(other, id, deed) for deed in ("again", "cancel", "done")] == [404] * 3
    assert (await other.get("/today.json")).json()["unattended"] == 0


@pytest.mark.parametrize("id", ["x", "0" * 36, "%00", "a" * 5000])
async def test_odd_addresses_find_nothing(house: House, id: str) -> None:
    _, browser, _ = await desk(house)
    assert await act(browser, id, "again") == 404
    answer = await browser.post(f"/admin/messages/answers/{id}/read", data={"state": ""})
    assert answer.status == 404
    assert await act(browser, "0" * 36, "delete") == 404


async def test_an_empty_list_says_what_to_expect(house: House) -> None:
    _, browser, _ = await desk(house)
    assert "No messages yet" in (await browser.get("/admin/messages")).text
    assert "None of these" in (await browser.get("/admin/messages?state=sent")).text
    assert "No messages yet" in (await browser.get("/admin/messages?state=%00nonsense")).text
