"""A picture comes in the size that is seen, and not at all where nobody looks."""

import asyncio
import time
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.coded import GP, PATIENT, Coded
from tests.browser.meeting import Meeting
from tests.browser.person import Person
from tests.measured import Measured

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]

SWITCH_SECONDS = 3.0
"""Three times the promise of one second."""
REST = "Rest the others’ pictures"
SEE = "See the others’ pictures"


async def received(person: Person, other: Coded) -> dict[str, Any]:
    """Return what the browser counts of somebody's picture."""
    found: dict[str, Any] = await person.page.evaluate(
        """async (name) => {
          const track = senses.tileOf(name).querySelector("video").srcObject.getVideoTracks()[0];
          const { frameHeight, framesDecoded, freezeCount, keyFramesDecoded, packetsReceived } =
            (await senses.incoming())[track.id];
          return { frameHeight, framesDecoded, freezeCount, keyFramesDecoded, packetsReceived };
        }""",
        other.name,
    )
    return found


async def until(person: Person, other: Coded, state: str, patience: float = 20) -> dict[str, Any]:
    """Wait until what is received of somebody is so; `state` is an expression about `one`."""
    await person.page.evaluate(
        """async ([name, state, patience]) => {
          const end = Date.now() + patience;
          const true_of = new Map(Object.entries({
            small: (one) => one.frameHeight === 90, large: (one) => one.frameHeight === 180,
          })).get(state);
          for (;;) {
            const track = senses.tileOf(name).querySelector("video").srcObject?.getVideoTracks()[0];
            const one = track && (await senses.incoming())[track.id];
            if (one && true_of(one)) return;
            if (Date.now() > end) throw new Error(`not ${state}: ${JSON.stringify(one ?? null)}`);
            await new Promise((resolve) => setTimeout(resolve, 25));
          }
        }""",
        [other.name, state, patience * 1000],
    )
    return await received(person, other)


async def make_tile(person: Person, other: Coded, height: int) -> None:
    """Give somebody's tile that height, as another layout would."""
    await person.page.evaluate(
        """([name, height]) => {
          const { style } = senses.tileOf(name);
          style.inlineSize = height ? `${height * 16 / 9}px` : "";
          style.blockSize = height ? `${height}px` : "";
        }""",
        [other.name, height],
    )


async def sending(person: Person) -> dict[str, bool]:
    """Return by size whether the page sends its picture in it."""
    found: dict[str, bool] = await person.page.evaluate(
        """() => Object.fromEntries(senses.open()
          .flatMap(({ connection }) => connection.getSenders())
          .flatMap((sender) => sender.getParameters().encodings)
          .filter(({ rid }) => rid).map(({ rid, active }) => [rid, active]))"""
    )
    return found


async def test_a_small_tile_gets_the_small_picture_and_back(
    meeting: Meeting, measured: Measured
) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    await gp.admit(PATIENT)
    await gp.receives(PATIENT)
    before = await until(gp, PATIENT, "large")
    assert await sending(patient) == {"q": False, "f": True}
    took = []
    for height, state in ((60, "small"), (0, "large")):
        await make_tile(gp, PATIENT, height)
        began = time.monotonic()
        after = await until(gp, PATIENT, state)
        took.append(round(time.monotonic() - began, 2))
        assert after["freezeCount"] == before["freezeCount"]
        before = after
    measured("seconds from a changed tile to the picture in the other size", took)
    assert max(took) < SWITCH_SECONDS


async def test_pictures_rest_by_hand_and_nobody_sends_them_for_nothing(meeting: Meeting) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    await gp.admit(PATIENT)
    await patient.receives(GP)
    await patient.button("More").click()
    await patient.button(REST).click()
    await expect(patient.tile(GP)).not_to_have_attribute("data-video", "")
    await gp.page.wait_for_function(
        """() => senses.open().flatMap(({ connection }) => connection.getSenders())
          .flatMap((sender) => sender.getParameters().encodings)
          .filter(({ rid }) => rid).every(({ active }) => !active)"""
    )
    # She is told that she is heard only; the patient is still seen.
    await expect(gp.page.get_by_text(f"{PATIENT.name} can hear you, not see you")).to_be_visible()
    await expect(patient.page.get_by_text(f"{GP.name} can hear and see you")).to_be_visible()
    rested = await received(patient, GP)
    # The voice goes on.
    await patient.comes_to_hear({GP.name: {GP.tone}})
    await gp.sees(PATIENT)
    assert (await received(patient, GP))["packetsReceived"] <= rested["packetsReceived"] + 30
    # The wish is kept over a reload.
    await patient.page.reload()
    await patient.button("More").click()
    await patient.button(SEE).click()
    await asyncio.wait_for(patient.sees(GP), 20)
    await expect(patient.tile(GP)).to_have_attribute("data-video", "")
