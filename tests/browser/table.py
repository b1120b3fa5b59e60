"""People around one plan: the GP, the therapist and the patient, each at a window of their own."""

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from rounds.accounts.cookies import home_cookie
from rounds.accounts.session import open_home_session
from rounds.kernel.actor import SYSTEM, Role
from rounds.people.queries import clinics, patients_of
from rounds.resources import lay_foundation
from tests.browser.clinic import DemoClinic
from tests.browser.patience import PATIENCE_MS
from tests.browser.person import DESK, PHONE


class Table:
    """The GP, the therapist and the patient, each with the plan open."""

    def __init__(self, chromium: Browser, clinic: DemoClinic) -> None:
        """Open windows of `chromium` on `clinic`."""
        self.chromium, self.clinic = chromium, clinic
        self.contexts: list[BrowserContext] = []
        self.faults: list[str] = []

    async def sit_down(self, role: str) -> Page:
        """Sign in by a link of the demo and open Mara's plan."""
        page = await self._window(DESK)
        people = (await self.clinic.links())["people"]
        await page.goto(next(one["url"] for one in people if one["role"] == role))
        await page.wait_for_url("**/today")
        await page.goto(f"{self.clinic.address}/patients")
        found = page.get_by_role("link", name="Mara Lindqvist").first
        return await self._open(page, f"{await found.get_attribute('href')}/plan")

    async def sit_down_at_home(self) -> Page:
        """Open Mara's own page of her plan on a telephone."""
        page = await self._window(PHONE)
        foundation = lay_foundation(self.clinic.settings)
        try:
            async with foundation.units(SYSTEM) as unit:
                clinic = (await clinics(unit.session))[0]
                mara, _ = (await patients_of(unit.session, clinic.id))[0]
                token = await open_home_session(unit, mara, Role.PATIENT, None, "a browser")
        finally:
            await foundation.close()
        cookie = {"name": home_cookie(self.clinic.settings), "value": token}
        await page.context.add_cookies([{**cookie, "url": self.clinic.address}])  # type: ignore[typeddict-item]
        return await self._open(page, "/my/plan")

    async def _window(self, size: ViewportSize) -> Page:
        context = await self.chromium.new_context(viewport=size)
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        return page

    async def _open(self, page: Page, path: str) -> Page:
        await page.goto(f"{self.clinic.address}{path}")
        await expect(page.get_by_role("region", name="Care plan", exact=True)).to_be_visible()
        return page
