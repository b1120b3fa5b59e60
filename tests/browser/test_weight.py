"""What a guest's phone has to fetch, as it travels, and from where."""

import pytest
from playwright.async_api import Request

from tests.browser.coded import GP, PATIENT
from tests.browser.meeting import Meeting
from tests.measured import Measured

pytestmark = pytest.mark.asyncio(loop_scope="module")

JOIN_PAGE, WITH_CALL = 250_000, 600_000
"""Bytes of pages, styles, code and everything else, compressed as sent."""


async def weigh(requests: list[Request]) -> int:
    """Bytes of all answers, heads left out."""
    return sum([(await request.sizes())["responseBodySize"] for request in requests])


async def test_pages_are_light_and_come_from_us_alone(meeting: Meeting, measured: Measured) -> None:
    gp = await meeting.gp()
    patient = await meeting.sits_down(PATIENT)
    finished: list[Request] = []
    patient.page.on("requestfinished", lambda request: finished.append(request))
    await patient.page.goto(meeting.url(PATIENT))
    await patient.button("Start check-in").wait_for()
    await patient.page.wait_for_load_state("load")
    join = await weigh(finished)
    measured("bytes of the join page", join)
    assert join < JOIN_PAGE

    await patient.button("Start check-in").click()
    await patient.page.wait_for_url("**/j/*")
    await patient.skip_checks()
    await gp.admit(PATIENT)
    await patient.receives(GP)
    everything = await weigh(finished)
    measured("bytes from the link to the call", everything)
    assert everything < WITH_CALL
    hosts = {request.url.split("/")[2] for request in finished}
    assert hosts == {meeting.clinic.address.split("/")[2]}
    assert not [request.url for request in finished if "t=" in request.url]
