"""A killed media process, and a killed server, cost a moment and not a click."""

import asyncio
import signal
import time

import pytest

from tests.browser.meeting import Meeting
from tests.browser.person import Person
from tests.measured import Measured

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]

MEDIA_WITHIN, SERVER_WITHIN = 15.0, 24.0
"""Seconds from the kill until everyone receives everyone: three times the promise."""

# While the server is away, browsers say of every try that it failed.
AWAY = (r"WebSocket connection to .* failed", r"net::ERR_CONNECTION_REFUSED", r"net::ERR_EMPTY")


async def everyone_in_place(people: tuple[Person, ...], seats: dict[str, list[str]]) -> None:
    """The same seats in the same tiles, and the patient still muted."""
    for one in people:
        await one.has_beside(*(other.coded for other in people if other is not one))
        assert await one.seats() == seats[one.coded.name]
    gp, patient, _ = people
    await patient.button("Unmute").wait_for()
    await gp.tile(patient.coded).get_by_role("img", name="Muted").wait_for()


async def call_with_muted_patient(meeting: Meeting) -> tuple[Person, Person, Person]:
    people = await meeting.call_of_three()
    gp, patient, _ = people
    await patient.button("Mute").click()
    await gp.tile(patient.coded).get_by_role("img", name="Muted").wait_for()
    return people


def longest(measured: Measured, what: str, killed: float, moments: dict[str, float]) -> float:
    """Write down how long each pair took, and return the longest, in seconds."""
    pairs = {pair: round(moment - killed, 3) for pair, moment in moments.items()}
    measured(f"seconds from the kill of the {what} until everyone is back", max(pairs.values()))
    measured(f"seconds from the kill of the {what}, by pair", pairs)
    return max(pairs.values())


async def restart(meeting: Meeting, killed: float, measured: Measured) -> None:
    """Start the server again by the same command, at once."""
    await meeting.clinic.start()
    measured("seconds from the kill of the server until it serves", round(time.time() - killed, 3))


async def test_media_process_killed(meeting: Meeting, measured: Measured) -> None:
    people = await call_with_muted_patient(meeting)
    seats = {one.coded.name: await one.seats() for one in people}
    killed = time.time()
    meeting.clinic.media_process.send_signal(signal.SIGKILL)
    moments = await meeting.all_receive(*people, since=killed, patience=60)
    took = longest(measured, "media process", killed, moments)
    await everyone_in_place(people, seats)
    assert took < MEDIA_WITHIN


async def test_server_killed(meeting: Meeting, measured: Measured) -> None:
    people = await call_with_muted_patient(meeting)
    seats = {one.coded.name: await one.seats() for one in people}
    for one in people:
        one.tolerate(*AWAY)
    killed = time.time()
    await meeting.clinic.kill()
    moments, _ = await asyncio.gather(
        meeting.all_receive(*people, since=killed, patience=60), restart(meeting, killed, measured)
    )
    took = longest(measured, "server", killed, moments)
    await everyone_in_place(people, seats)
    assert took < SERVER_WITHIN
