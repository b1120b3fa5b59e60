"""Words that try to be code stay words: in names, note, chat, reasons, on both sides."""

import contextlib
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from rounds.kernel.actor import SYSTEM
from rounds.kernel.unit import Unit
from rounds.people.model import Person as Row
from rounds.resources import lay_foundation
from rounds.rooms.queries import room_of_occasion, seat_of_person
from rounds.visits.model import Visit
from tests.browser.clinic import DemoClinic
from tests.browser.coded import GP, PATIENT
from tests.browser.meeting import Meeting

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Each would leave a mark in the page if any part of it were read as markup, address or code.
HOSTILE = (
    "<img src=x onerror=window.broken=1>",
    "<svg/onload=window.broken=1>",
    "<script>window.broken=1</script>",
    "</textarea></script><script>window.broken=1</script>",
    "\"'><iframe srcdoc='<script>parent.broken=1</script>'>",
    "javascript:window.broken=1",
    "${window.broken=1}{{window.broken=1}}{%trans%}%(x)s",
    "<!--<script>window.broken=1//-->",
    "&lt;b&gt;\u202egnp.exe<b>x",
    "{name} {count} __proto__ constructor",
)


async def untouched(page: Page) -> None:
    """Nothing ran, and no element came of words."""
    assert await page.evaluate("() => window.broken") is None
    assert await page.locator("iframe, img[src=x], svg[onload], b").count() == 0


@contextlib.asynccontextmanager
async def written(clinic: DemoClinic) -> AsyncIterator[Unit]:
    """The clinic's database, open for words that no form would send."""
    foundation = lay_foundation(clinic.settings)
    try:
        async with foundation.units(SYSTEM) as unit:
            yield unit
    finally:
        await foundation.close()


@pytest_asyncio.fixture(loop_scope="module")
async def hostile(meeting: Meeting) -> AsyncIterator[str]:
    """The patient's name, changed in the database before anyone comes."""
    async with written(meeting.clinic) as unit:
        visit = await unit.session.get_one(Visit, meeting.visit)
        visit.purpose = HOSTILE[0]
        patient = await unit.session.get_one(Row, visit.patient_id)
        patient.given_name, patient.family_name = HOSTILE[1], HOSTILE[4]
    yield f"{HOSTILE[1]} {HOSTILE[4]}"
    for person in meeting.people:
        await untouched(person.page)


async def test_names_purpose_chat_and_note(meeting: Meeting, hostile: str) -> None:
    today = await meeting.sits_down(GP)
    await today.sign_in(meeting.url(GP))
    row = today.page.locator(f"[data-visit='{meeting.visit}']")
    await expect(row).to_contain_text(HOSTILE[0])
    await today.page.get_by_text("Live", exact=True).wait_for()
    patient = await meeting.guest(PATIENT)
    await expect(row).to_contain_text(f"Admit {hostile}")
    await untouched(today.page)
    await row.get_by_role("link").click()
    gp = today
    await expect(gp.page.get_by_role("heading", level=1)).to_contain_text(hostile)
    await patient.tile(GP).wait_for()
    await expect(gp.page.locator(f"[aria-label={json.dumps(hostile)}]").first).to_be_visible()

    await gp.page.get_by_role("tab", name="Chat").click()
    words = gp.page.get_by_role("textbox", name="Message")
    await patient.button("Chat").click()
    for said in HOSTILE:
        await words.fill(said)
        await words.press("Enter")
        await expect(patient.page.get_by_role("log")).to_contain_text(said)
    assert await patient.page.locator(".said__words").all_inner_texts() == list(HOSTILE)
    note = gp.page.get_by_role("textbox", name="Note")
    await note.fill("\n".join(HOSTILE))
    await expect(gp.page.locator("[data-note-state]")).to_have_text("Saved")
    await gp.page.reload()
    await expect(note).to_have_value("\n".join(HOSTILE))
    await gp.end_for_everyone()
    await expect(gp.page.locator("[data-ended]")).to_contain_text(hostile)
    await expect(patient.page.get_by_role("heading", level=1).filter(visible=True)).to_contain_text(
        f"Thank you, {HOSTILE[1]}"
    )


@pytest.mark.parametrize("deed", ["send_back", "deny"])
async def test_reasons(meeting: Meeting, hostile: str, deed: str) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    if deed == "send_back":
        await gp.button(f"Admit {hostile}").click()
        await patient.tile(GP).wait_for()
        await gp.button(f"Send {hostile} back to the waiting room").click()
        await patient.waiting_room.wait_for()
    else:
        await gp.button(f"Deny {hostile}").click()
        await patient.button("Ask again").wait_for()
    async with written(meeting.clinic) as unit:
        visit = await unit.session.get_one(Visit, meeting.visit)
        room = await room_of_occasion(unit.session, visit.id)
        assert room is not None
        seat = await seat_of_person(unit.session, room.id, visit.patient_id)
        assert seat is not None
        seat.reason = " ".join(HOSTILE)
    await patient.page.reload()
    await expect(patient.page.get_by_text(" ".join(HOSTILE), exact=True)).to_be_visible()
    await untouched(patient.page)
