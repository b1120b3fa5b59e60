"""A killed media process, and a killed server, cost a moment and not a click."""

import asyncio
import json
import signal
import time
from collections.abc import Callable

import pytest

from tests.browser.meeting import Meeting
from tests.browser.person import Person

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEDIA_WITHIN, SERVER_WITHIN = 15.0, 24.0
"""Seconds from the kill until everyone receives everyone: three times the promise."""

Record = Callable[[str, object], None]
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


def tell(record: Record, what: str, killed: float, moments: dict[str, float]) -> float:
    """Put the times into the test's report and return the longest, in seconds."""
    pairs = {pair: round(moment - killed, 3) for pair, moment in moments.items()}
    longest = max(pairs.values())
    record(f"seconds_until_back_after_{what}", longest)
    record(f"pairs_after_{what}", json.dumps(pairs))
    print(f"\n{what} killed: everyone back after {longest} s", pairs)
    return longest


async def restart(meeting: Meeting, killed: float) -> None:
    """Start the server again by the same command, at once."""
    await meeting.clinic.start()
    print(f"\nserver back after {time.time() - killed:.3f} s")


async def test_media_process_killed(meeting: Meeting, record_property: Record) -> None:
    people = await call_with_muted_patient(meeting)
    seats = {one.coded.name: await one.seats() for one in people}
    killed = time.time()
    meeting.clinic.media_process.send_signal(signal.SIGKILL)
    moments = await meeting.all_receive(*people, since=killed, patience=60)
    took = tell(record_property, "media_process", killed, moments)
    await everyone_in_place(people, seats)
    assert took < MEDIA_WITHIN


async def test_server_killed(meeting: Meeting, record_property: Record) -> None:
    people = await call_with_muted_patient(meeting)
    seats = {one.coded.name: await one.seats() for one in people}
    for one in people:
        one.tolerate(*AWAY)
    killed = time.time()
    await meeting.clinic.kill()
    moments, _ = await asyncio.gather(
        meeting.all_receive(*people, since=killed, patience=60), restart(meeting, killed)
    )
    took = tell(record_property, "server", killed, moments)
    await everyone_in_place(people, seats)
    assert took < SERVER_WITHIN
