"""Over bad lines people still understand each other, and see each other move."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from tests.browser.clinic import DemoClinic
from tests.browser.coded import GP, PATIENT
from tests.browser.lines import serving_behind_lines, speaking_browsers
from tests.browser.meeting import Browsers, Meeting
from tests.browser.recording import Recording, record
from tests.measured import Measured
from tests.media.impairment.relay import Relay
from tests.media.impairment.way import CLEAR, Conditions

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]

SETTLE, SECONDS = 5, 20
"""A browser needs some losses to know what to wait for; nobody's line changes in a moment. In fewer
seconds too few tones are said for their share to mean something."""
Both = tuple[Recording, Recording]
DAMPED = 3
"""Tests hold people to three times the promise; `python -m tests.bench lines` measures it."""
STANDING = 2
"""Pictures to twice: they stand for 1.4 % of the time at the worst."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def practice(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DemoClinic]:
    """A server whose media can only be reached over the lines of the test."""
    async with serving_behind_lines(tmp_path_factory.mktemp("practice")) as served:
        yield served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browsers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browsers]:
    """One Chromium for each person; both speak in coded tones."""
    async with speaking_browsers(tmp_path_factory.mktemp("media")) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def relay(practice: DemoClinic) -> AsyncIterator[Relay]:
    """The only way between browsers and media."""
    async with Relay(practice.port, seed=4) as laid:
        yield laid


async def test_talk_and_picture_survive_bad_lines(
    meeting: Meeting, relay: Relay, measured: Measured
) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    await gp.admit(PATIENT)
    await meeting.all_receive(gp, patient)

    async def under(bad: Conditions) -> Both:
        relay.change(up=bad, down=bad)
        await asyncio.sleep(SETTLE)
        return await asyncio.gather(record(gp, PATIENT, SECONDS), record(patient, GP, SECONDS))

    clear = await under(CLEAR)
    lossy = await under(Conditions(loss=0.1))
    worse = await under(Conditions(loss=0.2))
    slow = await under(Conditions(loss=0.05, delay=0.05))
    for words, both in (
        ("no fault", clear),
        ("10 % loss each way", lossy),
        ("20 % loss each way", worse),
        ("5 % loss and 50 ms each way", slow),
    ):
        for one in both:
            measured(f"over lines with {words}", one)

    # What a busy machine does to a perfect line is no fault of ours on a bad one.
    assert worst(lossy, misunderstood) <= DAMPED * 0.01 + worst(clear, misunderstood)
    assert worst(worse, misunderstood) <= DAMPED * 0.03 + worst(clear, misunderstood)
    assert worst(slow, concealed) <= DAMPED * 0.12 + worst(clear, concealed)
    assert worst(slow, frozen) <= STANDING * 0.05 + worst(clear, frozen)
    assert min(one.lost for one in worse) > 0.1
    assert min(one.understood.share for one in clear) > 0.9


def worst(both: Both, of: Callable[[Recording], float]) -> float:
    """The higher of two faults."""
    return max(map(of, both))


def misunderstood(one: Recording) -> float:
    """Share of tones not understood."""
    return 1 - one.understood.share


def concealed(one: Recording) -> float:
    """Share of the sound that was made up."""
    return one.concealed


def frozen(one: Recording) -> float:
    """Share of the time without a moving picture."""
    return one.frozen
