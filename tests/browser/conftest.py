"""Chromium with made-up devices, and a demo clinic to visit."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.clinic import DemoClinic
from tests.browser.meeting import CHROMIUM, SWITCHES, Browsers, Meeting
from tests.browser.patience import PATIENCE_MS
from tests.browser.table import Table

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """A browser with the camera and microphone that Chromium makes up itself."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def practice(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DemoClinic]:
    """One server for all tests of a module; each test has a visit of its own in it."""
    folder = tmp_path_factory.mktemp("practice")
    served = DemoClinic(folder / "clinic", folder / "log.jsonl")
    await served.start()
    yield served
    await served.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browsers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browsers]:
    """One Chromium for each person, with a colour and a tone, for all tests of a module."""
    async with async_playwright() as playwright:
        opened = Browsers(playwright, tmp_path_factory.mktemp("media"))
        yield opened
        await opened.close()


@pytest_asyncio.fixture(loop_scope="module")
async def meeting(
    request: pytest.FixtureRequest, practice: DemoClinic, browsers: Browsers
) -> AsyncIterator[Meeting]:
    """A visit nobody has opened yet; its test fails if a page or the server complains.

    Where ROUNDS_SHOTS names a folder, it gets a picture of how each page looked at the end.
    """
    planned = Meeting(practice, browsers, await practice.fresh_visit())
    yield planned
    if shots := os.environ.get("ROUNDS_SHOTS"):
        await planned.photograph(Path(shots), request.node.name)
    await planned.close()
    assert planned.faults == []


@pytest_asyncio.fixture(loop_scope="module")
async def table(chromium: Browser, practice: DemoClinic) -> AsyncIterator[Table]:
    """A table that fails its test when a page broke."""
    set_up = Table(chromium, practice)
    yield set_up
    for context in set_up.contexts:
        await context.close()
    assert set_up.faults == []
