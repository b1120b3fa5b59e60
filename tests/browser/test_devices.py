"""Devices change inside a call, and nobody has to rejoin: chosen by hand, or as one goes away."""

from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.clinic import DemoClinic
from tests.browser.looking import Light, barriers, keep
from tests.browser.several import call_of_two, flows, open_settings, sent
from tests.making.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def call(practice: DemoClinic) -> AsyncIterator[tuple[Page, Page]]:
    """A GP and a patient in a call."""
    async with call_of_two(practice) as two:
        yield two


async def test_devices_are_chosen_inside_the_call(call: tuple[Page, Page]) -> None:
    _, patient = call
    peers = await patient.evaluate("() => senses.peers.length")
    before = await sent(patient)
    await open_settings(patient)
    level = patient.get_by_role("meter", name="How loud you are heard")
    await expect(level).not_to_have_attribute("aria-valuenow", "0", timeout=10_000)
    for kind, field in (("video", "Camera"), ("audio", "Microphone")):
        options = patient.get_by_role("dialog").get_by_label(field, exact=True).locator("option")
        values = [await one.get_attribute("value") or "" for one in await options.all()]
        other = next(
            one for one in reversed(values)
            if one not in (before[kind]["deviceId"], "default", "communications")
        )  # fmt: skip
        await patient.get_by_role("dialog").get_by_label(field, exact=True).select_option(other)
        since = before[kind]["counts"]["framesSent" if kind == "video" else "packetsSent"]
        await eventually(partial(flows, patient, kind, since, other))
    after = await sent(patient)
    # No other connection, no other description, one key frame for the other camera.
    assert await patient.evaluate("() => senses.peers.length") == peers
    assert after["video"]["said"] == before["video"]["said"]
    keys = [one["video"]["counts"]["keyFramesEncoded"] for one in (before, after)]
    assert keys[1] <= keys[0] + 3

    # The loudspeaker, where the browser lets pages choose it.
    speakers = patient.get_by_role("dialog").get_by_label("Loudspeaker", exact=True)
    chosen = await speakers.locator("option").last.get_attribute("value") or ""
    await speakers.select_option(chosen)
    heard = patient.locator("[data-part=others] video").first
    await expect(heard).to_have_js_property("sinkId", chosen)

    # What is no voice is taken out unless somebody breathes or plays; the switch says what is so.
    noise = patient.get_by_role("switch")
    await expect(noise).to_be_checked()
    assert after["audio"]["noiseSuppression"] is True
    await noise.uncheck()

    async def suppresses(expected: bool) -> bool:
        one = (await sent(patient)).get("audio", {})
        return bool(one.get("noiseSuppression") is expected and one["state"] == "live")

    await eventually(partial(suppresses, False))
    await expect(noise).not_to_be_checked()
    assert (await sent(patient))["audio"]["deviceId"] == after["audio"]["deviceId"]
    for light in (Light(360), Light(1280, "dark")):
        await light.fall_on(patient)
        await keep(patient, "call-settings", light)
    assert await barriers(patient) == []
    await patient.get_by_role("button", name="Done").click()
    await expect(patient.get_by_role("button", name="More", exact=True)).to_be_focused()

    # All of it is remembered in this browser.
    await patient.reload()
    await patient.locator("[data-part=others] video").first.wait_for()
    await eventually(partial(flows, patient, "audio", 0, after["audio"]["deviceId"]))
    again = await sent(patient)
    assert again["video"]["deviceId"] == after["video"]["deviceId"]
    assert again["audio"]["noiseSuppression"] is False
    await expect(patient.locator("[data-part=others] video").first).to_have_js_property(
        "sinkId", chosen
    )


async def test_another_device_takes_over_and_it_is_said(call: tuple[Page, Page]) -> None:
    gp, _ = call
    before = await sent(gp)
    # The browser tells a page that a device went away by ending its track.
    for kind, words in (
        ("audio", "Your microphone went away."),
        ("video", "Your camera went away."),
    ):
        await gp.evaluate(
            """(kind) => senses.open().flatMap(({ connection }) => connection.getSenders())
              .find(({ track }) => track?.kind === kind).track.dispatchEvent(new Event("ended"))""",
            kind,
        )
        await expect(gp.locator("[data-part=own]")).to_contain_text(words)
        await expect(gp.locator("[data-part=own]")).to_contain_text("through another one now")
        since = before[kind]["counts"]["framesSent" if kind == "video" else "packetsSent"]
        await eventually(partial(flows, gp, kind, since))
    await expect(gp.locator("[data-part=hears]")).to_contain_text("can hear and see you")
