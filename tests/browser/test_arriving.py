"""From a tapped link into the waiting room: few taps when all is well, else a way on."""

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.clinic import DemoClinic
from tests.browser.coded import GP, PATIENT
from tests.browser.meeting import CHROMIUM, SWITCHES, Meeting

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOST_TAPS = 3
NEUTRAL = "https://www.wikipedia.org/"


async def test_three_taps_lead_into_the_waiting_room_with_a_green_light(meeting: Meeting) -> None:
    gp = await meeting.gp()
    patient = await meeting.sits_down(PATIENT)
    page, taps = patient.page, 0
    await page.goto(meeting.url(PATIENT))
    for name in ("Start check-in", "Yes, I can see myself"):
        await patient.button(name).click()
        taps += 1
    # Their microphone speaks, and the line is tried out by itself.
    await page.get_by_text("Everything works.").wait_for(timeout=25_000)
    code = await page.locator("[data-part=line-letters]").text_content()
    await patient.waiting_room.wait_for()
    assert taps <= MOST_TAPS

    door = gp.region("Waiting room")
    light = door.get_by_text("Self-test: works")
    await light.wait_for()
    await expect(door.get_by_role("link", name=f"Check code {code}")).to_be_visible()

    await patient.button("No").click()
    await page.get_by_text("This page stays silent").wait_for()
    await page.get_by_role("textbox", name="Where are you now?").fill("14 Harbour Street")
    await page.keyboard.press("Enter")
    await page.get_by_role("textbox", name="Telephone number").wait_for()
    await door.get_by_text("Cannot talk freely.").wait_for()
    await door.get_by_text("14 Harbour Street").wait_for()
    assert await patient.peers() == 0
    # Let in, they hear nothing and are not heard.
    await gp.admit(PATIENT)
    await patient.tile(GP).wait_for()
    await patient.button("Unmute").wait_for()
    assert await patient.tile(GP).locator("video").evaluate("video => video.muted")

    await page.route(f"{NEUTRAL}**", lambda route: route.fulfill(body="", content_type="text/html"))
    for _ in range(3):
        await page.keyboard.press("Escape")
    await page.wait_for_url(NEUTRAL)
    await gp.page.get_by_text("Left the page quickly").wait_for()
    await page.go_back()
    assert "/j" not in page.url


async def test_who_has_no_devices_and_who_says_no_find_a_way_on(practice: DemoClinic) -> None:
    plain = [one for one in SWITCHES if "fake" not in one]
    async with async_playwright() as playwright:
        # One switch at a time: without devices, then with devices that may not be used.
        for switches, title in (
            (plain, "We don’t find a camera or a microphone"),
            (
                [*plain, "--use-fake-device-for-media-stream", "--deny-permission-prompts"],
                "Camera and microphone are switched off for this page",
            ),
        ):
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=switches)
            await _listens_only(browser, practice, title)
            await browser.close()


async def _listens_only(browser: Browser, practice: DemoClinic, title: str) -> None:
    links = await practice.fresh_visit()
    page: Page = await browser.new_page()
    await page.goto(links["visits"][0]["patient_url"])
    await page.get_by_role("button", name="Start check-in").click()
    await page.get_by_role("button", name="Use camera and microphone").click()
    await page.get_by_role("heading", name=title).wait_for()
    await page.get_by_role("button", name="Only listen and write").locator("visible=true").click()
    await page.get_by_text("You can hear us, and write to us.").wait_for(timeout=25_000)
    await page.get_by_role("button", name="Go to the waiting room").click()
    await page.get_by_role("heading", name="Waiting room").wait_for()
    # Staff were told at once, before anybody waited in vain for a voice.
    staff = await browser.new_page()
    await staff.goto(next(one["url"] for one in links["people"] if one["role"] == "gp"))
    row = staff.locator(f"[data-visit='{links['visits'][0]['id']}']")
    await row.locator("[data-light=weak]").wait_for()
