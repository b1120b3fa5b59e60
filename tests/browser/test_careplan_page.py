"""What the page of a plan is before and beside the writing: read at once, closed by a button."""

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.person import PHONE
from tests.browser.table import Table

pytestmark = pytest.mark.asyncio(loop_scope="module")

LARGEST = 50_000
JUMP = 0.1
"""The cumulative layout shift up to which a page counts as calm."""
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum), 100)));
})"""
TRANSFERRED = """() => performance.getEntriesByType("resource")
  .filter((one) => /static\\/(careplan|vendor\\/yjs)/.test(one.name) && one.name.includes(".js"))
  .map((one) => [one.name, one.encodedBodySize])"""

TOO_WIDE = "() => document.documentElement.scrollWidth - innerWidth"
LETTER = """(said, at) => {
  const letter = document.createRange();
  letter.setStart(said.firstChild, at);
  letter.setEnd(said.firstChild, at + 1);
  const { left, top, bottom } = letter.getBoundingClientRect();
  return [left, top, bottom];
}"""
"""Where a letter of a paragraph stands, in pixels."""
CARET_AT = """(left) => {
  const bar = document.querySelector("[data-section=explanation] .caret__bar");
  return bar !== null && Math.abs(bar.getBoundingClientRect().x - left) < 3;
}"""
"""Whether another's caret stands at so many pixels from the left."""
MARKED = "(box) => box.value.slice(box.selectionStart, box.selectionEnd)"


async def test_a_plan_is_read_without_scripts_and_does_not_jump_when_it_opens(
    table: Table,
) -> None:
    gp = await table.sit_down("gp")
    box = gp.get_by_role("textbox", name="Shared explanation", exact=True)
    await box.fill("The gut is alert.")
    await expect(gp.locator("[data-section=explanation] [data-state]")).to_have_text("Saved")
    await gp.reload()
    await box.wait_for()
    assert await gp.evaluate(SHIFTS) < JUMP
    pieces = await gp.evaluate(TRANSFERRED)
    assert len(pieces) > 15
    assert 30_000 < sum(size for _, size in pieces) <= LARGEST, pieces
    state = await gp.context.storage_state()
    context = await table.chromium.new_context(
        java_script_enabled=False, storage_state=state, viewport=PHONE
    )
    table.contexts.append(context)
    plain = await context.new_page()
    await plain.goto(gp.url)
    section = plain.get_by_role("region", name="Shared explanation")
    await expect(section).to_contain_text("The gut is alert.")
    await expect(plain.locator("noscript .notice")).to_be_visible()
    await _keep(plain, "plan-without-scripts")


async def test_closing_a_section_makes_the_boxes_of_all_others_read_only(table: Table) -> None:
    gp = await table.sit_down("gp")
    therapist = await table.sit_down("therapist")
    patient = await table.sit_down_at_home()
    box = therapist.get_by_role("textbox", name="What we do", exact=True)
    await box.fill("Walk daily.")
    await expect(gp.get_by_role("textbox", name="What we do", exact=True)).to_have_value(
        "Walk daily."
    )
    close = gp.get_by_role("button", name="Close for changes: What we do")
    await close.focus()
    await gp.keyboard.press("Enter")

    # The reason may be left out; one that is too long stays in its field and closes nothing.
    field = gp.get_by_role("textbox", name="Why it is closed (optional)")
    await expect(field).to_be_focused()
    await expect(close).to_have_attribute("aria-expanded", "true")
    await field.fill("x" * 201)
    await field.press("Enter")
    beside = gp.locator("[data-section=interventions]")
    await expect(beside.get_by_role("alert")).to_contain_text("too long")
    await expect(field).to_have_value("x" * 201)
    await expect(field).to_be_focused()
    await expect(box).to_be_editable()
    await _keep(gp, "plan-closing")
    why = f"<b>Review</b> on {'Mon' * 40}day"
    await field.fill(why)
    await field.press("Escape")
    await expect(field).to_have_count(0)
    await expect(close).to_be_focused()
    await close.press("Enter")
    await expect(field).to_have_value(why)
    await field.press("Enter")

    section = therapist.get_by_role("region", name="What we do", exact=True)
    await expect(box).to_have_count(0)
    await expect(section).to_contain_text("Walk daily.")
    await expect(section).to_contain_text(re.compile(r"Closed for changes by Dr\.? \w+"))
    await expect(section.get_by_text(f"Reason: {why}", exact=True)).to_be_visible()
    told = therapist.locator(".planbar [data-told]")
    await expect(told).to_contain_text("What we do: Closed")
    await expect(told).to_contain_text(f"Reason: {why}")
    await _keep(therapist, "plan-closed")
    # At home, on a narrow telephone: told while it is open, and in the page as it comes.
    await patient.set_viewport_size({"width": 360, "height": 740})
    theirs = patient.locator("[data-section=interventions]")
    for _ in range(2):
        await expect(theirs.get_by_text(f"Reason: {why}", exact=True)).to_be_visible()
        assert await patient.evaluate(TOO_WIDE) <= 0
        await _keep(patient, "plan-closed-at-home")
        await patient.reload()
    reopen = gp.get_by_role("button", name="Open for changes: What we do")
    await expect(reopen).to_be_focused()
    await expect(field).to_have_count(0)
    await reopen.press("Enter")
    await expect(box).to_have_value("Walk daily.")
    await expect(section).not_to_contain_text("Closed for changes")
    await expect(section).not_to_contain_text("Reason: ")


