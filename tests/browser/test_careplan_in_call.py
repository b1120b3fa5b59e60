"""GP, therapist and patient write one text beside a call, and a killed server costs no letter."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.coded import PATIENT
from tests.browser.meeting import Meeting
from tests.browser.person import PHONE
from tests.browser.test_recovery import AWAY

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOAL = "[data-section=my_goals] textarea:visible"
STATE = "[data-section=my_goals] [data-state]"
WORDS = 24
"""Words that each writes, about one in a quarter of a second."""

NAMES = ("gp", "therapist", "patient")
WAYS = (
    ("Control+Home", "End"),
    ("Control+Home", "ArrowDown", "End"),
    ("Control+End",),
)
"""Keys by which each comes to the end of their line."""


@pytest_asyncio.fixture(loop_scope="module")
async def therapist(chromium: Browser, meeting: Meeting) -> AsyncIterator[Page]:
    """The therapist, with the plan open."""
    context = await chromium.new_context()
    page = await context.new_page()
    people = (await meeting.clinic.links())["people"]
    await page.goto(next(one["url"] for one in people if one["role"] == "therapist"))
    await page.wait_for_url("**/today")
    await page.goto(f"{meeting.clinic.address}/patients")
    chart = page.get_by_role("link", name="Mara Lindqvist").first
    await page.goto(f"{meeting.clinic.address}{await chart.get_attribute('href')}/plan")
    yield page
    await context.close()


def with_all(*words: str) -> re.Pattern[str]:
    """A text that holds all of these words, in any order."""
    return re.compile("".join(rf"(?=.*{word}\b)" for word in words), re.S)


def told(mark: str) -> str:
    """All that somebody writes."""
    return "".join(f" {mark}{count}" for count in range(WORDS))


async def write(box: Locator, mark: str) -> None:
    """Write numbered words where the caret stands, as somebody does who does not look up."""
    for count in range(WORDS):
        await box.press_sequentially(f" {mark}{count}", delay=30)
        await asyncio.sleep(0.1)


async def test_three_write_in_a_visit_while_the_server_is_killed(
    meeting: Meeting, therapist: Page
) -> None:
    gp = await meeting.gp()
    patient = await meeting.guest(PATIENT, viewport=PHONE)
    await gp.admit(PATIENT)
    await gp.has_beside(PATIENT)
    await gp.page.get_by_role("tab", name="Plan").click()
    await patient.button("More").click()
    await patient.button("My plan").click()
    pages = (gp.page, therapist, patient.page)
    boxes = [page.locator(GOAL).first for page in pages]
    # Each has a line, so that nobody begins in the middle of somebody's word.
    await boxes[0].fill("\n".join(NAMES))
    for box, way in zip(boxes, WAYS, strict=True):
        await expect(box).to_have_value("\n".join(NAMES))
        for key in way:
            await box.press(key)
    for person in (gp, patient):
        person.tolerate(*AWAY)
    writing = [
        asyncio.ensure_future(write(box, mark)) for box, mark in zip(boxes, "gtp", strict=True)
    ]
    await expect(boxes[0]).to_have_value(with_all("t3", "p3"), timeout=30_000)
    await meeting.clinic.kill()
    await meeting.clinic.start()
    await asyncio.gather(*writing)
    for page in pages:
        await expect(page.locator(STATE)).to_have_text("Saved", timeout=60_000)
    last = [f"{mark}{WORDS - 1}" for mark in "gtp"]
    for box in boxes:
        await expect(box).to_have_value(with_all(*last), timeout=30_000)
    texts = [await box.input_value() for box in boxes]
    assert len(set(texts)) == 1
    lines = [f"{name}{told(mark)}" for name, mark in zip(NAMES, "gtp", strict=True)]
    assert texts[0].split("\n") == lines
    await therapist.reload()
    await expect(therapist.locator(GOAL).first).to_have_value(texts[0])
