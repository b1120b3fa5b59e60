"""A call as a clinic has it: HTTPS by the real proxy before the server, media beside it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from rounds.kernel.config import Settings
from tests.browser.clinic import DemoClinic
from tests.browser.coded import GP, PATIENT, Coded
from tests.browser.meeting import CHROMIUM, SWITCHES, Browsers, Meeting
from tests.browser.person import open_browser
from tests.deploy.site import NAME, Site, certificate, proxy, settings
from tests.making.ground import free_port

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]


class BrowsersThatFindIt(Browsers):
    """Browsers for whom the clinic's name leads to this machine."""

    async def of(self, coded: Coded) -> Browser:
        """This person's browser."""
        if coded.role not in self._open:
            leads_here = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
            self._open[coded.role] = await open_browser(
                self._playwright, CHROMIUM, [*SWITCHES, leads_here], coded, self._media
            )
        return self._open[coded.role]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def meeting(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Meeting]:
    """A visit in a clinic that is told what docker-compose.yml and the unit tell it."""
    folder: Path = tmp_path_factory.mktemp("behind")
    chain, key = certificate(folder)
    site = Site(free_port(), free_port(), chain, folder / "proxy.log")
    wishes = {"ROUNDS_PUBLIC_URL": site.origin, "ROUNDS_TRUSTED_PROXIES": "127.0.0.1"}
    clinic = DemoClinic(folder / "clinic", folder / "log.jsonl", **wishes)
    clinic.settings = Settings(port=clinic.port, data=folder / "clinic", public_url=site.origin)
    told = settings(
        folder, site.port, site.plain_port, CERTIFICATE="file", CERTIFICATE_FILE=str(chain),
        CERTIFICATE_KEY=str(key), ROUNDS_PORT=str(clinic.port),
    )  # fmt: skip
    await clinic.start()
    try:
        async with async_playwright() as playwright:
            browsers = BrowsersThatFindIt(playwright, tmp_path_factory.mktemp("media"))
            with proxy(site, told):
                yield Meeting(clinic, browsers, await clinic.fresh_visit())
                await browsers.close()
    finally:
        await clinic.stop()


async def test_they_meet(meeting: Meeting) -> None:
    patient = await meeting.guest(PATIENT, ignore_https_errors=True)
    gp = await meeting.gp(ignore_https_errors=True)
    await gp.admit(PATIENT)
    await patient.receives(GP)
    await gp.receives(PATIENT)
    cookies = await patient.context.cookies()
    assert cookies
    assert all(cookie["secure"] and cookie["name"].startswith("__Host-") for cookie in cookies)
    assert [*patient.faults, *gp.faults, *meeting.clinic.faults] == []
