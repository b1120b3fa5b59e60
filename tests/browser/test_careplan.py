"""Three people write one plan: nothing is lost, and each sees how safe their words are."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.table import Table

pytestmark = pytest.mark.asyncio(loop_scope="module")
GP_WORDS = "Walk to the harbour 👩‍🦽 "


async def test_three_write_one_plan_and_nothing_is_lost(table: Table) -> None:
    gp = await table.sit_down("gp")
    therapist = await table.sit_down("therapist")
    patient = await table.sit_down_at_home()

    # The patient writes their own goal; the team sees each word.
    own = patient.get_by_role("textbox", name="My goals", exact=True)
    await own.fill("Walk")
    theirs = gp.get_by_role("textbox", name="The patient’s goals", exact=True)
    await expect(theirs).to_have_value("Walk")
    await expect(_state(patient, "my_goals")).to_have_text("Saved")
    await expect(gp.get_by_role("list", name="Here now")).to_contain_text("Mara")

    # Two write in one box at once; the patient reads it and has nothing to write in.
    box = gp.get_by_role("textbox", name="What we do", exact=True)
    await box.fill("daily.")
    other = therapist.get_by_role("textbox", name="What we do", exact=True)
    await expect(other).to_have_value("daily.")
    await other.press("End")
    await box.press("Home")
    await box.press_sequentially(GP_WORDS)
    await other.press_sequentially(" Then rest.")
    for one in (box, other):
        await expect(one).to_have_value(f"{GP_WORDS}daily. Then rest.")
    shown = patient.locator("[data-section=interventions]")
    await expect(shown).to_contain_text("daily. Then rest.")
    await expect(shown.get_by_role("textbox", name="What we do", exact=True)).to_have_count(0)
    assert await patient.locator("[data-section=team_notes]").count() == 0

    # A page that is cut off says so, keeps what is written, also over a reload, and brings it.
    await table.contexts[1].set_offline(True)
    await expect(_state(therapist, "interventions")).to_have_text("Offline", timeout=30_000)
    await other.press("End")
    await other.press_sequentially(" Sleep.")
    await expect(_state(therapist, "interventions")).to_have_text("Not saved yet")
    await box.press("Home")
    await box.press_sequentially("Please: ")
    await table.contexts[1].set_offline(False)
    for one in (box, other):
        await expect(one).to_have_value(
            f"Please: {GP_WORDS}daily. Then rest. Sleep.", timeout=30_000
        )
    await expect(_state(therapist, "interventions")).to_have_text("Saved")


async def test_a_comment_is_answered_and_a_suggestion_taken(table: Table) -> None:
    gp = await table.sit_down("gp")
    patient = await table.sit_down_at_home()
    box = gp.get_by_role("textbox", name="Shared explanation", exact=True)
    await box.fill("The gut is alert.")
    section = patient.locator("[data-section=explanation]")
    await expect(section).to_contain_text("The gut is alert.")
    await section.locator(".planitem").get_by_text("Comment or suggest").click()
    await section.get_by_role("textbox", name=re.compile("^Comment on")).fill("Simpler, please")
    await section.get_by_text("Suggest other words").click()
    await section.get_by_role("textbox", name="Suggested words").fill("My gut is very alert.")
    await section.get_by_role("button", name="Send").first.click()
    thread = gp.get_by_role("region", name=re.compile("Suggestion by Mara"))
    await expect(thread).to_contain_text("Simpler, please")
    await thread.get_by_role("button", name="Accept").click()
    await expect(box).to_have_value("My gut is very alert.")
    await expect(section).to_contain_text("My gut is very alert.")
    await expect(section).to_contain_text("1 settled comment")


async def test_a_closed_page_loses_nothing_and_the_console_shows_it(table: Table) -> None:
    gp = await table.sit_down("gp")
    box = gp.get_by_role("textbox", name="Working picture", exact=True)
    await box.fill("An alert gut.")
    await expect(_state(gp, "problems")).to_have_text("Saved")
    await gp.context.set_offline(True)
    await expect(_state(gp, "problems")).to_have_text("Offline", timeout=30_000)
    await box.press("End")
    await box.press_sequentially(" Short sleep.")
    await expect(_state(gp, "problems")).to_have_text("Not saved yet")
    await expect(gp.locator("[data-kept]")).to_have_count(1)

    # Another tab of the same person finds it, beside the call.
    console = await gp.context.new_page()
    await gp.close()
    await console.context.set_offline(False)
    visit = (await table.clinic.links())["visits"][0]["id"]
    await console.goto(f"{table.clinic.address}/visits/{visit}")
    # The list is filled by the module that also listens to the tabs.
    await console.get_by_role("region", name="In the call").get_by_role("listitem").first.wait_for()
    tab = console.get_by_role("tab", name="Plan")
    await tab.click()
    await expect(tab).to_have_attribute("aria-selected", "true")
    words = console.get_by_role("textbox", name="Working picture", exact=True)
    await expect(words).to_have_value("An alert gut. Short sleep.")
    await expect(_state(console, "problems")).to_have_text("Saved")


def _state(page: Page, section: str) -> Locator:
    return page.locator(f"[data-section={section}] [data-state]")