async def test_what_a_template_brings_says_so_in_pages_that_are_open_already(
    table: Table,
) -> None:
    gp = await table.sit_down("gp")
    patient = await table.sit_down_at_home()
    await expect(gp.locator("[data-plan-line]")).to_have_text("Open for writing together")
    therapist = await table.sit_down("therapist")
    await therapist.goto(f"{therapist.url}/templates?pathway=fatigue")
    await therapist.get_by_role("button", name="Bring this into the plan").click()
    await expect(therapist.get_by_role("alert")).to_have_count(0)
    goals = gp.get_by_role("region", name="Clinical goals", exact=True)
    link = goals.get_by_role("link", name=re.compile("^From the template “.+”, version 1")).first
    await expect(link).to_be_visible(timeout=20_000)
    await _keep(gp, "plan-origins")
    theirs = patient.get_by_role("region", name="What your team aims for", exact=True)
    await expect(theirs).to_contain_text("From a template of the clinic")
    await expect(theirs.get_by_role("link")).to_have_count(0)
    await _keep(patient, "plan-origins-at-home")
    async with gp.context.expect_page() as opened:
        await link.press("Enter")
    followed = await opened.value
    await expect(followed.get_by_role("heading", level=1)).to_contain_text("atigue")


async def test_a_comment_stays_with_the_words_it_is_about(table: Table) -> None:
    gp = await table.sit_down("gp")
    therapist = await table.sit_down("therapist")
    box = gp.get_by_role("textbox", name="Preferences and barriers", exact=True)
    await box.fill("Prefers mornings and short talks.")
    theirs = therapist.get_by_role("textbox", name="Preferences and barriers", exact=True)
    await expect(theirs).to_have_value("Prefers mornings and short talks.")

    # By keys alone: mark the word, ask for the comment, write, send.
    await theirs.evaluate("(box) => { box.focus(); box.setSelectionRange(8, 8); }")
    for _ in "mornings":
        await therapist.keyboard.press("Shift+ArrowRight")
    await therapist.keyboard.press("Control+Alt+KeyM")
    section = therapist.locator("[data-section=preferences]")
    body = section.get_by_role("textbox", name="Comment on Preferences and barriers")
    await expect(body).to_be_focused()
    await expect(section.get_by_text("“mornings”")).to_be_visible()
    await therapist.keyboard.type("Before ten?")
    await section.get_by_role("button", name="Send").last.press("Enter")

    # The place moves with the words, and is shown in the text.
    beside = gp.locator("[data-section=preferences]")
    threads = beside.get_by_role("region", name=re.compile("^Comment by "))
    thread = threads.filter(has_text="“mornings”")  # a template may have asked something there, too
    await expect(thread).to_be_visible()
    await theirs.evaluate("(box) => { box.focus(); box.setSelectionRange(0, 0); }")
    await theirs.press_sequentially("Mara: ")
    await expect(box).to_have_value("Mara: Prefers mornings and short talks.")
    await thread.get_by_role("button", name="Show in the text").press("Enter")
    await expect(box).to_be_focused()
    assert await box.evaluate(MARKED) == "mornings"
    await _keep(gp, "plan-comment-on-words")

    # Words that are taken away leave their quote.
    await gp.keyboard.press("Delete")
    await expect(thread).to_contain_text("These words are no longer in the text.")
    await expect(thread).to_contain_text("“mornings”")
    await expect(thread.get_by_role("button", name="Show in the text")).to_be_hidden()


