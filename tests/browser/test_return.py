"""A reload at any point comes back to the same place and state without a click."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.browser.coded import GP, PATIENT, SISTER
from tests.browser.meeting import Meeting

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]


async def test_check_in_and_waiting_room_survive_a_reload(meeting: Meeting) -> None:
    gp = await meeting.gp()
    sister = await meeting.guest(SISTER)
    patient = await meeting.sits_down(PATIENT)
    await patient.come_to_check_in(meeting.url(PATIENT))

    for card, onward in (
        ("see", "Yes, I can see myself"),
        ("say", "Go on"),
        ("line", "Go to the waiting room"),
    ):
        there = patient.page.locator(f"[data-card={card}]")
        await there.wait_for()
        await patient.page.reload()
        await there.wait_for()
        await patient.button(onward).click()
    await patient.waiting_room.wait_for()

    door = gp.region("Waiting room").locator("[data-door-list] > li")
    await expect(door).to_have_count(2)
    order = await door.locator(".person__name").all_inner_texts()
    assert order == [SISTER.name, PATIENT.name]
    for guest in (sister, patient):
        await guest.page.reload()
        await guest.waiting_room.wait_for()
    await sister.page.get_by_text("You are next").wait_for()
    await patient.page.get_by_text("1 person is before you").wait_for()
    await gp.page.reload()
    await expect(door).to_have_count(2)
    assert await door.locator(".person__name").all_inner_texts() == order
    # The link itself, opened once more in the same browser, leads to the same place.
    await patient.page.goto(meeting.url(PATIENT))
    await patient.waiting_room.wait_for()


async def test_a_call_survives_a_reload_of_either_page(meeting: Meeting) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    await gp.admit(PATIENT)
    await meeting.all_receive(gp, patient)
    seats = await gp.seats()

    await patient.button("Mute").click()
    await gp.button("Mute").click()
    await patient.page.reload()
    await patient.button("Unmute").wait_for()
    await asyncio.gather(patient.receives(GP), gp.sees(PATIENT))
    await gp.page.reload()
    await gp.button("Unmute").wait_for()
    await meeting.all_receive(gp, patient)
    for one, other in ((gp, PATIENT), (patient, GP)):
        await one.tile(other).get_by_role("img", name="Muted").wait_for()
        await one.comes_to_hear({other.name: set()})
    assert await gp.seats() == seats == await patient.seats()

    await patient.button("Unmute").click()
    await patient.button("Turn camera off").click()
    await patient.page.reload()
    await patient.button("Turn camera on").wait_for()
    await patient.button("Mute").wait_for()
    await gp.tile(PATIENT).get_by_role("img", name="Muted").wait_for(state="detached")
    await expect(gp.tile(PATIENT).locator("video")).to_be_hidden()
    await gp.comes_to_hear({PATIENT.name: {PATIENT.tone}})


async def test_after_leaving_a_reload_does_not_lead_back_in(meeting: Meeting) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    await gp.admit(PATIENT)
    await patient.receives(GP)
    await patient.button("Leave").click()
    await patient.button("Join again").wait_for()
    await patient.page.reload()
    await patient.button("Join again").wait_for()
    assert await patient.peers() == 0
    await patient.button("Join again").click()
    await meeting.all_receive(gp, patient)
    await gp.end_for_everyone()
    ended = patient.page.get_by_role("heading", level=1).filter(visible=True)
    await expect(ended).to_contain_text("Thank you")
    await patient.page.reload()
    await expect(ended).to_contain_text("Thank you")
