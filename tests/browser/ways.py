"""The ways to every page, by parts of the pages that no language changes."""

from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page

Links = dict[str, Any]
Way = Callable[[Page, Links], Awaitable[None]]


async def open_context(browser: Browser, width: int, **wishes: Any) -> BrowserContext:
    """A browser profile of its own, as wide as a phone or a desk's screen."""
    height = 760 if width < 600 else 800
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        permissions=["camera", "microphone"],
        reduced_motion="reduce",
        **wishes,
    )
    context.set_default_timeout(15_000)
    return context


def person_url(links: Links, role: str) -> str:
    """The sign-in link of the demo's person in this role."""
    return str(next(one["url"] for one in links["people"] if one["role"] == role))


async def sign_in_page(page: Page, links: Links) -> None:
    await page.goto(person_url(links, "gp").partition("/demo")[0] + "/")
    await page.locator("input[name=password]").wait_for()


async def today(page: Page, links: Links) -> None:
    await page.goto(person_url(links, "gp"))
    await page.locator("[data-day] li:not([data-now])").first.wait_for()


async def console(page: Page, links: Links) -> None:
    await today(page, links)
    await page.goto(f"/visits/{links['visits'][0]['id']}")
    await page.locator("[data-module='visits/console']").wait_for()


async def join_page(page: Page, links: Links) -> None:
    await page.goto(links["visits"][0]["patient_url"])
    await page.locator("[data-view=ready] button[type=submit]").wait_for()


async def join_page_with_pin(page: Page, links: Links) -> None:
    await page.goto(links["visits"][1]["patient_url"])
    await page.locator("[data-view=ready], [data-view=early]").locator("visible=true").wait_for()


async def join_page_without_link(page: Page, links: Links) -> None:
    await page.goto(links["visits"][0]["patient_url"].partition("#")[0])
    await page.locator("[data-view=nolink] button[type=submit]").wait_for()


async def check_in(page: Page, links: Links) -> None:
    await join_page(page, links)
    await page.locator("[data-view=ready] button[type=submit]").click()
    await page.locator("[data-view=checkin] [data-card]").locator("visible=true").wait_for()


async def see_yourself(page: Page, links: Links) -> None:
    await check_in(page, links)
    ask = page.locator("[data-view=checkin] [data-card=ask] [data-act=allow]")
    see = page.locator("[data-view=checkin] [data-card=see]")
    await ask.or_(see).locator("visible=true").first.wait_for()
    if await ask.is_visible():
        await ask.click()
    await see.wait_for()


async def say_something(page: Page, links: Links) -> None:
    await see_yourself(page, links)
    await page.locator("[data-view=checkin] [data-act=seen]").click()
    await page.locator("[data-view=checkin] [data-card=say]").wait_for()


async def waiting_room(page: Page, links: Links) -> None:
    await say_something(page, links)
    go = page.locator("[data-view=checkin] [data-act=heard]")
    waiting = page.locator("[data-view=waiting]")
    await go.or_(waiting).locator("visible=true").first.wait_for()
    if await go.is_visible():
        await go.click()
    await waiting.wait_for()


async def refusal(page: Page, links: Links) -> None:
    await sign_in_page(page, links)
    await page.goto("/visits/nothing-here")
    await page.locator("h1").wait_for()


WAYS: dict[str, Way] = {
    "sign-in": sign_in_page,
    "today": today,
    "console": console,
    "join": join_page,
    "join-with-pin": join_page_with_pin,
    "join-without-link": join_page_without_link,
    "check-in": check_in,
    "see-yourself": see_yourself,
    "say-something": say_something,
    "waiting-room": waiting_room,
    "refusal": refusal,
}
