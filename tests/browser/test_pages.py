"""Every page on a phone and at a desk: accessible, inside its width, without a broken policy."""

import json
import os

import pytest
from playwright.async_api import Browser, Page

from tests.browser.clinic import DemoClinic
from tests.browser.ways import WAYS, open_context
from tests.house.sources import ROOT

AXE = (ROOT / "static/node_modules/axe-core/axe.min.js").read_text()
SHOTS = ROOT / "tests/shots"


async def serious_findings(page: Page) -> list[str]:
    """What axe calls serious or critical, as rule and place."""
    # Evaluated in the page by the debugger: the content policy stays as it is for people.
    await page.evaluate(AXE)
    found = await page.evaluate("() => axe.run({resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


async def wider_than_the_screen(page: Page) -> list[str]:
    """Elements that make the page scroll sideways."""
    found: list[str] = await page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.scrollingElement.scrollWidth <= width) return [];
          return [...document.querySelectorAll("body *")]
            .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > width + 1)
            .map((one) => `${one.tagName}.${one.className}`);
        }"""
    )
    return found


def listen(page: Page) -> list[str]:
    """Collect what the page complains about: errors, and breaches of its content policy."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type == "error" else None,
    )
    return complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_pages(width: int, scheme: str, chromium: Browser, clinic: DemoClinic) -> None:
    faults: dict[str, list[str]] = {}
    for name, way in WAYS.items():
        links = await clinic.links("--fresh")
        context = await open_context(chromium, width, color_scheme=scheme, base_url=clinic.address)
        page = await context.new_page()
        complaints = listen(page)
        await way(page, links)
        if os.environ.get("ROUNDS_SHOTS"):
            await page.screenshot(path=SHOTS / f"{name}-{width}-{scheme}.png", full_page=True)
        expected = ["404"] if name == "refusal" else []
        faults[name] = [
            *await serious_findings(page),
            *await wider_than_the_screen(page),
            *(one for one in complaints if not any(word in one for word in expected)),
        ]
        await context.close()
    assert json.dumps({name: found for name, found in faults.items() if found}, indent=2) == "{}"
