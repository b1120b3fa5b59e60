"""From the press that joins to the first picture."""

import statistics
from collections.abc import Callable

import pytest

from tests.browser.coded import GP, PATIENT
from tests.browser.meeting import Meeting
from tests.browser.person import Person

pytestmark = pytest.mark.asyncio(loop_scope="module")

RUNS = 5
WITHIN_MS = 2400
"""Three times the promise, for the median."""

Record = Callable[[str, object], None]


async def milliseconds(patient: Person, presser: Person, button: str) -> int:
    """From a press that `presser` has made to the first picture of the GP at the patient."""
    first = await patient.first_frame(GP)
    return first - await presser.pressed(button)


def judge(record: Record, what: str, took: list[int]) -> None:
    """Put the numbers into the test's report and hold the median to the promise."""
    record(f"milliseconds_{what}", took)
    print(f"\n{what}: {sorted(took)} ms, median {statistics.median(took)} ms")
    assert statistics.median(took) < WITHIN_MS


async def test_from_admit(meeting: Meeting, record_property: Record) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    took = []
    for _ in range(RUNS):
        await patient.await_frame(GP)
        await gp.admit(PATIENT)
        took.append(await milliseconds(patient, gp, f"Admit {PATIENT.name}"))
        await gp.send_back(PATIENT)
        await patient.waiting_room.wait_for()
    judge(record_property, "from_admit_to_first_frame", took)


async def test_from_join_again(meeting: Meeting, record_property: Record) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    await gp.admit(PATIENT)
    took = []
    for _ in range(RUNS):
        await patient.receives(GP)
        await patient.button("Leave").click()
        await patient.button("Join again").wait_for()
        await patient.await_frame(GP)
        await patient.button("Join again").click()
        took.append(await milliseconds(patient, patient, "Join again"))
    judge(record_property, "from_join_again_to_first_frame", took)
