"""What a page shows that it should not: barriers, a cut-off side, errors, a broken policy."""

import os
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.house.sources import ROOT

AXE = (ROOT / "static/node_modules/axe-core/axe.min.js").read_text()
SHOTS = ROOT / "tests/shots"
SERIOUS = ("serious", "critical")


class Screens:
    """Fresh browser profiles of one width and one kind of person."""

    def __init__(self, browser: Browser, address: str, width: int, **wishes: Any) -> None:
        """Open pages of the server at `address`."""
        self._browser, self._width = browser, width
        self._wishes = {
            "base_url": address,
            "viewport": {"width": width, "height": 760 if width < 600 else 800},
            "permissions": ["camera", "microphone"],
            "reduced_motion": "reduce",
            **wishes,
        }
        self._contexts: list[BrowserContext] = []
        self._complaints: list[str] = []

    async def new_page(self) -> Page:
        """Open a page in a profile of its own."""
        context = await self._browser.new_context(**self._wishes)
        context.set_default_timeout(20_000)
        self._contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        page.on("console", self._said)
        return page

    async def close(self) -> None:
        """Close every profile."""
        for context in self._contexts:
            await context.close()

    def complaints(self) -> list[str]:
        """What pages complained of since the last time this was asked."""
        told, self._complaints = self._complaints, []
        return told

    async def keep(self, name: str, page: Page) -> None:
        """Keep a picture of the page when ROUNDS_SHOTS asks for pictures."""
        if os.environ.get("ROUNDS_SHOTS"):
            scheme = self._wishes.get("color_scheme", self._wishes.get("locale", "light"))
            path = SHOTS / f"{name}-{self._width}-{scheme}.png"
            await page.screenshot(path=path, full_page=True)

    def _said(self, message: ConsoleMessage) -> None:
        # A page that is asked for and not there answers 404, which the browser mentions.
        if message.type == "error" and "status of 404" not in message.text:
            self._complaints.append(message.text)


async def barriers(page: Page) -> list[str]:
    """What axe calls serious or critical, as rule, place and reason."""
    # The debugger evaluates it, so that the page's content policy stays as people get it.
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(AXE)
    found = await page.evaluate("() => axe.run({resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in found["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


async def cut_off(page: Page) -> list[str]:
    """Elements that make the page scroll sideways."""
    found: list[str] = await page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.scrollingElement.scrollWidth <= width) return [];
          return [...document.querySelectorAll("body *")]
            .filter((one) => one.checkVisibility())
            .filter((one) => {
              const box = one.getBoundingClientRect();
              return box.right > width + 1 || box.left < -1;
            })
            .map((one) => `${one.tagName}.${one.className}`);
        }"""
    )
    return found
