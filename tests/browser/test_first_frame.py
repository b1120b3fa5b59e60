"""From the press that joins to the first picture."""

import statistics

import pytest

from tests.browser.coded import GP, PATIENT
from tests.browser.meeting import Meeting
from tests.browser.person import Person
from tests.measured import Measured

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]

RUNS = 5
WITHIN_MS = 2400
"""Three times the promise, for the median."""


async def milliseconds(patient: Person, presser: Person, button: str) -> int:
    """From a press that `presser` has made to the first picture of the GP at the patient."""
    first = await patient.first_frame(GP)
    return first - await presser.pressed(button)


def judge(measured: Measured, what: str, took: list[int]) -> None:
    """Write the numbers down and hold their median to the promise."""
    measured(f"milliseconds from {what} to the first picture", sorted(took))
    assert statistics.median(took) < WITHIN_MS


async def test_from_admit(meeting: Meeting, measured: Measured) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    took = []
    for _ in range(RUNS):
        await patient.await_frame(GP)
        await gp.admit(PATIENT)
        took.append(await milliseconds(patient, gp, f"Admit {PATIENT.name}"))
        await gp.send_back(PATIENT)
        await patient.waiting_room.wait_for()
    judge(measured, "Admit", took)


async def test_from_join_again(meeting: Meeting, measured: Measured) -> None:
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
    judge(measured, "Join again", took)
