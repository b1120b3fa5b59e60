"""Who leaves is heard by nobody and comes back by a press; without a clinician everybody waits."""

import asyncio

import pytest

from tests.browser.coded import GP, PATIENT, SISTER
from tests.browser.meeting import Meeting
from tests.browser.person import Person

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]

HOST_LEFT = "Your clinician left the call for the moment. You keep your place, please wait here."


async def is_outside(guest: Person) -> None:
    """No connection of media, nobody else's tile, no sound."""
    assert await guest.peers() == 0
    assert await guest.others() <= {"Your picture"}
    assert await guest.hears() == {}


async def test_leaving_and_the_last_clinician(meeting: Meeting) -> None:
    gp, patient, sister = await meeting.call_of_three()

    # One goes, and the others go on without her.
    await patient.button("Leave").click()
    await patient.button("Join again").wait_for()
    await is_outside(patient)
    for one, other in ((gp, SISTER), (sister, GP)):
        await one.has_beside(other)
        await one.comes_to_hear({other.name: {other.tone}})
    # She comes back by one press, past the waiting room: a clinician had let her in.
    await patient.button("Join again").click()
    await meeting.all_receive(gp, patient, sister)

    # The last clinician goes: nobody is left alone with somebody, and everybody keeps the place.
    await gp.button("Leave").click()
    asked = gp.page.get_by_role("dialog", name="Leave the visit?")
    await asked.get_by_role("button", name="Leave", exact=True).click()
    await gp.page.get_by_role("heading", name="You left the call").wait_for()
    for guest in (patient, sister):
        await guest.waiting_room.wait_for()
        await guest.page.get_by_text(HOST_LEFT, exact=True).wait_for()
        await is_outside(guest)

    # She comes back and lets one in; the other one hears nothing yet.
    await gp.button("Join again").click()
    await gp.admit(PATIENT)
    await meeting.all_receive(gp, patient)
    await gp.comes_to_hear({PATIENT.name: {PATIENT.tone}})
    await is_outside(sister)

    await gp.end_for_everyone()
    for guest in (patient, sister):
        await guest.page.get_by_role("heading", name="Thank you").wait_for()
    await asyncio.gather(*(is_outside(guest) for guest in (patient, sister)))
    assert await gp.peers() == 0
