"""Walks past every page, by parts of the pages that no language changes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from playwright.async_api import Locator, Page

Links = dict[str, Any]
NewPage = Callable[[], Awaitable[Page]]
Walk = Callable[[NewPage, Links], AsyncIterator[tuple[str, Page]]]


def person_url(links: Links, role: str) -> str:
    """The sign-in link of the demo's person in this role."""
    return str(next(one["url"] for one in links["people"] if one["role"] == role))


def in_sight(page: Page, selector: str) -> Locator:
    """The first of these that is shown."""
    return page.locator(selector).locator("visible=true").first


async def staff(new_page: NewPage, links: Links) -> AsyncIterator[tuple[str, Page]]:
    """Somebody of the staff comes in, looks at the day, and takes a wrong turn."""
    page = await new_page()
    await page.goto(person_url(links, "gp").partition("/demo")[0] + "/")
    await in_sight(page, "input[name=password]").wait_for()
    yield "sign-in", page
    await page.goto(person_url(links, "gp"))
    await in_sight(page, "[data-day] li:not([data-now])").wait_for()
    yield "today", page
    await page.goto("/visits/nothing-here")
    await in_sight(page, "h1").wait_for()
    yield "refusal", page


async def side_doors(new_page: NewPage, links: Links) -> AsyncIterator[tuple[str, Page]]:
    """Guests who come too early, or without their link."""
    page = await new_page()
    await page.goto(links["visits"][-1]["patient_url"])
    await in_sight(page, "[data-view=early]").wait_for()
    yield "join-early", page
    page = await new_page()
    await page.goto(links["visits"][0]["patient_url"].partition("#")[0])
    await in_sight(page, "[data-view=nolink] button[type=submit]").wait_for()
    yield "join-without-link", page


async def visit(new_page: NewPage, links: Links) -> AsyncIterator[tuple[str, Page]]:
    """A whole visit: check-in, waiting, the call on both sides, and what comes after."""
    guest = await new_page()
    async for step in _check_in(guest, links):
        yield step
    gp = await new_page()
    await gp.goto(person_url(links, "gp"))
    await in_sight(gp, "[data-day] li:not([data-now])").wait_for()
    await gp.goto(f"/visits/{links['visits'][0]['id']}")
    await in_sight(gp, "[data-door-list] [data-admit]").wait_for()
    yield "console-waiting", gp
    await in_sight(gp, "[data-door-list] [data-admit]").click()
    for page in (gp, guest):
        await in_sight(page, "[data-part=others] video").wait_for()
    yield "console-call", gp
    yield "call", guest
    await in_sight(gp, "[data-control=screen]").click()
    await in_sight(gp, "[data-control=preview-share]").wait_for()
    yield "console-preview", gp
    await in_sight(gp, "[data-control=preview-cancel]").click()
    await gp.locator("[data-control=preview-share]").wait_for(state="hidden")
    await in_sight(guest, "[data-control=chat]").click()
    await in_sight(guest, "[data-control=close-chat]").wait_for()
    yield "call-chat", guest
    await in_sight(gp, "[data-control=leave]").click()
    await in_sight(gp, "[data-control=end]").wait_for()
    yield "console-leave", gp
    await in_sight(gp, "[data-control=end]").click()
    await in_sight(guest, "[data-view=ended]").wait_for()
    yield "after", guest
    await in_sight(gp, "[data-ended]").wait_for()
    yield "console-ended", gp


async def _check_in(page: Page, links: Links) -> AsyncIterator[tuple[str, Page]]:
    await page.goto(links["visits"][0]["patient_url"])
    await in_sight(page, "[data-view=ready] button[type=submit]").wait_for()
    yield "join", page
    await in_sight(page, "[data-view=ready] button[type=submit]").click()
    await in_sight(page, "[data-view=checkin] [data-card]").wait_for()
    allow = page.locator("[data-view=checkin] [data-act=allow]")
    if await allow.is_visible():
        yield "check-in", page
        await allow.click()
    await in_sight(page, "[data-card=see]").wait_for()
    yield "see-yourself", page
    await in_sight(page, "[data-card=see] [data-act=seen]").click()
    await in_sight(page, "[data-card=say], [data-view=waiting]").wait_for()
    yield "say-something", page
    await in_sight(page, "[data-card=say] [data-act=heard], [data-view=waiting]").wait_for()
    go = page.locator("[data-card=say] [data-act=heard]")
    if await go.is_visible():
        await go.click()
    await in_sight(page, "[data-view=waiting]").wait_for()
    yield "waiting-room", page


WALKS: tuple[Walk, ...] = (staff, side_doors, visit)
