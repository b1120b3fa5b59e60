"""A clinic whose media can only be reached over the lines of a test."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import async_playwright

from tests.browser.clinic import DemoClinic
from tests.browser.coded import Coded, write_camera
from tests.browser.meeting import Browsers
from tests.browser.person import Speak
from tests.media.impairment.relay import INSIDE
from tests.media.impairment.symbols import write_voice


@contextlib.asynccontextmanager
async def serving_behind_lines(folder: Path) -> AsyncIterator[DemoClinic]:
    """Run a server that tells browsers the address of a relay instead of its own."""
    served = DemoClinic(
        folder / "clinic", folder / "log.jsonl",
        ROUNDS_MEDIA_HOST=INSIDE, ROUNDS_MEDIA_ADDRESSES="127.0.0.1",
    )  # fmt: skip
    await served.start()
    yield served
    await served.stop()


@contextlib.asynccontextmanager
async def speaking_browsers(media: Path, film: Speak = write_camera) -> AsyncIterator[Browsers]:
    """Open one Chromium for each person; all speak in coded tones, cameras see `film`."""
    async with async_playwright() as playwright:
        opened = Browsers(playwright, media, _speak, film)
        yield opened
        await opened.close()


def _speak(path: Path, _: Coded) -> Path:
    return write_voice(path)
