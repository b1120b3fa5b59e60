"""A visit ends by the keyboard: decided, published, read on the same phone, and gone in a week."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.keys import Keyboard
from tests.browser.person import DESK, PHONE, SENSES
from tests.browser.states import check_in
from tests.browser.ways import in_sight
from tests.making.ended import end_visit
from tests.making.house import House
from tests.making.visits import MadeVisit, make_visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = "You walk ten minutes each day."
DEVICES = ["camera", "microphone"]


async def at_desk(house: House, chromium: Browser, visit: MadeVisit) -> Page:
    """The GP's console, by a session that stands already."""
    signed_in = await house.signed_in(visit.gp)
    context = await chromium.new_context(base_url=house.address, viewport=DESK, permissions=DEVICES)
    await context.add_init_script(SENSES)
    await context.add_cookies(
        [{"name": one.key, "value": one.value, "url": house.address} for one in signed_in.jar]
    )
    page = await context.new_page()
    await page.goto(f"/visits/{visit.id}")
    await in_sight(page, "[data-part=stage] video").wait_for()
    return page


async def on_phone(house: House, chromium: Browser, visit: MadeVisit) -> Page:
    """The patient waits."""
    context = await chromium.new_context(
        base_url=house.address, viewport=PHONE, permissions=DEVICES
    )
    await context.add_init_script(SENSES)
    page = await context.new_page()
    await check_in(page, f"/j#t={visit.link(visit.patient).token}")
    return page


async def end_by_keyboard(keys: Keyboard) -> None:
    """From the call to its end."""
    await keys.page.get_by_role("button", name="Leave", exact=True).focus()
    await keys.press("Enter")
    await keys.reach("End visit for everyone")
    await keys.press("Enter")
    await in_sight(keys.page, "[data-ended]").wait_for()


async def test_from_the_end_to_the_last_day(house: House, chromium: Browser) -> None:
    visit = await make_visit(house.units, relatives=0)
    gp, phone = await at_desk(house, chromium, visit), await on_phone(house, chromium, visit)
    keys = Keyboard(gp)
    await in_sight(gp, "[data-door-list] [data-admit]").wait_for()
    await keys.press("a")
    await in_sight(phone, "[data-part=others] video").wait_for()
    await end_by_keyboard(keys)

    # The patient is told honestly that nothing is written yet.
    await expect(phone.get_by_text("Your clinician is still writing")).to_be_visible()

    # One decision, and words for the patient.
    await keys.reach("Next visit")
    await keys.press("Enter")
    await keys.reach("Who does it")
    await keys.write(visit.gp.name.split()[0])
    await expect(gp.get_by_role("textbox", name="Next step")).to_have_value("Next visit")
    await keys.reach("Decide")
    await keys.press("Enter")
    await expect(gp.get_by_text(f"Decided by {visit.gp.name}")).to_be_visible()
    await keys.reach("For the patient: what we agreed if you like")
    await keys.write(WORDS)
    await keys.reach("See what the patient will read")
    await keys.press("Enter")
    preview = gp.get_by_role("dialog", name="The patient will read this")
    await expect(preview.get_by_text(WORDS)).to_be_visible()
    assert (await keys.is_kept()).name == "Not yet"
    await expect(phone.get_by_text(WORDS)).to_have_count(0)
    await keys.reach("Let them read it", key="Shift+Tab")
    await keys.press("Enter")
    await expect(gp.get_by_text("can read it since")).to_be_visible()
    await expect(preview).to_be_hidden()

    # It comes by itself to whoever looks at the page again, and is there after a reload.
    await phone.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    await expect(phone.get_by_text(WORDS)).to_be_visible()
    await phone.reload()
    await expect(phone.get_by_text(WORDS)).to_be_visible()
    danger = phone.get_by_role("region", name="If you are in danger")
    await expect(danger.get_by_text("999")).to_be_visible()
    await expect(phone.locator("[data-agreed-waiting]")).to_be_hidden()

    house.pass_time(days=7, minutes=1)
    await phone.reload()
    await expect(phone.get_by_role("heading", level=1)).to_have_text(
        "There is nothing to read here now"
    )
    await expect(phone.get_by_role("link", name="020 7946 0321").first).to_be_visible()
    await expect(phone.get_by_text(WORDS)).to_have_count(0)
    await phone.context.close()
    await gp.context.close()


async def test_what_is_typed_before_the_scripts_run_is_kept(
    house: House, chromium: Browser
) -> None:
    visit = await make_visit(house.units, relatives=0)
    await end_visit(house.units, visit)
    signed_in = await house.signed_in(visit.gp)
    context = await chromium.new_context(base_url=house.address, viewport=DESK)
    await context.add_cookies(
        [{"name": one.key, "value": one.value, "url": house.address} for one in signed_in.jar]
    )
    page, arrives = await context.new_page(), asyncio.Event()

    async def slowly(route: Route) -> None:
        await arrives.wait()
        await route.continue_()

    await page.route(re.compile(r"/visits/summary\.\S*js"), slowly)
    await page.goto(f"/visits/{visit.id}/summary", wait_until="commit")
    words = page.locator("[name=agreed]")
    await words.fill(WORDS)
    assert await page.locator("[data-summary-state]").inner_text() == ""  # nothing runs yet
    arrives.set()
    await expect(page.locator("[data-summary-state]")).to_have_text("Saved")
    await expect(words).to_have_value(WORDS)
    await page.reload()
    await expect(words).to_have_value(WORDS)
    await context.close()