async def test_a_suggestion_for_marked_words_changes_these_alone(table: Table) -> None:
    gp = await table.sit_down("gp")
    patient = await table.sit_down_at_home()
    box = gp.get_by_role("textbox", name="Staying in touch", exact=True)
    await box.fill("We talk each Monday by telephone.")
    section = patient.locator("[data-section=communication]")
    await expect(section.locator(".part__said").first).to_have_text(await box.input_value())
    form = section.locator("details", has_text="Comment or suggest").first
    await form.get_by_text("Comment or suggest").press("Enter")
    await form.get_by_text("Mark words by keys").press("Enter")
    picker = form.get_by_role("textbox", name=re.compile("^Words to mark"))
    await picker.evaluate("(box) => { box.focus(); box.setSelectionRange(13, 13); }")
    for _ in "Monday":
        await patient.keyboard.press("Shift+ArrowRight")
    await expect(form.locator(".thread__quote")).to_have_text("“Monday”")
    await form.get_by_text("Suggest other words").press("Enter")
    other = form.get_by_role("textbox", name="Suggested words")
    await expect(other).to_have_value("Monday")
    await other.fill("Friday")
    await _keep(patient, "plan-suggesting")
    await form.get_by_role("button", name="Send").press("Enter")
    thread = gp.get_by_role("region", name=re.compile("^Suggestion by Mara"))
    await expect(thread).to_contain_text("Monday Friday")
    await box.press("Home")
    await box.press_sequentially("Mara: ")
    await thread.get_by_role("button", name="Accept").press("Enter")
    await expect(box).to_have_value("Mara: We talk each Friday by telephone.")
    await expect(section).to_contain_text("Mara: We talk each Friday by telephone.")


async def test_the_caret_of_another_stands_at_its_letter_by_name(table: Table) -> None:
    gp = await table.sit_down("gp")
    therapist = await table.sit_down("therapist")
    box = gp.get_by_role("textbox", name="Clinical goals", exact=True)
    await box.fill("Sleep through.\nWalk each day.")
    theirs = therapist.get_by_role("textbox", name="Clinical goals", exact=True)
    await expect(theirs).to_have_value("Sleep through.\nWalk each day.")
    await theirs.evaluate("(box) => { box.focus(); box.setSelectionRange(19, 19); }")
    await theirs.press("ArrowRight")
    section = gp.locator("[data-section=goals]")
    await expect(section.locator(".caret__name")).to_have_text("Jonas Weber")
    bar, edge = section.locator(".caret__bar"), await box.bounding_box()
    first = await bar.bounding_box()
    assert first is not None
    assert edge is not None
    # On the second of two lines, after "Walk ".
    assert edge["y"] + 24 < first["y"] < edge["y"] + edge["height"]
    assert edge["x"] + 30 < first["x"] < edge["x"] + 80
    await _keep(gp, "plan-carets")
    await box.press("End")
    await gp.keyboard.press("Control+Home")
    await gp.keyboard.press("Enter")
    await expect(theirs).to_have_value("\nSleep through.\nWalk each day.")
    moved = await bar.bounding_box()
    assert moved is not None
    assert abs(moved["x"] - first["x"]) < 2
    await theirs.blur()
    await expect(section.locator(".caret__name")).to_have_count(0)


async def test_who_only_reads_sees_where_another_writes_and_hears_no_more_than_before(
    table: Table,
) -> None:
    patient = await table.sit_down_at_home()
    section = patient.locator("[data-section=explanation]")
    therapist = await table.sit_down("therapist")
    box = therapist.get_by_role("textbox", name="Shared explanation", exact=True)
    words = "The gut is alert, and it learns to be calm again, a little each day.\nAs you do."
    await box.fill(words)
    said = section.locator(".part__said").first
    await expect(said).to_have_text(words)
    entry = section.get_by_role("listitem").first
    name = entry.locator(".caret__name")
    at = words.index("little")
    await box.evaluate("(box, at) => { box.focus(); box.setSelectionRange(at - 1, at - 1); }", at)
    await box.press("ArrowRight")
    await expect(name).to_have_text("Jonas Weber")
    left, top, bottom = await said.evaluate(LETTER, at)
    await patient.wait_for_function(CARET_AT, arg=left)  # it came to one letter before, first
    await _keep(patient, "plan-carets-at-home")
    bar = await section.locator(".caret__bar").bounding_box()
    assert bar is not None
    assert abs(bar["y"] - top) < 4
    assert abs(bar["y"] + bar["height"] - bottom) < 4

    # The words are words alone, no stop for the keys, and the caret is nothing to listen to.
    assert await said.evaluate("(said) => [said.tabIndex, said.childNodes.length]") == [-1, 1]
    assert "Jonas Weber" not in await entry.aria_snapshot()
    await expect(section.locator("[data-busy]")).to_have_text("Jonas Weber is writing here")

    # It moves with the words, and goes with who wrote; then nothing of it is left.
    await box.press("Control+Home")
    await box.press_sequentially("So: ")
    await expect(said).to_have_text(f"So: {words}")
    left, _, _ = await said.evaluate(LETTER, 4)
    await patient.wait_for_function(CARET_AT, arg=left)
    await box.blur()
    await expect(section.locator(".carets__layer")).to_have_count(0)


async def _keep(page: Page, name: str) -> None:
    if shots := os.environ.get("ROUNDS_SHOTS"):
        await page.screenshot(path=Path(shots) / f"{name}.png", full_page=True)
