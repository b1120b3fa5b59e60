"""A softened picture shows nobody, and is switched off where it costs a device too much."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.clinic import DemoClinic
from tests.browser.looking import Light, keep
from tests.browser.several import call_of_two, open_settings, sent
from tests.making.waiting import eventually

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]

SHARP, SOFT = 60, 30
"""Largest change from one pixel of 320 to the next: of the camera's picture, of a softened one."""


async def change(page: Page) -> int:
    """How much the picture of somebody else changes from one pixel to the next, at the most."""
    found: int = await page.evaluate(
        """() => {
          const brush = new OffscreenCanvas(320, 180).getContext("2d");
          brush.drawImage(document.querySelector("[data-part=others] video"), 0, 0, 320, 180);
          const { data } = brush.getImageData(0, 0, 320, 180);
          let most = 0;
          for (let at = 4; at < data.length; at += 4) {
            if ((at / 4) % 320) most = Math.max(most, Math.abs(data[at + 1] - data[at - 3]));
          }
          return most;
        }"""
    )
    return found


async def test_a_picture_is_softened_and_a_slow_device_is_spared(practice: DemoClinic) -> None:
    async with call_of_two(practice) as (gp, patient):

        async def sharp() -> bool:
            return await change(gp) > SHARP

        async def soft() -> bool:
            return await change(gp) < SOFT

        await eventually(sharp)
        await open_settings(patient)
        softened = patient.get_by_role("radio", name="Softened")
        await softened.check()
        await eventually(soft)
        await patient.get_by_text("Your device can do this.", exact=True).wait_for()
        await patient.get_by_role("radio", name="As the camera sees you").check()
        await eventually(sharp)

        # A slow device: it is switched off, and nobody is seen by surprise.
        session = await patient.context.new_cdp_session(patient)
        await session.send("Emulation.setCPUThrottlingRate", {"rate": 20})
        await softened.check()
        await patient.get_by_text("This was too much for your device").wait_for(timeout=60_000)
        await session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        await expect(
            patient.get_by_role("radio", name="A cover with your initials")
        ).to_be_checked()
        assert "video" not in await sent(patient)
        tile = gp.locator("[data-part=others] .tile")
        await expect(tile).not_to_have_attribute("data-video", "")
        await keep(gp, "cover-console", Light(1280))
