"""Every page, on a phone and at a desk, light and dark: no barrier, nothing cut off, no error."""

import json

import pytest
from playwright.async_api import Browser

from tests.browser.clinic import DemoClinic
from tests.browser.looking import Screens, barriers, cut_off
from tests.browser.ways import WALKS


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_pages(width: int, scheme: str, chromium: Browser, clinic: DemoClinic) -> None:
    links = await clinic.links()
    screens = Screens(chromium, clinic.address, width, color_scheme=scheme)
    faults: dict[str, list[str]] = {}
    for walk in WALKS:
        async for name, page in walk(screens.new_page, links):
            await screens.keep(name, page)
            faults[name] = [
                *await barriers(page),
                *await cut_off(page),
                *screens.complaints(),
            ]
    await screens.close()
    assert json.dumps({name: found for name, found in faults.items() if found}, indent=2) == "{}"
