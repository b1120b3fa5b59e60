"""A browser that plays no sound before its page is touched, and lends no cookie to others."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect

from tests.browser.coded import GP, PATIENT
from tests.browser.meeting import CHROMIUM, SWITCHES, Browsers, Meeting
from tests.browser.telephone import open_again

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]

STRICT = [
    *(one for one in SWITCHES if not one.startswith("--autoplay-policy")),
    "--autoplay-policy=document-user-activation-required",
    "--test-third-party-cookie-phaseout",
]


OFFERED = """new Promise((done) => {
  const look = () => {
    if (document.querySelector("[data-control=sound]:not([hidden])")) done();
    else setTimeout(look, 50);
  };
  look();
})"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browsers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browsers]:
    """Browsers as strict about sound and cookies as Safari is."""
    async with async_playwright() as playwright:
        opened = Browsers(playwright, tmp_path_factory.mktemp("media"), switches=STRICT)
        opened.at[PATIENT.role] = (CHROMIUM, [])
        yield opened
        await opened.close()


async def test_sound_waits_for_a_touch_where_the_browser_wants_one(meeting: Meeting) -> None:
    gp = await meeting.gp()
    # Whoever sends nothing gets no leave to play sound from that either.
    patient = await meeting.sits_down(PATIENT)
    await patient.come_to_check_in(meeting.url(PATIENT))
    await patient.button("Join without camera").click()
    await patient.button("Join without microphone").click()
    await patient.skip_checks()
    await gp.admit(PATIENT)
    await patient.tile(GP).wait_for()
    await patient.comes_to_hear({GP.name: {GP.tone}})

    # A page in a new window has not been touched: it says so, and one touch is enough.
    address = patient.page.url
    await patient.page.close()
    await open_again(patient, address)
    # Whatever Playwright asks of a page counts as a touch; the debugger itself looks on only.
    debugger = await patient.context.new_cdp_session(patient.page)
    await debugger.send("Runtime.evaluate", {"expression": OFFERED, "awaitPromise": True})
    sound = patient.button("Turn the sound on")
    await expect(sound).to_be_visible()
    assert await patient.hears() == {}
    await patient.sees(GP)
    await sound.click()
    await expect(sound).to_be_hidden()
    await patient.comes_to_hear({GP.name: {GP.tone}})

    kept = await patient.context.cookies()
    assert kept != []
    host = meeting.clinic.address.split("/")[2].partition(":")[0]
    assert {(one["domain"], one["sameSite"]) for one in kept} <= {(host, "Strict"), (host, "Lax")}
