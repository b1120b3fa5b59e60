"""Walks past every page, by parts of the pages that no language changes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from playwright.async_api import Locator, Page

Links = dict[str, Any]
NewPage = Callable[[], Awaitable[Page]]
Walk = Callable[[NewPage, Links], AsyncIterator[tuple[str, Page]]]
Part = Callable[[Page, Page, Links], AsyncIterator[tuple[str, Page]]]


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
    await page.goto("/j/00000000-0000-7000-8000-000000000000")
    await in_sight(page, "h1").wait_for()
    yield "nothing-to-read", page


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
    go = page.locator("[data-card=say] [data-act=heard]")
    if await go.is_visible():
        await go.click()
    await in_sight(page, "[data-card=line], [data-view=waiting]").wait_for()
    yield "your-connection", page
    go = page.locator("[data-card=line] [data-act=onward]")
    if await go.is_visible():
        await go.click()
    await in_sight(page, "[data-view=waiting]").wait_for()
    yield "waiting-room", page


async def _arriving(guest: Page, gp: Page, links: Links) -> AsyncIterator[tuple[str, Page]]:
    async for step in _check_in(guest, links):
        yield step
    await gp.goto(person_url(links, "gp"))
    await in_sight(gp, "[data-day] li:not([data-now])").wait_for()
    await gp.goto(f"/visits/{links['visits'][0]['id']}")
    await in_sight(gp, "[data-door-list] [data-admit]").wait_for()
    yield "console-waiting", gp
    await in_sight(gp, "[data-emergency-open]").click()
    await in_sight(gp, "[data-emergency-help] a").wait_for()
    yield "console-emergency", gp
    await in_sight(gp, "[data-emergency-close]").click()
    await in_sight(gp, "[data-door-list] [data-message]").click()
    await in_sight(gp, "dialog [data-sayings] button").wait_for()
    yield "console-message", gp
    await in_sight(gp, "dialog [data-close]").click()


async def _calling(guest: Page, gp: Page, links: Links) -> AsyncIterator[tuple[str, Page]]:
    await in_sight(gp, "[data-door-list] [data-admit]").click()
    for page in (gp, guest):
        await in_sight(page, "[data-part=others] video").wait_for()
    yield "console-call", gp
    yield "call", guest
    await in_sight(guest, "[data-control=more]").click()
    await in_sight(guest, "[data-control=settings]").wait_for()
    yield "call-more", guest
    await in_sight(guest, "[data-control=settings]").click()
    await in_sight(guest, "[data-control=settings-close]").wait_for()
    yield "call-settings", guest
    await in_sight(guest, "[data-control=settings-close]").click()
    await in_sight(gp, "[data-control=screen]").click()
    await in_sight(gp, "[data-control=preview-share]").wait_for()
    yield "console-preview", gp
    await in_sight(gp, "[data-control=preview-cancel]").click()
    await gp.locator("[data-control=preview-share]").wait_for(state="hidden")
    await in_sight(guest, "[data-control=chat]").click()
    await in_sight(guest, "[data-control=close-chat]").wait_for()
    yield "call-chat", guest
    await in_sight(guest, "[data-control=close-chat]").click()


async def _turns(guest: Page, gp: Page, links: Links) -> AsyncIterator[tuple[str, Page]]:
    await in_sight(guest, "[data-control=more]").click()
    await in_sight(guest, "[data-control=hand]").click()
    await in_sight(gp, "[data-hands-list] li").wait_for()
    await in_sight(gp, "[data-in-list] [data-mute]").click()
    await in_sight(guest, "[data-part=quiet]").wait_for()
    yield "call-quiet", guest
    yield "console-hands", gp
    await in_sight(gp, "#tab-chat").click()
    await in_sight(gp, "#tab-channel-team").click()
    await in_sight(gp, "#chat-text-team").fill("…")
    await gp.keyboard.press("Enter")
    await in_sight(gp, "#channel-team .said").wait_for()
    yield "console-team", gp


async def _parting(guest: Page, gp: Page, links: Links) -> AsyncIterator[tuple[str, Page]]:
    await in_sight(gp, "[data-control=leave]").click()
    await in_sight(gp, "[data-control=end]").wait_for()
    yield "console-leave", gp
    await in_sight(gp, "[data-control=end]").click()
    await in_sight(guest, "[data-view=ended]").wait_for()
    yield "after", guest
    await in_sight(gp, "[data-ended]").wait_for()
    yield "console-ended", gp
    await gp.goto(f"/visits/{links['visits'][0]['id']}/summary")
    await in_sight(gp, "[data-decide]").wait_for()
    yield "summary", gp


_PARTS = (_arriving, _calling, _turns, _parting)


async def visit(new_page: NewPage, links: Links) -> AsyncIterator[tuple[str, Page]]:
    """A whole visit: check-in, waiting, the call on both sides, and what comes after."""
    guest, gp = await new_page(), await new_page()
    for part in _PARTS:
        async for step in part(guest, gp, links):
            yield step


async def arriving(new_page: NewPage, links: Links) -> AsyncIterator[tuple[str, Page]]:
    """Somebody comes, and waits."""
    async for step in _only(_arriving, new_page, links):
        yield step


async def calling(new_page: NewPage, links: Links) -> AsyncIterator[tuple[str, Page]]:
    """The call on both sides, and what opens over it."""
    async for step in _only(_calling, new_page, links):
        yield step


async def turns(new_page: NewPage, links: Links) -> AsyncIterator[tuple[str, Page]]:
    """Hands, quiet, and what the care team writes."""
    async for step in _only(_turns, new_page, links):
        yield step


async def parting(new_page: NewPage, links: Links) -> AsyncIterator[tuple[str, Page]]:
    """The end of a visit, and what comes after."""
    async for step in _only(_parting, new_page, links):
        yield step


async def _only(wanted: Part, new_page: NewPage, links: Links) -> AsyncIterator[tuple[str, Page]]:
    """Walk as far as one part of a visit, and show that one alone."""
    guest, gp = await new_page(), await new_page()
    for part in _PARTS[: _PARTS.index(wanted) + 1]:
        async for step in part(guest, gp, links):
            if part is wanted:
                yield step


WALKS: tuple[Walk, ...] = (staff, side_doors, visit)
"""All there is, in a row."""
PARTS: tuple[Walk, ...] = (staff, side_doors, arriving, calling, turns, parting)
"""The same in parts, each on a visit of its own, that can be looked at long."""
