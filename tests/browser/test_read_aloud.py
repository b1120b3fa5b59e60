"""A text in plain words is read aloud by a voice of the device, and by no other."""

import json

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.clinic import DemoClinic

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Chromium has no voice without a speech engine of the system: a device's voices, and a notebook.
VOICES = """(voices) => {
  const spoken = [];
  const speech = new EventTarget();
  Object.assign(speech, {
    spoken,
    getVoices: () => voices,
    speak: (one) => spoken.push(one),
    cancel: () => spoken.push("stop"),
  });
  Object.defineProperty(window, "speechSynthesis", { value: speech });
  window.SpeechSynthesisUtterance = class extends EventTarget {
    constructor(text) { super(); this.text = text; }
  };
}"""
OWN = {"lang": "en_GB", "localService": True, "name": "own"}
FAR = {"lang": "en-US", "localService": False, "name": "far"}
OTHER = {"lang": "de-DE", "localService": True, "name": "other"}


async def spoken(page: Page) -> list[str]:
    """What was said by which voice, and where it was stopped."""
    found: list[str] = await page.evaluate(
        """() => speechSynthesis.spoken.map(
          (one) => (one === "stop" ? one : `${one.voice.name}: ${one.text}`),
        )"""
    )
    return found


@pytest.mark.parametrize(("voices", "can"), [([FAR, OTHER, OWN], True), ([FAR, OTHER], False)])
async def test_only_a_voice_of_the_device_reads(
    chromium: Browser, practice: DemoClinic, voices: list[dict[str, object]], can: bool
) -> None:
    context = await chromium.new_context(locale="en-GB")
    page = await context.new_page()
    await page.add_init_script(f"({VOICES})({json.dumps(voices)})")
    links = await practice.links()
    await page.goto(links["visits"][0]["patient_url"])
    terms = page.get_by_role("region", name="Good to know before you join")
    await terms.wait_for()
    button = terms.get_by_role("button", name="Read aloud")
    if not can:
        await expect(button).to_be_hidden()
        await context.close()
        return
    await button.click()
    read = (await spoken(page))[1:]
    assert read[0] == "own: Good to know before you join"
    assert len(read) == 5
    await terms.get_by_role("button", name="Stop reading").click()
    assert (await spoken(page))[-1] == "stop"
    await button.click()
    await page.evaluate("() => speechSynthesis.spoken.at(-1).dispatchEvent(new Event('end'))")
    await expect(button).to_be_visible()
    await context.close()
