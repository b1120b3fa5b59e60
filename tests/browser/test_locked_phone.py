"""A telephone locked in the middle of a call: staff are told, and it comes back by itself."""

import time

import pytest
from playwright.async_api import expect

from tests.browser.coded import GP, PATIENT, SISTER
from tests.browser.meeting import Meeting
from tests.browser.telephone import lock, renderers, unlock

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]


async def test_a_locked_telephone_is_told_of_and_comes_back(meeting: Meeting) -> None:
    gp, patient, sister = (
        await meeting.gp(),
        await meeting.guest(PATIENT),
        await meeting.guest(SISTER),
    )
    # She is told before.
    await patient.page.get_by_text("keep this page in front").wait_for()
    for coded in (PATIENT, SISTER):
        await gp.admit(coded)
    await meeting.all_receive(gp, patient, sister)

    assert renderers(patient) != []
    await lock(patient)
    try:
        await gp.tile(PATIENT).get_by_text("has put this page in the background").wait_for()
        panel = gp.region("Panels").get_by_role("listitem").filter(has_text=PATIENT.name)
        await expect(panel).to_contain_text("in the background since")
        # Not a word of it for family, who see what they would see of any lost line.
        await sister.tile(PATIENT).get_by_text("Reconnecting…").wait_for()
        await gp.comes_to_hear({SISTER.name: {SISTER.tone}, PATIENT.name: set()})
        await expect(gp.tile(PATIENT)).to_contain_text("has put this page in the background")
    finally:
        unlocked = time.time()
        await unlock(patient)

    # Nothing is pressed: the call is there again, and the lobby was never seen.
    await meeting.all_receive(gp, patient, sister)
    await gp.comes_to_hear({SISTER.name: {SISTER.tone}, PATIENT.name: {PATIENT.tone}})
    await patient.comes_to_hear({GP.name: {GP.tone}, SISTER.name: {SISTER.tone}})
    pressed: dict[str, float] = await patient.page.evaluate("() => senses.pressed")
    assert [name for name, at in pressed.items() if at / 1000 > unlocked] == []
    await expect(patient.waiting_room).to_be_hidden()
    await expect(gp.tile(PATIENT).get_by_text("background")).to_have_count(0)
