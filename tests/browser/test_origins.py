"""The next step of a visit comes into the plan by a tick; from there a task, and back again."""

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from rounds.kernel.actor import Role
from tests.browser.person import DESK
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_patient, make_staff, make_team
from tests.making.visits import make_visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

STEP = "Ring the lab about the thyroid values"


async def sit_down(house: House, chromium: Browser, who: Someone) -> Page:
    """Somebody's desk, by a session that stands already."""
    signed_in = await house.signed_in(who)
    context = await chromium.new_context(base_url=house.address, viewport=DESK)
    await context.add_cookies(
        [{"name": one.key, "value": one.value, "url": house.address} for one in signed_in.jar]
    )
    return await context.new_page()


async def look(page: Page, name: str) -> None:
    """Find nothing wrong with a page on a phone and at a desk; keep what it looks like."""
    for width, height in ((360, 760), (1280, 800)):
        await page.set_viewport_size(ViewportSize(width=width, height=height))
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (name, wide)
        if folder := os.environ.get("ROUNDS_SHOTS"):
            place = Path(folder) / f"origins-{name}-{width}.png"
            await page.screenshot(path=place, full_page=True)


async def test_from_a_visit_to_the_plan_to_a_task_and_back(house: House, chromium: Browser) -> None:
    clinic = await make_clinic(house.units)
    patient = await make_patient(house.units, clinic)
    gp = await make_staff(house.units, clinic)
    therapist = await make_staff(house.units, clinic, Role.THERAPIST)
    await make_team(house.units, patient, [gp, therapist])
    visit = await make_visit(house.units, clinic, [gp, therapist], patient=patient)
    page = await sit_down(house, chromium, gp)

    await page.goto(f"/visits/{visit.id}/summary")
    tick = page.get_by_role("checkbox", name="Put the next step into the care plan")
    # It is offered once the page's modules are there: they fill the form.
    await expect(tick).to_be_visible()
    await page.get_by_role("textbox", name="Next step").fill(STEP)
    await page.get_by_label("Who does it").select_option(therapist.id)
    await page.get_by_role("button", name="In 2 weeks").click()
    nothing = page.get_by_role("checkbox", name="Nothing further is planned")
    await nothing.check()
    await expect(tick).to_be_hidden()
    await nothing.uncheck()
    await tick.check()
    await look(page, "summary-offered")
    await page.get_by_role("button", name="Decide").click()
    await expect(page.get_by_text(f"Decided by {gp.name}")).to_be_visible()
    standing = page.locator("[data-plan-standing]")
    await expect(standing).to_contain_text("It is in the care plan.", timeout=30_000)
    await expect(tick).to_be_hidden()
    await look(page, "summary-there")

    await page.goto(f"/patients/{patient.id}/plan")
    section = page.get_by_role("region", name="What we do", exact=True)
    await expect(section.get_by_role("textbox", name="What we do", exact=True)).to_have_value(STEP)
    await expect(section.get_by_role("link", name="From a visit")).to_have_attribute(
        "href", f"/visits/{visit.id}/summary"
    )
    await section.get_by_text("More", exact=True).click()
    await section.scroll_into_view_if_needed()
    await look(page, "plan")
    async with page.context.expect_page() as opened:
        await section.get_by_role("link", name="Make a task of this").click()
    form = await opened.value
    await expect(form.get_by_role("textbox", name="What is to be done")).to_have_value(STEP)
    await expect(form.get_by_label("Who does it")).to_have_value(therapist.id)
    await look(form, "task-form")
    await form.get_by_role("button", name="Give this task").click()
    await form.get_by_role("link", name=STEP).click()
    await expect(form.get_by_text("What we do: " + STEP)).to_be_visible()
    await look(form, "task")

    owner = await sit_down(house, chromium, therapist)
    await owner.goto(form.url)
    await owner.get_by_role("button", name="It is done").click()
    note = owner.get_by_role("button", name="Note it in the care plan")
    await note.wait_for()
    await look(owner, "task-done")
    await note.click()
    await expect(owner.locator("[data-noting] [role=status]")).to_contain_text("care plan")
    await look(owner, "task-noted")
    await owner.get_by_role("link", name="From the care plan").click()
    await owner.wait_for_url(re.compile(r"/plan#entry-interventions-[0-9a-f]{24}$"))
    state = owner.get_by_role("region", name="What we do", exact=True)
    await expect(state).to_contain_text("Done", timeout=40_000)
    await look(owner, "plan-done")
