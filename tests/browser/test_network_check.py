"""An administrator's browser tries the way in, and says what it does not reach."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.clinic import DemoClinic
from tests.browser.looking import Screens
from tests.browser.paths import as_role
from tests.making.ground import free_port
from tests.making.relay import peer_address, relaying

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DemoClinic]:
    """A clinic with a relay whose certificate no browser trusts."""
    folder = tmp_path_factory.mktemp("reach")
    with relaying(folder / "relay", [peer_address()], relay_ip=peer_address()) as coturn:
        clinic = DemoClinic(
            folder / "clinic", folder / "log.jsonl",
            ROUNDS_MEDIA_ADDRESSES=peer_address(), ROUNDS_MEDIA_TCP_PORT=str(free_port()),
            ROUNDS_TURN_URLS=coturn.urls, ROUNDS_TURN_SECRET_FILE=str(coturn.secret_file),
        )  # fmt: skip
        await clinic.start()
        yield clinic
        await clinic.stop()


async def test_each_way_is_tried_and_the_closed_one_is_named(
    served: DemoClinic, chromium: Browser
) -> None:
    screens = Screens(chromium, served.address, 1280)
    page = await as_role(screens.new_page, await served.links(), "admin")
    await page.goto("/admin/network")
    await page.locator("[data-try]").click()
    lines = page.locator("[data-found] > li")
    await expect(lines.last).to_have_attribute("data-state", "failed", timeout=60_000)
    found = [
        (await line.locator("[data-title]").inner_text(), await line.get_attribute("data-state"))
        for line in await lines.all()
    ]
    assert found == [
        ("Clock of this device", "well"),
        ("Lasting connection for signals", "well"),
        ("Sound and picture by UDP", "well"),
        ("Sound and picture by TCP", "well"),
        ("Relay by UDP", "well"),
        ("Relay by TCP", "well"),
        ("Relay by TLS", "failed"),
    ]
    await expect(page.locator("[data-browser] [role=status]")).to_contain_text("1 step is closed")
    await expect(page.locator("[data-report]")).to_contain_text("- Relay by TLS: ")
    assert screens.complaints() == []
    await screens.close()
    assert served.faults == []
