"""A call of two people who have several devices each, and what their pages send of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Page, async_playwright

from tests.browser.clinic import DemoClinic
from tests.browser.looking import Screens
from tests.browser.meeting import CHROMIUM, SWITCHES
from tests.browser.person import SENSES
from tests.browser.states import check_in, console

THREE = "--use-fake-device-for-media-stream=device-count=3"
PICTURED = """() => [...document.querySelectorAll("[data-part=others] video")]
  .some((one) => one.videoWidth > 0)"""


@asynccontextmanager
async def call_of_two(practice: DemoClinic) -> AsyncIterator[tuple[Page, Page]]:
    """A GP and a patient in a call, with three cameras, microphones and loudspeakers each."""
    links = await practice.fresh_visit()
    visit = links["visits"][0]
    switches = [one for one in SWITCHES if "fake-device" not in one]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*switches, THREE]
        )
        screens = Screens(browser, practice.address, 1280)
        gp, patient = await screens.new_page(), await screens.new_page()
        for page in (gp, patient):
            await page.context.add_init_script(SENSES)
        await console(gp, links, visit["id"])
        await check_in(patient, visit["patient_url"])
        await gp.locator("[data-door-list] [data-admit]").first.click()
        for page in (gp, patient):
            await page.wait_for_function(PICTURED, polling=50, timeout=20_000)
        yield gp, patient
        await screens.close()
        await browser.close()


async def sent(page: Page) -> dict[str, dict[str, Any]]:
    """What each sender of the page sends, and how much the connection was negotiated."""
    found: dict[str, dict[str, Any]] = await page.evaluate(
        """async () => {
          const found = {};
          for (const { connection, said } of senses.open()) {
            for (const { track } of connection.getSenders()) {
              if (!track) continue;
              const { deviceId, noiseSuppression } = track.getSettings();
              const state = track.readyState;
              found[track.kind] = { deviceId, noiseSuppression, state, said: said.size };
            }
            for (const one of (await connection.getStats()).values()) {
              if (one.type !== "outbound-rtp" || !found[one.kind]) continue;
              const { keyFramesEncoded, framesSent, packetsSent } = one;
              const before = found[one.kind].counts;
              if (before?.packetsSent >= packetsSent) continue;
              found[one.kind].counts = { keyFramesEncoded, framesSent, packetsSent };
            }
          }
          return found;
        }"""
    )
    return found


async def flows(page: Page, kind: str, since: int, device: str = "") -> bool:
    """Whether more than that was sent, from this device if one is named."""
    one = (await sent(page)).get(kind)
    if one is None or one["state"] != "live" or (device and one["deviceId"] != device):
        return False
    counts = one["counts"]
    return bool((counts["framesSent"] if kind == "video" else counts["packetsSent"]) > since + 10)


async def open_settings(page: Page) -> None:
    """Open the dialog."""
    await page.get_by_role("button", name="More", exact=True).click()
    await page.get_by_role("button", name="Settings", exact=True).click()
    await (
        page.get_by_role("dialog")
        .get_by_label("Camera", exact=True)
        .locator("option")
        .nth(1)
        .wait_for(state="attached")
    )
