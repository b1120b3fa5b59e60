"""The whole way by the keyboard alone: sign in, Today, console; link, call, leave."""

import pytest
from playwright.async_api import expect

from tests.browser.coded import GP, PATIENT, SISTER
from tests.browser.keys import Keyboard
from tests.browser.meeting import Meeting

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_staff_by_keyboard(meeting: Meeting) -> None:
    patient, sister = await meeting.guest(PATIENT), await meeting.guest(SISTER)
    gp = await meeting.sits_down(GP)
    keys = Keyboard(gp.page)
    await gp.page.goto(meeting.clinic.address)

    # Sign in. Where the page has put the focus into the first field, it is reached backwards too.
    if (await keys.focus()).name != "E-mail":
        await keys.reach("E-mail")
    await keys.write("amara@harbour.example")
    await keys.reach("Password")
    await keys.write(meeting.clinic.password)
    await keys.press("Enter")
    await gp.page.wait_for_url("**/today")

    # Today: who waits is admitted from there, and the visit opens.
    await gp.page.get_by_text("Live", exact=True).wait_for()
    await keys.reach("Skip to content")
    await keys.press("Enter")
    await keys.reach(f"Admit {PATIENT.name}", address=meeting.visit)
    await keys.press("Enter")
    await gp.page.wait_for_url(f"**/visits/{meeting.visit}")
    await meeting.all_receive(gp, patient)

    # Keys of their own.
    await keys.press("m")
    await gp.button("Unmute").wait_for()
    await keys.press("v")
    await gp.button("Turn camera on").wait_for()
    await keys.press("m", "v")
    await gp.button("Turn camera off").wait_for()
    await keys.press("?")
    listed = gp.page.get_by_role("dialog", name="Keys")
    await listed.wait_for()
    assert (await keys.is_kept()).name == "Close"
    await keys.press("Escape")
    await listed.wait_for(state="hidden")
    await keys.press("a")
    await meeting.all_receive(gp, patient, sister)

    # Panels, chat, note.
    await keys.reach("People")
    await keys.press("ArrowRight")
    assert (await keys.focus()).name.startswith("Chat")
    await keys.reach("Message")
    await keys.write("maybe you mute, Ida?")  # letters that are keys elsewhere stay letters
    await keys.press("Enter")
    await gp.region("Panels").get_by_text("maybe you mute, Ida?").wait_for()
    await gp.button("Mute").wait_for()
    await keys.reach("Note", key="Shift+Tab")
    await keys.write("Sleeps better.")
    await expect(gp.page.locator("[data-note-state]")).to_have_text("Saved")

    # The end, with its question.
    await keys.reach("Leave", key="Shift+Tab")
    await keys.press("Enter")
    assert (await keys.is_kept()).name in ("Leave", "Stay", "Leave the visit?")
    await keys.press("Escape")
    assert (await keys.is_kept()).name == "Leave"
    await keys.press("Enter")
    await keys.reach("End visit for everyone")
    await keys.press("Enter")
    await gp.page.get_by_role("heading", name="The visit has ended").wait_for()
    assert (await keys.is_kept()).name == "The visit has ended"
    await keys.reach("Back to Today")
    await keys.press("Enter")
    await gp.page.wait_for_url("**/today")
    finished = gp.page.locator(f"[data-visit='{meeting.visit}'][data-standing=finished]")
    await expect(finished).to_be_visible()
    await expect(gp.page.locator("[data-now]")).to_have_count(1)


async def test_patient_by_keyboard(meeting: Meeting) -> None:
    gp = await meeting.gp()
    patient = await meeting.sits_down(PATIENT)
    keys = Keyboard(patient.page)
    await patient.page.goto(meeting.url(PATIENT))
    await patient.button("Start check-in").wait_for()
    await keys.reach("Start check-in")
    await keys.press("Enter")
    await patient.page.wait_for_url("**/j/*")

    await patient.page.get_by_role("heading", name="Can you see yourself?").wait_for()
    await keys.reach("Yes, I can see myself")
    await keys.press("Enter")
    await patient.page.get_by_role("heading", name="Say something").wait_for()
    assert (await keys.is_kept()).name == "Say something"
    await keys.reach("Go on")
    await keys.press("Enter")
    await patient.page.get_by_role("heading", name="Your connection").wait_for()
    assert (await keys.is_kept()).name == "Your connection"
    await keys.reach("Go to the waiting room")
    await keys.press("Enter")
    await patient.waiting_room.wait_for()
    assert (await keys.is_kept()).name == "Waiting room"
    await keys.reach("Mute")
    await keys.press("Enter")
    assert (await keys.is_kept()).name == "Unmute"
    await keys.press("Enter")

    await gp.admit(PATIENT)
    await meeting.all_receive(gp, patient)
    await keys.is_kept()
    await keys.reach("Mute")
    await keys.press("Space")
    await gp.tile(PATIENT).get_by_role("img", name="Muted").wait_for()
    assert (await keys.is_kept()).name == "Unmute"
    await keys.reach("Chat")
    await keys.press("Enter")
    assert (await keys.is_kept()).name == "Message"
    await keys.write("I hear you well")
    await keys.press("Enter")
    await patient.region("Chat").get_by_text("I hear you well").wait_for()
    await keys.press("Escape")
    assert (await keys.is_kept()).name == "Chat"

    await keys.reach("Leave")
    await keys.press("Enter")
    await patient.button("Join again").wait_for()
    assert (await keys.is_kept()).tag == "H1"
    await keys.reach("Join again")
    await keys.press("Enter")
    await meeting.all_receive(gp, patient)
    await keys.is_kept()
    await gp.send_back(PATIENT)
    await patient.waiting_room.wait_for()
    assert (await keys.is_kept()).name == "Waiting room"
    await keys.reach("Leave the waiting room")
    await keys.press("Enter")
    await patient.button("Join again").wait_for()
    assert (await keys.is_kept()).tag == "H1"


async def test_single_keys_can_be_switched_off(meeting: Meeting) -> None:
    gp = await meeting.gp()
    keys = Keyboard(gp.page)
    await expect(gp.button("Mute")).to_have_attribute("aria-keyshortcuts", "m")
    await keys.press("?")
    listed = gp.page.get_by_role("dialog", name="Keys")
    for words in ("Mute or unmute yourself", "Share your screen, or stop sharing it"):
        await expect(listed.get_by_text(words)).to_be_visible()
    await listed.get_by_role("checkbox", name="Use single keys").uncheck()
    await listed.get_by_role("button", name="Close").click()
    await expect(gp.button("Mute")).not_to_have_attribute("aria-keyshortcuts", "m")
    await keys.press("m", "?")
    await expect(listed).to_be_hidden()
    await gp.button("Mute").wait_for()
    await gp.page.reload()
    await gp.button("Mute").wait_for()
    await gp.page.locator("[data-keys]").click()
    await listed.get_by_role("checkbox", name="Use single keys").check()
    await keys.press("Escape")
    await keys.press("m")
    await gp.button("Unmute").wait_for()
