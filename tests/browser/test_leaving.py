"""An open page about a patient leaves by itself when its reader may not see it any more."""

import pytest
from playwright.async_api import Browser, expect

from tests.making.consent import keep_out, visit_with_team_of_two
from tests.making.house import House
from tests.making.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

GONE_WITHIN_MS = 3000
"""Three times the promised second."""


async def test_a_page_leaves_when_its_reader_is_kept_out(house: House, chromium: Browser) -> None:
    visit = await visit_with_team_of_two(house.units)
    signed_in = await house.signed_in(visit.team[1])
    context = await chromium.new_context(base_url=house.address)
    await context.add_cookies(
        [{"name": one.key, "value": one.value, "url": house.address} for one in signed_in.jar]
    )
    page = await context.new_page()
    await page.goto(f"/patients/{visit.patient.id}/consents")
    await expect(page.get_by_role("heading", level=1, name="Consent")).to_be_visible()
    listening = house.sockets.namespace_handlers["/me"].connections
    await eventually(lambda: listening)
    await keep_out(house.units, visit.patient, visit.team[1])
    await expect(page.get_by_text(visit.patient.name)).to_have_count(0, timeout=GONE_WITHIN_MS)
    await expect(page.get_by_role("heading", level=1)).not_to_have_text("Consent")
    await context.close()
