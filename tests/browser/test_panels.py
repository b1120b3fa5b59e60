"""The console's panels: two channels that never meet, hands in order, quiet that is asked for."""

import asyncio

import pytest
from playwright.async_api import Page, WebSocket, expect

from tests.browser.coded import GP, PATIENT, SISTER
from tests.browser.meeting import Meeting
from tests.browser.person import PHONE, Person

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]

SECRET, OPEN = "zwischen uns gesagt", "how did you sleep?"


def overhear(page: Page, into: list[str]) -> None:
    """Write down every frame that comes to a page, also after it was loaded anew."""

    def opened(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: into.append(str(frame)))

    page.on("websocket", opened)


async def test_what_the_team_writes_reaches_no_guest(meeting: Meeting) -> None:
    gp, patient = await meeting.gp(), await meeting.sits_down(PATIENT)
    heard: list[str] = []
    overhear(patient.page, heard)
    await patient.wait_for_visit(meeting.url(PATIENT))
    await gp.admit(PATIENT)
    await patient.tile(GP).wait_for()
    await gp.page.get_by_role("tab", name="Chat").click()
    everyone = gp.page.get_by_role("textbox", name="Message", exact=True)
    await everyone.fill(OPEN)
    # What was begun for everyone stays there, and only there.
    await gp.page.get_by_role("tab", name="Care team only").click()
    team = gp.page.get_by_role("textbox", name="Message to the care team")
    await expect(team).to_have_value("")
    await expect(gp.page.get_by_text("Only the care team sees this")).to_be_visible()
    await team.fill(SECRET)
    reloading = asyncio.ensure_future(patient.page.reload())
    await team.press("Enter")
    line = gp.page.locator("#channel-team .said")
    await expect(line).to_contain_text("Care team only")
    await expect(line).to_contain_text(SECRET)
    await reloading
    await patient.tile(GP).wait_for()
    await gp.page.get_by_role("tab", name="Everyone").press("Home")
    await expect(everyone).to_have_value(OPEN)
    await everyone.press("Enter")
    await patient.button("Chat, 1 new message").click()
    await patient.region("Chat").get_by_text(OPEN).wait_for()
    await expect(patient.region("Chat")).to_contain_text("kept for 24 hours after the visit")
    await patient.page.reload()
    await patient.tile(GP).wait_for()
    assert any(OPEN in frame for frame in heard)
    assert not any(SECRET in frame for frame in heard)
    page = await patient.page.content()
    assert SECRET not in page
    assert "care team only" not in page.lower()


async def raise_hand(guest: Person) -> None:
    await guest.button("More").click()
    await guest.button("Raise hand").click()


async def test_hands_stand_in_order_and_quiet_is_asked_not_done(meeting: Meeting) -> None:
    gp, patient, sister = await meeting.call_of_three()
    await raise_hand(sister)
    await sister.page.get_by_text("Hands up, in order: 1. you").wait_for()
    await raise_hand(patient)
    both = f"Hands up, in order: 1. {SISTER.name}, 2. {PATIENT.name}"
    await gp.page.get_by_text(both).wait_for()
    await gp.page.get_by_role("tab", name="People 2 raised hands").wait_for()
    await sister.page.reload()
    await sister.button("More").click()
    await sister.button("Lower hand").wait_for()
    await gp.button(f"Lower the hand of {SISTER.name}").click()
    await sister.button("Raise hand").wait_for()
    await gp.page.get_by_text(f"Hands up, in order: 1. {PATIENT.name}").wait_for()

    await gp.button("Mute everyone else").click()
    for guest in (patient, sister):
        await guest.page.get_by_text(f"{GP.name} asked for quiet. You are muted").first.wait_for()
        await guest.button("Unmute").wait_for()
        await gp.tile(guest.coded).get_by_role("img", name="Muted").wait_for()
        await guest.page.get_by_text("see you, not hear you").wait_for()
    await gp.button("Mute").wait_for()  # who asked is not muted
    # One press, by the person alone; a reload asks nobody again.
    await patient.button("Unmute yourself").click()
    await patient.button("Mute").wait_for()
    await patient.page.reload()
    await patient.tile(GP).wait_for()
    await patient.button("Mute").wait_for()
    await expect(patient.page.locator("[data-part=quiet]")).to_be_hidden()
    await gp.tile(PATIENT).get_by_role("img", name="Muted").wait_for(state="hidden")


async def test_who_waits_is_let_in_from_wherever_one_has_scrolled(meeting: Meeting) -> None:
    gp, patient = await meeting.gp(viewport=PHONE), await meeting.guest(PATIENT)
    bar = gp.page.locator("[data-atdoor]")
    await expect(bar).to_contain_text(f"{PATIENT.name} is waiting")
    for panel in ("People", "Chat"):
        await gp.page.get_by_role("tab", name=panel).click()
        await gp.page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")
        await expect(bar).to_be_in_viewport(ratio=1)
        await gp.page.evaluate("() => scrollTo(0, 0)")
        await expect(bar).to_be_in_viewport(ratio=1)
    await gp.button(f"Admit now: {PATIENT.name}").click()
    await patient.tile(GP).wait_for()
    await expect(bar).to_be_hidden()
