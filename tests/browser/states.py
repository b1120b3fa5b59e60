"""Walks into the states that a good day does not show: denied, locked, lost, in conflict."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from playwright.async_api import Page

from tests.browser.clinic import DemoClinic
from tests.browser.ways import in_sight, person_url

NewPage = Callable[[], Awaitable[Page]]
Steps = AsyncIterator[tuple[str, Page]]


async def check_in(page: Page, url: str) -> None:
    """From a link into the waiting room, every check skipped."""
    await page.goto(url)
    await in_sight(page, "[data-view=ready] button[type=submit]").click()
    await page.wait_for_url("**/j/*")
    while True:
        await in_sight(page, "[data-act=skip], [data-view=waiting] h1").wait_for()
        if await page.locator("[data-view=waiting] h1").is_visible():
            return
        card = await in_sight(page, "[data-card]").get_attribute("data-card")
        await in_sight(page, "[data-act=skip]").click()
        await page.locator(f"[data-card={card}]").wait_for(state="hidden")


async def console(page: Page, links: dict[str, Any], visit: str) -> None:
    """From the sign-in link into the visit."""
    await page.goto(person_url(links, "gp"))
    await in_sight(page, "[data-day] [data-visit]").wait_for()
    await page.goto(f"/visits/{visit}")
    await in_sight(page, "[data-part=stage] video").wait_for()


async def doorstep(new_page: NewPage, clinic: DemoClinic) -> Steps:
    """Two guests wait, one is denied; one is let in, sent back, leaves, loses the line."""
    links = await clinic.fresh_visit()
    visit = links["visits"][0]
    gp, patient, sister = await new_page(), await new_page(), await new_page()
    await console(gp, links, visit["id"])
    yield "console-alone", gp
    await check_in(patient, visit["patient_url"])
    await check_in(sister, visit["relative_url"])
    await gp.locator("[data-door-list] [data-admit]").nth(1).wait_for()
    yield "console-two-waiting", gp
    day = await gp.context.new_page()
    await day.goto("/today")
    await in_sight(day, "[data-day] [data-visit] .btn--main").wait_for()
    yield "today-waiting", day
    await day.close()

    await gp.locator("[data-door-list] [data-deny]").nth(1).click()
    await in_sight(sister, "[data-view=denied]").wait_for()
    yield "denied", sister
    await gp.locator("[data-door-list] [data-admit]").first.click()
    await in_sight(patient, "[data-part=others] video").wait_for()
    await in_sight(gp, "[data-send-back]").click()
    await in_sight(patient, "[data-part=sent-back]").wait_for()
    yield "sent-back", patient
    await patient.context.set_offline(True)
    await in_sight(patient, "[data-part=lost]").wait_for()
    yield "waiting-lost", patient
    await patient.context.set_offline(False)
    await patient.locator("[data-part=lost]").wait_for(state="hidden")
    await gp.locator("[data-door-list] [data-admit]").first.click()
    await in_sight(patient, "[data-control=leave]").click()
    await in_sight(patient, "[data-view=left]").wait_for()
    yield "left", patient
    await in_sight(gp, "[data-control=leave]").click()
    await in_sight(gp, "[data-control=leave-now]").click()
    await in_sight(gp, "[data-away-view]").wait_for()
    yield "console-left", gp


async def links_and_pins(new_page: NewPage, clinic: DemoClinic) -> Steps:
    """A PIN asked for, wrong and locked; a link opened twice, replaced, taken back."""
    links = await clinic.fresh_visit()
    with_pin, url, pin = await clinic.visit_with_pin()
    patient = await new_page()
    await patient.goto(url)
    await in_sight(patient, "#pin").wait_for()
    yield "pin", patient
    for step in range(5):
        await patient.locator("#pin").fill(f"{(int(pin) + step + 1) % 1_000_000:06d}")
        async with patient.expect_response("**/j/redeem"):
            await in_sight(patient, "[data-view=ready] button[type=submit]").click()
        if step == 0:
            await in_sight(patient, "#pin-error").wait_for()
            yield "pin-wrong", patient
    await in_sight(patient, "[data-view=locked]").wait_for()
    yield "pin-locked", patient

    gp = await new_page()
    await console(gp, links, with_pin)
    await in_sight(gp, "[data-coming] [data-reissue]").wait_for()
    yield "console-coming", gp
    await in_sight(gp, "[data-keys]").click()
    yield "console-keys", gp
    await gp.keyboard.press("Escape")
    await in_sight(gp, "[data-coming] [data-reissue]").click()
    await in_sight(gp, "dialog#newlink").wait_for()
    yield "console-new-link", gp
    await in_sight(gp, "dialog#newlink [data-close]").click()
    await in_sight(gp, "[data-coming] [data-revoke-ask]").click()
    await in_sight(gp, "dialog#revoke").wait_for()
    yield "console-revoke", gp
    await gp.keyboard.press("Escape")

    first, second = await new_page(), await new_page()
    await check_in(first, links["visits"][0]["patient_url"])
    await second.goto(links["visits"][0]["patient_url"])
    await in_sight(second, "[data-view=ready] button[type=submit]").click()
    await in_sight(second, "[data-view=elsewhere]").wait_for()
    yield "elsewhere", second
    await second.goto(links["visits"][1]["patient_url"][:-5] + "wrong")
    await second.reload()
    await in_sight(second, "[data-view=over]").wait_for()
    yield "over", second


async def notes_and_devices(new_page: NewPage, clinic: DemoClinic) -> Steps:
    """Two writers of one note; a camera that may not be used; an early trial; no connection."""
    links = await clinic.fresh_visit()
    visit = links["visits"][0]
    one = await new_page()
    await console(one, links, visit["id"])
    other = await one.context.new_page()
    await other.goto(one.url)
    await one.locator("#note").fill("Sleeps better.")
    await one.locator("[data-note-state][data-now=saved]").wait_for()
    await other.locator("#note").fill("Wants to see Jonas.")
    await in_sight(other, "[data-note-conflict]").wait_for()
    yield "console-note-conflict", other
    await other.locator("[data-note-mine]").click()
    await other.locator("[data-note-state][data-now=saved]").wait_for()
    await other.close()

    guest = await new_page()
    # The switch that answers Chromium's question for us cannot say no; the page hears it so.
    await guest.add_init_script(
        """navigator.permissions.query = async () => ({state: "prompt"});
        navigator.mediaDevices.getUserMedia = async () => {
          throw new DOMException("", "NotAllowedError");
        };"""
    )
    await guest.goto(links["visits"][0]["patient_url"])
    await in_sight(guest, "[data-view=ready] button[type=submit]").click()
    await in_sight(guest, "[data-card=ask] [data-act=allow]").click()
    await in_sight(guest, "[data-card=help]").wait_for()
    yield "check-in-help", guest

    early = await new_page()
    await early.goto(next(one["patient_url"] for one in links["visits"] if one["pin"]))
    await in_sight(early, "[data-view=early] [data-act=try]").click()
    for _ in range(3):
        await in_sight(early, "[data-act=skip], [data-view=tried]").wait_for()
        if await early.locator("[data-act=skip]").locator("visible=true").count():
            await in_sight(early, "[data-act=skip]").click()
    await in_sight(early, "[data-view=tried]").wait_for()
    yield "early-tried", early
    await early.goto("/j")
    await in_sight(early, "[data-view=nolink] #link").fill("not a link")
    await in_sight(early, "[data-view=nolink] button[type=submit]").click()
    await in_sight(early, "[data-part=paste-error]").wait_for()
    yield "join-wrong-link", early
    await early.locator("#link").fill(visit["patient_url"])
    await early.context.set_offline(True)
    await in_sight(early, "[data-view=nolink] button[type=submit]").click()
    await in_sight(early, "[data-view=trouble]").wait_for()
    yield "join-trouble", early


State = Callable[[NewPage, DemoClinic], Steps]
STATES: tuple[State, ...] = (doorstep, links_and_pins, notes_and_devices)
