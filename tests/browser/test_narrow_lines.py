"""Over a line far too narrow people go on talking, and the page says what became of pictures."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.clinic import DemoClinic
from tests.browser.coded import GP, PATIENT, Coded, write_lively_camera
from tests.browser.lines import serving_behind_lines, speaking_browsers
from tests.browser.meeting import Browsers, Meeting
from tests.browser.person import Person
from tests.browser.recording import Recording, record
from tests.measured import Measured
from tests.media.impairment.relay import Relay
from tests.media.impairment.way import CLEAR, Conditions

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]

NARROW = Conditions(rate=150_000, queue=0.3)
NARROWEST = Conditions(loss=0.05, rate=100_000, queue=0.3)
ONSET, LISTEN = 6.0, 8.0
"""Seconds until the line counts, and of what is judged then."""
DAMPED = 3
"""Tests hold people to three times the promise."""
BACK_SECONDS = 15 * DAMPED
TALK = 0.25
"""Share of tones that may be missed where a voice alone is nearly more than the line carries, and
one packet in twenty is lost on top: words are understood from less. No number was promised."""
LIVELY = 10
"""Pictures a second from which one moves."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def practice(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DemoClinic]:
    """A server whose media can only be reached over the lines of the test."""
    async with serving_behind_lines(tmp_path_factory.mktemp("practice")) as served:
        yield served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browsers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browsers]:
    """Browsers whose cameras see more than such a line carries; people speak in coded tones."""
    async with speaking_browsers(tmp_path_factory.mktemp("media"), write_lively_camera) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def relay(practice: DemoClinic) -> AsyncIterator[Relay]:
    """The only way between browsers and media."""
    async with Relay(practice.port, seed=5) as laid:
        yield laid


async def call(meeting: Meeting, relay: Relay) -> tuple[Person, Person, list[str]]:
    """GP and patient in a call at full size; also what the patient's one line is called."""
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    await gp.admit(PATIENT)
    await meeting.all_receive(gp, patient)
    await asyncio.gather(moves(gp, PATIENT), moves(patient, GP))
    whose = await patient.ufrags()
    relay.share(whose)
    return gp, patient, whose


async def moves(person: Person, other: Coded, patience: float = 20) -> float:
    """Wait until somebody's picture moves at this screen for a second; return the moment."""
    moment: float = await person.page.evaluate(
        """async ([name, lively, patience]) => {
          const frames = async () => {
            const track = senses.tileOf(name).querySelector("video").srcObject?.getVideoTracks()[0];
            return (await senses.incoming())[track?.id]?.framesDecoded ?? 0;
          };
          const end = Date.now() + patience;
          for (let before = await frames(); ; ) {
            await new Promise((resolve) => setTimeout(resolve, 1000));
            const now = await frames();
            if (now - before >= lively) return Date.now();
            if (Date.now() > end) throw new Error(`${now - before} pictures in a second`);
            before = now;
          }
        }""",
        [other.name, LIVELY, patience * 1000],
    )
    return moment / 1000


async def sent(person: Person) -> dict[str, Any]:
    """Return what the page sends: whether a picture, and its bytes so far."""
    found: dict[str, Any] = await person.page.evaluate(
        """async () => {
          const told = { active: false, octets: 0 };
          for (const { connection } of senses.open()) {
            for (const one of (await connection.getStats()).values()) {
              if (one.type !== "outbound-rtp" || one.kind !== "video") continue;
              told.active ||= one.active;
              told.octets += one.bytesSent + one.retransmittedBytesSent;
            }
          }
          return told;
        }"""
    )
    return found


async def both_talk(gp: Person, patient: Person) -> tuple[Recording, Recording]:
    """Return what each hears of the other."""
    return await asyncio.gather(record(gp, PATIENT, LISTEN), record(patient, GP, LISTEN))


async def talk_beside(
    sender: Person, gp: Person, patient: Person
) -> tuple[Recording, Recording, float]:
    """Return what each hears, and the bit/s that the sender's picture takes meanwhile."""
    before, began = await sent(sender), time.monotonic()
    seen, heard = await both_talk(gp, patient)
    octets = (await sent(sender))["octets"] - before["octets"]
    return seen, heard, octets * 8 / (time.monotonic() - began)


async def comes_back(person: Person, other: Coded, released: float) -> float:
    """Wait until the other's picture moves at this screen; return the seconds since then."""
    back = await moves(person, other, BACK_SECONDS)
    await expect(person.tile(other)).to_have_attribute("data-video", "")
    return round(back - released, 1)


def misunderstood(one: Recording) -> float:
    """Share of tones not understood."""
    return 1 - one.understood.share


async def test_a_receivers_narrow_line_carries_the_voice_and_the_picture_comes_back(
    meeting: Meeting, relay: Relay, measured: Measured
) -> None:
    gp, patient, whose = await call(meeting, relay)
    relay.change(down=NARROW, whose=whose)
    await asyncio.sleep(ONSET)
    seen, heard, rate = await talk_beside(gp, gp, patient)
    measured("150 kbit/s to a person: what the person hears", heard)
    measured("… what the other sees meanwhile", seen)
    measured("… kbit/s that the other's picture takes", round(rate / 1000))
    assert misunderstood(heard) <= DAMPED * 0.03
    assert misunderstood(seen) <= DAMPED * 0.01
    assert rate < 150_000
    relay.change(down=CLEAR, whose=whose)
    back = await comes_back(patient, GP, time.time())
    measured("… seconds from the release to a moving picture", back)
    await expect(patient.tile(GP).get_by_text("Picture paused")).to_be_hidden()


async def test_a_senders_narrow_line_carries_the_voice_and_the_picture_comes_back(
    meeting: Meeting, relay: Relay, measured: Measured
) -> None:
    gp, patient, whose = await call(meeting, relay)
    relay.change(up=NARROW, whose=whose)
    await asyncio.sleep(ONSET)
    heard, _, rate = await talk_beside(patient, gp, patient)
    measured("150 kbit/s from a person: what the other hears", heard)
    measured("… kbit/s that the picture takes", round(rate / 1000))
    assert misunderstood(heard) <= DAMPED * 0.03
    assert rate < 150_000
    relay.change(up=CLEAR, whose=whose)
    back = await comes_back(gp, PATIENT, time.time())
    measured("… seconds from the release to a moving picture", back)
    await expect(patient.page.get_by_text("Your picture is paused")).to_be_hidden()


async def test_two_people_talk_over_100_kbit_with_losses(
    meeting: Meeting, relay: Relay, measured: Measured
) -> None:
    gp, patient, whose = await call(meeting, relay)
    relay.change(up=NARROWEST, down=NARROWEST, whose=whose)
    # Who gets no picture, and who sends none, is told so, and the other one, too.
    await expect(patient.tile(GP).get_by_text("Picture paused")).to_be_visible(timeout=20_000)
    await expect(gp.page.get_by_text(f"{PATIENT.name} can hear you, not see you")).to_be_visible()
    paused = "Your picture is paused, to keep your voice clear."
    await expect(patient.page.get_by_text(paused)).to_be_visible(timeout=20_000)
    await expect(
        gp.tile(PATIENT).get_by_text(f"{PATIENT.name}’s picture is paused")
    ).to_be_visible()
    await asyncio.sleep(ONSET)
    heard = await both_talk(gp, patient)
    for words, one in zip(("by the other", "by the person"), heard, strict=True):
        measured(f"100 kbit/s each way with 5 % loss, heard {words}", one)
        assert misunderstood(one) <= TALK
