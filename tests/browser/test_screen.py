"""A shared screen reaches those who are in, sharp enough to read, and nobody who waits."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright, expect

from tests.browser.board import HEIGHT, TITLE, WIDTH, Board, likeness
from tests.browser.coded import GP, PATIENT, SISTER
from tests.browser.looking import Light, barriers, cut_off, keep
from tests.browser.meeting import CHROMIUM, SWITCHES, Browsers, Meeting
from tests.browser.person import DESK, Person
from tests.making.waiting import eventually
from tests.measured import Measured

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]

READABLE = 0.97
"""Correlation of single pixels from which letters of 16 px are read without effort; the same page
at half the size and back has about 0.9."""
TEXT = (24, 24, 480, 192)
PATIENCE = 30.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browsers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browsers]:
    """The GP's browser asks nothing and shares the tab of that title."""
    asks = [one for one in SWITCHES if one != "--use-fake-ui-for-media-stream"]
    async with async_playwright() as playwright:
        opened = Browsers(playwright, tmp_path_factory.mktemp("media"), switches=asks)
        opened.at[GP.role] = (CHROMIUM, [f"--auto-select-tab-capture-source-by-title={TITLE}"])
        yield opened
        await opened.close()


async def put_up(person: Person, shown: Board) -> tuple[Page, bytes]:
    """Open the page that is going to be shown, in a tab of its own; return it and its picture."""
    tab = await person.context.new_page()
    await tab.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    await tab.set_content(shown.page)
    picture = await tab.screenshot()
    await person.page.bring_to_front()
    return tab, picture


async def comes_sharp(person: Person, picture: bytes) -> dict[str, Any]:
    """Wait until the text of the picture is seen pixel by pixel; return how it came."""
    loop = asyncio.get_running_loop()
    end, seen = loop.time() + PATIENCE, dict[str, Any]()
    while loop.time() < end:
        seen = await likeness(person.page, picture, TEXT)
        if seen["alike"] >= READABLE:
            return seen
        await asyncio.sleep(0.25)
    raise AssertionError(seen)


async def fits(page: Page) -> bool:
    """Whether nothing of the page is cut off, as is so once it has its new place."""
    return await cut_off(page) == []


async def test_those_inside_read_it_and_who_waits_gets_nothing(
    meeting: Meeting, measured: Measured
) -> None:
    gp = await meeting.gp()
    patient = await meeting.guest(PATIENT)
    sister = await meeting.guest(SISTER)
    await gp.admit(PATIENT)
    await meeting.all_receive(gp, patient)
    tab, picture = await put_up(gp, Board(1))

    # Looked at and thought better of: nobody has seen anything.
    await gp.button("Share screen").click()
    dialog = gp.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Everybody in the room will see this tab.")
    await expect(dialog).to_contain_text(PATIENT.name)
    await expect(dialog).not_to_contain_text(SISTER.name)
    await keep(gp.page, "screen-preview", Light(1280))
    assert await barriers(gp.page) == []
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(dialog).to_be_hidden()
    await expect(patient.page.get_by_text("shares a screen")).to_have_count(0)

    await gp.page.keyboard.press("s")
    await dialog.get_by_role("button", name="Share now").click()
    await expect(gp.page.get_by_text(f"{PATIENT.name} can see it.")).to_be_visible()
    screen = patient.page.get_by_role("group", name=f"{GP.name} shares a screen", exact=True)
    await screen.wait_for()
    seen = await comes_sharp(patient, picture)
    measured("size of the shared screen, and likeness of its text", (seen["size"], seen["alike"]))
    assert seen["size"] == [WIDTH, HEIGHT]
    # Camera and voice go on beside it.
    await patient.sees(GP)
    assert await patient.hears() == {GP.name: {GP.tone}}
    assert await sister.peers() == 0
    await expect(sister.page.get_by_text("shares a screen")).to_have_count(0)

    for light in (Light(360), Light(1280, "dark")):
        for person, name in ((patient, "screen-guest"), (gp, "screen-console")):
            await light.fall_on(person.page)
            await eventually(partial(fits, person.page))
            await keep(person.page, name, light)
    for person in (patient, gp):
        assert await barriers(person.page) == []
    # Whoever sees it may make it larger, or let the people be large.
    await patient.button("Show the screen larger").click()
    await patient.button("Make the people large").click()
    await keep(patient.page, "screen-people-large", Light(360, "dark"))
    await patient.button("Make the screen large").click()

    # The browser's own way to stop: the tab that is shown goes.
    await tab.close()
    await expect(screen).to_be_hidden()
    await expect(gp.button("Share screen")).to_be_visible()
    await expect(patient.page.get_by_text("The screen is not shared any more.")).to_be_attached()
    await meeting.all_receive(gp, patient)


async def test_a_patient_asks_is_let_and_is_taken_over(meeting: Meeting) -> None:
    gp = await meeting.gp()
    patient = await meeting.sits_down(PATIENT, DESK)
    await patient.wait_for_visit(meeting.url(PATIENT))
    await gp.admit(PATIENT)
    await meeting.all_receive(gp, patient)
    await patient.button("More").click()
    await patient.button("Share screen").click()
    await expect(patient.page.get_by_text("You asked to share your screen.")).to_be_visible()
    asks = gp.page.get_by_role("status").filter(has_text=f"{PATIENT.name} asks to share a screen.")
    await asks.wait_for(state="attached")
    await keep(gp.page, "screen-asked", Light(1280))
    assert await barriers(gp.page) == []
    await gp.button(f"Let them share, {PATIENT.name}").click()
    await expect(patient.page.get_by_text("You may share your screen now.")).to_be_visible()
    await keep(patient.page, "screen-let", Light(1280))
    tab, _ = await put_up(gp, Board(2))
    await gp.button("Share screen").click()
    await gp.page.get_by_role("dialog").get_by_role("button", name="Share now").click()
    await expect(
        patient.page.get_by_role("group", name=f"{GP.name} shares a screen")
    ).to_be_visible()
    # One at a time: the patient is told whose it is, and the GP goes on.
    await patient.button("Choose what to share").click()
    told = f"{GP.name} shares a screen now. Ask them to stop first."
    await expect(patient.page.get_by_text(told)).to_be_visible()
    # Who is sent back sees nothing of it at once.
    await gp.send_back(PATIENT)
    await patient.waiting_room.wait_for()
    assert await patient.peers() == 0
    await gp.button("Stop sharing").click()
    await expect(gp.button("Share screen")).to_be_visible()
    await tab.close()
