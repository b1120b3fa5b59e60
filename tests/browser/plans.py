"""Walks past the pages of a care plan and its tasks: the team's, and those at home."""

from collections.abc import AsyncIterator

from playwright.async_api import Page

from tests.browser.paths import as_role, chart_of_mara, come_home, shown
from tests.browser.patience import PATIENCE_MS
from tests.browser.ways import Links, NewPage, in_sight

Steps = AsyncIterator[tuple[str, Page]]


async def care_plan(new_page: NewPage, links: Links) -> Steps:
    """The GP reads the plan, looks at who may do what, signs it and looks at tasks."""
    page = await as_role(new_page, links, "gp")
    chart = await chart_of_mara(page)
    yield await live(page, f"{chart}/plan", "plan")
    for part in ("plain", "print", "rights", "templates", "history", "sign"):
        yield await shown(page, f"{chart}/plan/{part}", f"plan-{part}")
    yield await shown(page, f"{chart}/plan/templates?pathway=fatigue", "plan-template")
    for path, name in (
        ("", "templates"),
        ("/fatigue", "template"),
        ("/fatigue/edit", "template-edit"),
    ):
        yield await shown(page, f"/templates{path}", name)
    await page.goto(f"{chart}/plan/sign")
    await in_sight(page, "main [name=meaning]").check()
    await in_sight(page, "main form[action$='/sign'] button[type=submit]").click()
    await page.wait_for_url("**/plan/history")
    yield await shown(page, f"{chart}/plan/history", "plan-signed")
    await in_sight(page, "main a[href*='/plan/restore?']").click()
    await page.wait_for_url("**/plan/restore?*")
    yield "plan-restore", page
    await page.goto(f"{chart}/tasks")
    await in_sight(page, "#subject").fill("…")
    await in_sight(page, "main select[name=owner]").select_option(index=1)
    await in_sight(page, "main form:has(#subject) button[type=submit]").click()
    await in_sight(page, "main li a[href*='/tasks/']").wait_for()
    yield "tasks", page
    await in_sight(page, "main li a[href*='/tasks/']").click()
    await page.wait_for_url("**/tasks/*")
    yield "task", page


async def plan_beside(new_page: NewPage, links: Links) -> Steps:
    """The GP has the plan beside a visit."""
    page = await as_role(new_page, links, "gp")
    await page.goto(f"/visits/{links['visits'][0]['id']}")
    tab = in_sight(page, "#tab-plan")
    # A click before the page's modules are there is lost.
    while await tab.get_attribute("aria-selected") != "true":
        await tab.click()
    await in_sight(page, "[data-section=problems] textarea").wait_for(timeout=PATIENCE_MS)
    yield "console-plan", page


async def plan_at_home(new_page: NewPage, links: Links) -> Steps:
    """The patient reads her plan in plain words, writes in it, and sees how it came about."""
    page = await new_page()
    await come_home(page, links)
    yield await shown(page, "/my/plan/plain", "my-plan-plain")
    yield await live(page, "/my/plan", "my-plan")
    for part in ("history", "print"):
        yield await shown(page, f"/my/plan/{part}", f"my-plan-{part}")


async def live(page: Page, path: str, name: str) -> tuple[str, Page]:
    """Go to a plan; its name and the page, once the words of the plan are there."""
    await page.goto(path)
    await in_sight(page, "[data-section=my_goals] textarea").wait_for(timeout=PATIENCE_MS)
    return name, page


PLANS = (care_plan, plan_beside, plan_at_home)
