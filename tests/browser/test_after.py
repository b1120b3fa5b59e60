"""After a visit: what somebody says by keyboard is saved, and how they got in was measured."""

import pytest
from playwright.async_api import expect
from sqlalchemy import select

from rounds.kernel.actor import SYSTEM, Role
from rounds.resources import lay_foundation
from rounds.rooms.model import Seat
from rounds.rooms.queries import room_of_occasion
from rounds.rooms.records_model import Joining
from tests.browser.coded import PATIENT
from tests.browser.keys import Keyboard
from tests.browser.meeting import Meeting
from tests.making.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def joining(meeting: Meeting) -> Joining | None:
    """How the patient got in, as the server keeps it."""
    foundation = lay_foundation(meeting.clinic.settings)
    try:
        async with foundation.units.reading(SYSTEM) as unit:
            room = await room_of_occasion(unit.session, meeting.visit)
            assert room is not None
            found = await unit.session.execute(
                select(Joining)
                .join(Seat, Seat.id == Joining.seat_id)
                .where(Seat.room_id == room.id, Seat.role == Role.PATIENT)
            )
            return found.scalar_one_or_none()
    finally:
        await foundation.close()


async def test_a_visit_is_measured_and_asked_about(meeting: Meeting) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    await gp.admit(PATIENT)
    await meeting.all_receive(gp, patient)
    row = await eventually(lambda: joining(meeting))
    assert row.voice_ms is not None
    assert 0 < row.voice_ms < row.link_ms
    assert row.attempts >= 1
    await gp.button("Leave").click()
    await gp.button("End visit for everyone").click()
    page, keys = patient.page, Keyboard(patient.page)
    form = page.locator("#experience")
    await expect(form).to_be_visible()
    state = form.get_by_role("status")

    # By keyboard alone: a question, a skipped one, a problem, words.
    await keys.reach("Yes, fully")
    await keys.press("Space")
    await expect(state).to_contain_text("Saved.")
    await keys.press("ArrowDown")
    await expect(form.get_by_role("radio", name="Mostly", exact=True)).to_be_checked()
    await keys.reach("The sound")
    await keys.press("Space")
    await keys.reach("Anything else you want to tell the clinic?")
    await keys.write("It rang twice.")
    await expect(state).to_have_text("Not saved yet.")
    await keys.reach("Save my answers")
    await keys.press("Enter")
    await expect(state).to_contain_text("Saved.")

    # Another look shows it, and "nothing" takes the place of what was named.
    await page.reload()
    await expect(form.get_by_role("radio", name="Mostly", exact=True)).to_be_checked()
    await expect(form.get_by_role("textbox")).to_have_value("It rang twice.")
    await form.get_by_text("Nothing, all went well").click()
    await expect(form.get_by_role("checkbox", name="The sound")).not_to_be_checked()
    await expect(state).to_contain_text("Saved.")

    # A page whose script has died still sends its form.
    await form.get_by_text("Hard at times").click()
    await expect(state).to_contain_text("Saved.")
    await page.evaluate("() => HTMLFormElement.prototype.submit.call(document.forms.experience)")
    await page.wait_for_url("**/j/*#experience")
    await expect(form.get_by_role("radio", name="Hard at times")).to_be_checked()
    await expect(form.get_by_role("status")).to_have_text("Your answers are saved.")
