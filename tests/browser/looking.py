"""What a page shows that it should not: barriers, a cut-off side, errors, a broken policy."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

from tests.browser.patience import PATIENCE_MS
from tests.house.sources import ROOT

AXE = (ROOT / "static/node_modules/axe-core/axe.min.js").read_text()
REFUSED = r"status of 4(04|09|10|22)|ERR_INTERNET_DISCONNECTED"


@dataclass(frozen=True, slots=True)
class Light:
    """How wide a screen is, and how somebody wants it."""

    width: int
    scheme: Literal["light", "dark"] = "light"
    contrast: Literal["more", "no-preference"] = "no-preference"

    async def fall_on(self, page: Page) -> None:
        """Show the page so, its colours changed; nothing is loaded anew."""
        await page.set_viewport_size({"width": self.width, "height": self.height})
        await page.emulate_media(color_scheme=self.scheme, contrast=self.contrast)
        await page.evaluate("() => new Promise(requestAnimationFrame).then(() => scrollTo(0, 0))")
        await page.wait_for_function(
            "() => !document.getAnimations().some((one) => one instanceof CSSTransition)"
        )

    @property
    def height(self) -> int:
        """As high as a phone, or a desk's screen."""
        return 760 if self.width < 600 else 800

    def __str__(self) -> str:
        """Its name in file names."""
        return f"{self.width}-{'contrast' if self.contrast == 'more' else self.scheme}"


LIGHTS = [
    light
    for width in (360, 1280)
    for light in (Light(width), Light(width, "dark"), Light(width, contrast="more"))
]
NARROWEST = Light(320)
ZOOMED = ViewportSize(width=320, height=256)
"""What 400 % leaves of a screen of 1280 by 1024 (WCAG 2.2, 1.4.10)."""
TWO_LIGHTS = [Light(360), Light(1280, "dark")]
"""For pages that are made of the same parts as those seen in every light."""


class Screens:
    """Fresh browser profiles of one width and one kind of person."""

    def __init__(self, browser: Browser, address: str, width: int, **wishes: Any) -> None:
        """Open pages of the server at `address`."""
        self._browser, self._width = browser, width
        self._wishes = {
            "base_url": address,
            "viewport": {"width": width, "height": Light(width).height},
            "permissions": ["camera", "microphone"],
            "reduced_motion": "reduce",
            **wishes,
        }
        self._contexts: list[BrowserContext] = []
        self._complaints: list[str] = []

    async def new_page(self) -> Page:
        """Open a page in a profile of its own."""
        context = await self._browser.new_context(**self._wishes)
        context.set_default_timeout(PATIENCE_MS)
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

    def _said(self, message: ConsoleMessage) -> None:
        # Answers that refuse, and a line that a test has cut, are mentioned by the browser itself.
        if message.type == "error" and not re.search(REFUSED, message.text):
            self._complaints.append(message.text)


async def barriers(page: Page) -> list[str]:
    """What axe finds, as rule, place and reason."""
    # The debugger evaluates it, so that the page's content policy stays as people get it.
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(AXE)
    found = await page.evaluate("() => axe.run({resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in found["violations"]
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


OUT_OF_REACH = """() => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
  const modal = document.querySelector("dialog:modal");
  const name = (one) => `${one.tagName} ${(one.ariaLabel ?? one.textContent ?? "").trim().slice(0, 40)}`;
  const found = [];
  for (const one of (modal ?? document).querySelectorAll("a[href], button, input, textarea, select, summary")) {
    const { width, height } = one.getBoundingClientRect();
    if (!seen(one) || one.closest("[inert], .skip") || one.matches(":disabled") || Math.min(width, height) < 2) continue;
    one.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    const box = one.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
    const hit = top && (one.contains(top) || [...(one.labels ?? [])].some((label) => label.contains(top)));
    if (!hit) found.push(`under ${top ? name(top) : "the edge"}: ${name(one)}`);
    if (box.left < -1 || box.right > innerWidth + 1) found.push(`beside the screen: ${name(one)}`);
  }
  for (const one of (modal ?? document.body).querySelectorAll("*")) {
    const { overflowX, overflowY, textOverflow } = getComputedStyle(one);
    if (!seen(one) || one.clientWidth < 2 || one.matches("video, input, textarea, svg, .tile, .tile *")) continue;
    const hidden = (way) => way === "hidden" || way === "clip";
    const wide = hidden(overflowX) && one.scrollWidth > one.clientWidth + 1 && textOverflow !== "ellipsis";
    const high = hidden(overflowY) && one.scrollHeight > one.clientHeight + 1;
    if ((wide || high) && one.textContent.trim()) found.push(`cut: ${one.className} ${name(one)}`);
  }
  scrollTo(0, 0);
  return found;
}"""  # noqa: E501


async def out_of_reach(page: Page) -> list[str]:
    """Controls that cannot be scrolled to, or lie under others, and texts that are cut."""
    found: list[str] = await page.evaluate(OUT_OF_REACH)
    return found


async def keep(page: Page, name: str, light: Light) -> None:
    """Keep a picture of the page in the folder that ROUNDS_SHOTS names."""
    if shots := os.environ.get("ROUNDS_SHOTS"):
        await page.screenshot(path=Path(shots) / f"{name}-{light}.png", full_page=True)


async def faults_in_every_light(
    page: Page, name: str, lights: Sequence[Light] = LIGHTS
) -> list[str]:
    """Barriers and cut-off sides of a page on every screen, and a picture of each if wanted."""
    faults = []
    for light in lights:
        await light.fall_on(page)
        await keep(page, name, light)
        found = [*await barriers(page), *await cut_off(page)]
        faults += [f"{light}: {fault}" for fault in found]
    await NARROWEST.fall_on(page)
    faults += [f"{NARROWEST}: {fault}" for fault in await cut_off(page)]
    if await page.locator("body.patient").count():
        await page.set_viewport_size(ZOOMED)
        await keep(page, f"{name}-zoomed", NARROWEST)
        found = [*await cut_off(page), *await out_of_reach(page)]
        faults += [f"at 400 %: {fault}" for fault in found]
    await LIGHTS[-1].fall_on(page)
    return faults
