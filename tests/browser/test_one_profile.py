"""The newcomer's way: GP and patient in two windows of one browser do not disturb each other."""

import json

import pytest
from playwright.async_api import expect

from tests.browser.coded import GP, PATIENT, Coded
from tests.browser.meeting import Meeting
from tests.browser.person import Person

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def second_window(first: Person, coded: Coded) -> Person:
    """Another window of the same profile; whoever sits at it uses the same camera."""
    window = Person(coded, first.context, await first.context.new_page())
    window.watch(window.page)
    return window


async def test_two_windows_of_one_profile(meeting: Meeting) -> None:
    gp = await meeting.gp()
    patient = await second_window(gp, PATIENT)
    meeting.people.append(patient)
    await patient.wait_for_visit(meeting.url(PATIENT))
    await gp.admit(PATIENT)
    await meeting.all_receive(gp, patient)

    # What one chooses is not the other's choice.
    await patient.button("Mute").click()
    await patient.button("Unmute").wait_for()
    assert await gp.button("Mute").is_visible()
    await gp.tile(PATIENT).get_by_role("img", name="Muted").wait_for()

    for window, other in ((patient, gp), (gp, patient)):
        await window.page.reload()
        await meeting.all_receive(window, other)
    await patient.button("Unmute").wait_for()
    assert await gp.button("Mute").is_visible()

    # Nor does leaving end the other's session.
    await patient.button("Leave").click()
    await patient.button("Join again").wait_for()
    await gp.has_beside()
    await gp.page.goto(meeting.clinic.address + "/today")
    await expect(gp.page.locator("[data-day] [data-visit]").first).to_be_visible()
    await patient.button("Join again").click()
    await patient.tile(PATIENT).wait_for()
    await gp.open_console(meeting.visit)
    await meeting.all_receive(gp, patient)


async def test_storage_and_addresses_name_nobody(meeting: Meeting) -> None:
    gp = await meeting.gp()
    patient = await second_window(gp, PATIENT)
    meeting.people.append(patient)
    addresses: list[str] = []
    for person in (gp, patient):
        person.page.on("framenavigated", lambda frame: addresses.append(frame.url))
        person.page.on("request", lambda request: addresses.append(request.url))
    await patient.wait_for_visit(meeting.url(PATIENT))
    await gp.admit(PATIENT)
    await meeting.all_receive(gp, patient)
    await gp.page.reload()
    await meeting.all_receive(gp, patient)
    kept = json.dumps(
        [
            await gp.context.storage_state(indexed_db=True),
            *[
                await person.page.evaluate("() => ({...sessionStorage, title: history.state})")
                for person in (gp, patient)
            ],
        ]
    )
    words = ("mara", "lindqvist", "amara", "osei", "1991", "HS-2214", "therapy")
    for word in words:
        assert word.lower() not in kept.lower()
        named = [url for url in addresses if word.lower() in url.lower()]
        assert [url for url in named if "/img/people/" not in url] == []
    assert all(url.startswith((meeting.clinic.address, "blob:")) for url in addresses if url)
    cookies = await gp.context.cookies()
    assert len({cookie.get("name") for cookie in cookies}) == len(cookies) == 2
    assert all(cookie.get("httpOnly") for cookie in cookies)
    # Nothing in the address bar that would lead anyone else in.
    assert "#" not in patient.page.url
    assert GP.name not in patient.page.url
