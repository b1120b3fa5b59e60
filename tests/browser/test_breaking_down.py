"""A page that breaks down: its person comes back, or is waited for so long."""

import pytest

from tests.browser.coded import GP, PATIENT, SISTER
from tests.browser.meeting import Meeting
from tests.browser.telephone import break_down, open_again

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]

LOST = "Your clinician lost the connection. You keep your place, please wait here."
GRACE_MS = 60_000
"""The clinician is waited for half a minute; the rest is for a busy machine."""


async def test_a_guest_whose_page_breaks_down_is_back_in_the_call(meeting: Meeting) -> None:
    gp, patient, sister = await meeting.call_of_three()
    page = patient.page.url
    await break_down(patient)
    for other in (gp, sister):
        await other.tile(PATIENT).get_by_text("Reconnecting…").wait_for()
    heard = await gp.hears()
    assert heard.pop(PATIENT.name, set()) == set()
    assert heard == {SISTER.name: {SISTER.tone}}

    # The same address again is the call again: no lobby, nothing to press.
    await open_again(patient, page)
    await patient.has_beside(GP, SISTER)
    await meeting.all_receive(gp, patient, sister)
    await patient.comes_to_hear({one.coded.name: {one.coded.tone} for one in (gp, sister)})
    await sister.comes_to_hear({GP.name: {GP.tone}, PATIENT.name: {PATIENT.tone}})

    # At the worst moment: a reload in the middle of the way back in.
    await patient.page.reload(wait_until="commit")
    await patient.page.reload()
    await meeting.all_receive(gp, patient, sister)
    assert await gp.others() == {PATIENT.name, SISTER.name}


async def test_without_the_clinician_guests_wait_again_and_nobody_is_heard(
    meeting: Meeting,
) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    sister = await meeting.guest(SISTER)
    await gp.admit(PATIENT)
    await meeting.all_receive(gp, patient)
    console = gp.page.url
    await break_down(gp)
    await patient.page.get_by_text(LOST, exact=True).wait_for(timeout=GRACE_MS)
    for guest in (patient, sister):
        await guest.waiting_room.wait_for()
        assert await guest.peers() == 0
        assert await guest.hears() == {}

    # Back at the console nobody is let in by itself.
    await open_again(gp, console)
    await gp.button("Join again").click()
    await gp.region("Waiting room").get_by_role("button", name="Admit all").wait_for()
    assert await patient.peers() == 0
    await gp.admit(PATIENT)
    await meeting.all_receive(gp, patient)
    await gp.comes_to_hear({PATIENT.name: {PATIENT.tone}})
