"""What passes between staff and a patient who waits: words, a call instead, reasons, calm."""

import pytest
from playwright.async_api import expect

from tests.browser.coded import GP, PATIENT, SISTER
from tests.browser.meeting import Meeting

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_words_a_call_and_a_reason_pass_between_three_people(meeting: Meeting) -> None:
    gp, patient, sister = (
        await meeting.gp(),
        await meeting.guest(PATIENT),
        await meeting.guest(SISTER),
    )
    card = gp.page.get_by_role("listitem").filter(has_text=PATIENT.name).first
    await patient.page.get_by_text("Write to the clinic").click()
    await patient.button("I need a moment more.").click()
    await card.get_by_text("I need a moment more.").wait_for()
    await gp.button(f"Message to {PATIENT.name}").click()
    await gp.button("I am with you in a moment.").click()
    await patient.page.get_by_text("I am with you in a moment.").wait_for()
    await expect(sister.page.get_by_text("I am with you in a moment.")).to_have_count(0)

    # The visit goes on by phone with her, and she comes back to video in it.
    await patient.page.get_by_text("Call me instead").click()
    await patient.page.get_by_role("textbox", name="Another number").fill("020 7946 0188")
    await patient.button("Call me").click()
    link = card.get_by_role("link", name="+442079460188")
    await expect(link).to_have_attribute("href", "tel:+442079460188")
    await gp.button(f"On the phone with {PATIENT.name}").click()
    await patient.page.get_by_text("Your visit goes on by phone.").wait_for()
    await gp.admit(PATIENT)
    await patient.tile(GP).wait_for()

    # Out at once; why, and for how long, is said afterwards.
    await gp.send_back(PATIENT)
    await patient.waiting_room.wait_for()
    await gp.button("Say why").click()
    await gp.button("Somebody else comes in first.").click()
    await gp.page.get_by_role("radio", name="10 min").check()
    await gp.button("Tell them").click()
    await patient.page.get_by_text("Somebody else comes in first.").wait_for()
    await patient.page.get_by_text("You are let in again at about").wait_for()

    # Help is one press away, and the call goes on beside it.
    await gp.button("Get help now").click()
    help_card = gp.region("Get help now")
    await expect(help_card.get_by_role("link", name="999")).to_have_attribute("href", "tel:999")
    await expect(help_card.get_by_text("has not been told")).to_be_visible()
    await gp.page.keyboard.press("Escape")
    await expect(help_card).to_be_hidden()
    await expect(gp.button("Get help now")).to_be_focused()


async def test_breathing_is_said_in_words_stands_still_and_stops(meeting: Meeting) -> None:
    patient = await meeting.sits_down(PATIENT, reduced_motion="reduce")
    await patient.wait_for_visit(meeting.url(PATIENT))
    await patient.button("Breathe with the circle").click()
    word = patient.page.get_by_role("status").filter(has_text="Breathe in")
    await expect(word).to_be_visible()
    moving = await patient.page.evaluate(
        """() => document.querySelector(".breath__ring").getAnimations().filter((one) =>
          one.playState === "running" && one.effect.getTiming().duration > 1).length"""
    )
    assert moving == 0
    await expect(patient.page.get_by_role("status").filter(has_text="Breathe out")).to_be_visible()
    await patient.button("Stop").click()
    await expect(word).to_have_count(0)
    await expect(patient.button("Breathe with the circle")).to_have_attribute(
        "aria-pressed", "false"
    )
