"""How soon the page behind a link is there, on a telephone's narrow line."""

import statistics

import pytest
from playwright.async_api import Browser

from tests.browser.clinic import DemoClinic
from tests.browser.person import PHONE
from tests.measured import Measured

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]

FIRST_PAINT = 3.0
"""Seconds, three times the promised one."""
READY = 6.0
"""Seconds until the button that begins the check-in can be pressed: three times two."""
LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
"""1.6 Mbit/s and 150 ms there and back, as Chromium's own tools slow a line down."""
PAINTED = """() => new Promise((done) => {
  new PerformanceObserver((list) => {
    const first = list.getEntriesByName("first-contentful-paint")[0];
    if (first) done(first.startTime);
  }).observe({ type: "paint", buffered: true });
})"""
OPENINGS = 3


async def opened(chromium: Browser, url: str) -> tuple[float, float]:
    """Seconds until something can be read, and until one can go on, with nothing remembered."""
    context = await chromium.new_context(viewport=PHONE, device_scale_factor=2)
    page = await context.new_page()
    debugger = await context.new_cdp_session(page)
    await debugger.send("Network.enable")
    await debugger.send("Network.emulateNetworkConditions", LINE)
    await page.goto(url, wait_until="commit")
    painted: float = await page.evaluate(PAINTED)
    await page.get_by_role("button", name="Start check-in").wait_for()
    ready: float = await page.evaluate("() => performance.now()")
    await context.close()
    return painted / 1000, ready / 1000


async def test_the_page_behind_a_link_is_there_at_once(
    chromium: Browser, practice: DemoClinic, measured: Measured
) -> None:
    links = await practice.fresh_visit()
    times = [await opened(chromium, links["visits"][0]["patient_url"]) for _ in range(OPENINGS)]
    painted, ready = (statistics.median(column) for column in zip(*times, strict=True))
    measured("seconds to the first paint of the page behind a link", round(painted, 2))
    measured("seconds to the button that begins the check-in", round(ready, 2))
    assert painted < FIRST_PAINT
    assert ready < READY
