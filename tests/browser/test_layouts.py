"""How people stand on the stage: by hand, remembered, still while somebody speaks."""

import asyncio
from functools import partial
from typing import Any

import pytest
from playwright.async_api import FloatRect, ViewportSize, expect

from tests.browser.coded import GP, PATIENT, SISTER, Coded
from tests.browser.looking import Light, barriers, cut_off, keep
from tests.browser.meeting import Meeting
from tests.browser.person import Person
from tests.making.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIDEWAYS = ViewportSize(width=740, height=360)


async def fits(person: Person) -> bool:
    """Whether nothing of the page is cut off."""
    return await cut_off(person.page) == []


async def place(person: Person, other: Coded) -> FloatRect:
    """Where somebody's tile stands."""
    box = await person.tile(other).bounding_box()
    assert box is not None
    return box


async def large_one(person: Person) -> str | None:
    """Return who stands large."""
    return await person.page.locator("[data-large-one]").get_attribute("aria-label")


async def overlaps(person: Person) -> list[list[str]]:
    """Pairs of other people's tiles that cover each other."""
    found: list[list[str]] = await person.page.evaluate(
        """() => {
          const tiles = [...document.querySelectorAll("[data-part=others] .tile")];
          const box = (tile) => tile.getBoundingClientRect();
          const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
            && a.top < b.bottom - 1 && b.top < a.bottom - 1;
          return tiles.flatMap((one, at) => tiles.slice(at + 1)
            .filter((other) => over(box(one), box(other)))
            .map((other) => [one.ariaLabel, other.ariaLabel]));
        }"""
    )
    return found


async def test_one_is_made_large_by_hand_and_nothing_jumps(meeting: Meeting) -> None:
    gp, patient, _ = await meeting.call_of_three()
    stage = gp.page.locator("[data-part=stage]")
    await expect(stage).to_have_attribute("data-layout", "side")
    # Both speak all the time, by turns: the tiles stay where they are.
    before = [await place(gp, one) for one in (PATIENT, SISTER)]
    for one in (PATIENT, SISTER):
        await gp.page.wait_for_function(
            "name => senses.tileOf(name).hasAttribute('data-speaks')",
            arg=one.name,
            polling=50,
        )
        assert [await place(gp, one) for one in (PATIENT, SISTER)] == before

    await gp.button(f"Make {SISTER.name} large").click()
    assert await large_one(gp) == SISTER.name
    large, small = await place(gp, SISTER), await place(gp, PATIENT)
    assert large["width"] > 2 * small["width"]
    assert await overlaps(gp) == []
    await gp.page.reload()
    await gp.receives(SISTER)
    await expect(stage).to_have_attribute("data-layout", "large")
    assert await large_one(gp) == SISTER.name

    # The patient's phone, upright and sideways, in each arrangement.
    for turned in (False, True):
        if turned:
            await patient.page.set_viewport_size(SIDEWAYS)
        for layout in ("side", "large"):
            await expect(patient.page.locator("[data-part=stage]")).to_have_attribute(
                "data-layout", layout
            )
            await eventually(partial(fits, patient))
            assert await overlaps(patient) == []
            for control in ("Mute", "Turn camera off", "Chat", "More", "Leave"):
                await expect(patient.button(control)).to_be_in_viewport(ratio=1)
            name = f"layout-{layout}-{'sideways' if turned else 'upright'}"
            await keep(patient.page, name, Light(360, "dark"))
            await patient.button("More").click()
            await expect(patient.button("Settings")).to_be_visible()
            await keep(patient.page, f"{name}-more", Light(360, "dark"))
            other = "One large, the others small" if layout == "side" else "Everybody the same size"
            await patient.page.locator("[data-control=layout]", has_text=other).click()
            await expect(patient.button("More")).to_be_focused()
    for light in (Light(1280), Light(360, "dark")):
        await light.fall_on(gp.page)
        await eventually(partial(fits, gp))
        await keep(gp.page, "layout-large-console", light)
    assert await barriers(gp.page) == []


async def test_the_own_picture_goes_to_any_corner_or_away(meeting: Meeting) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    await gp.admit(PATIENT)
    await meeting.all_receive(gp, patient)
    stage = patient.page.locator("[data-part=stage]")
    handle = patient.tile(PATIENT).get_by_role("button", name="Move your picture")
    await expect(stage).to_have_attribute("data-corner", "bottom-end")
    await handle.focus()
    for key, corner in (
        ("ArrowUp", "top-end"), ("ArrowLeft", "top-start"), ("Enter", "top-end"),
    ):  # fmt: skip
        await patient.page.keyboard.press(key)
        await expect(stage).to_have_attribute("data-corner", corner)
    own, room = await place(patient, PATIENT), await stage.bounding_box()
    assert room is not None
    mouse = patient.page.mouse
    await mouse.move(own["x"] + own["width"] / 2, own["y"] + own["height"] / 2)
    await mouse.down()
    await mouse.move(room["x"] + 60, room["y"] + room["height"] - 80, steps=4)
    await mouse.up()
    await expect(stage).to_have_attribute("data-corner", "bottom-start")
    await keep(patient.page, "corner-bottom-start", Light(360))
    assert await barriers(patient.page) == []

    await patient.button("More").click()
    await patient.button("Hide my own picture from me").click()
    await expect(patient.tile(PATIENT)).to_be_hidden()
    said = patient.page.get_by_text("Your own picture is hidden. The others still see you.")
    await expect(said).to_be_visible()
    await keep(patient.page, "selfless", Light(360))
    await gp.sees(PATIENT)
    await patient.button("Turn camera off").click()
    await expect(
        patient.page.get_by_text("Your own picture is hidden.", exact=True)
    ).to_be_visible()
    await patient.button("Show it").click()
    await expect(patient.tile(PATIENT)).to_be_visible()
    await expect(handle).to_be_focused()


async def test_the_call_goes_into_a_small_window_and_comes_back(meeting: Meeting) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    await gp.admit(PATIENT)
    await meeting.all_receive(gp, patient)
    able = await gp.page.evaluate("'documentPictureInPicture' in window")
    assert able
    await gp.button("More").click()
    async with gp.context.expect_page() as opened:
        await gp.button("Show the call in a small window").click()
    small = await opened.value
    await small.locator(".pip__one video").wait_for()
    await small.wait_for_function(
        "() => [...document.querySelectorAll('video')].every((one) => one.videoWidth > 0)"
    )
    # It looks like the call: the page's own styles may be loaded there.
    await small.wait_for_function(
        "() => getComputedStyle(document.body).display === 'grid'", polling=50
    )
    await small.get_by_role("button", name="Mute", exact=True).click()
    await gp.button("Unmute").wait_for()
    await small.get_by_role("button", name="Unmute", exact=True).wait_for()
    # The voice goes on in the page, once.
    await gp.comes_to_hear({PATIENT.name: {PATIENT.tone}})
    await small.get_by_role("button", name="Back to the call").click()
    await gp.button("More").click()
    await gp.button("Show the call in a small window").wait_for()
    assert small.is_closed()


async def test_who_talks_while_muted_is_told(meeting: Meeting) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    await gp.admit(PATIENT)
    await meeting.all_receive(gp, patient)
    await patient.button("Mute").click()
    own = patient.page.get_by_text("You are muted. Press “Unmute” to be heard.")
    await own.wait_for()
    await expect(patient.page.get_by_text(f"{GP.name} can see you, not hear you")).to_be_visible()
    # Listening to oneself sends nothing.
    await gp.comes_to_hear({PATIENT.name: set()})
    await patient.button("Unmute").click()
    await expect(own).to_have_count(0)
    await gp.comes_to_hear({PATIENT.name: {PATIENT.tone}})


async def test_the_screen_stays_awake_in_a_call_alone(meeting: Meeting) -> None:
    patient = await meeting.sits_down(PATIENT, has_touch=True)
    await patient.context.grant_permissions(["camera", "microphone", "screen-wake-lock"])
    await patient.context.add_init_script(
        """window.locks = [];
        const ask = WakeLock.prototype.request;
        WakeLock.prototype.request = async function (kind) {
          const lock = await ask.call(this, kind);
          window.locks.push(lock);
          return lock;
        };"""
    )
    held = "() => window.locks.map((lock) => !lock.released)"

    async def holds(expected: list[bool]) -> bool:
        found: Any = await patient.page.evaluate(held)
        return bool(found == expected)

    gp = await meeting.gp()
    await patient.wait_for_visit(meeting.url(PATIENT))
    await asyncio.wait_for(gp.admit(PATIENT), 20)
    await patient.tile(GP).wait_for()
    await eventually(partial(holds, [True]))
    # A phone may lock all the same: that is said beforehand, once.
    warning = patient.page.get_by_text("If your phone locks or you open another app")
    await expect(warning).to_be_visible()
    await keep(patient.page, "lock-warning", Light(360))
    await patient.button("I see").click()
    await expect(warning).to_be_hidden()
    # The browser let go of it, as it does out of sight: back in sight it is asked again, once.
    await patient.page.evaluate("() => window.locks[0].release()")
    for _ in range(2):
        await patient.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    await eventually(partial(holds, [False, True]))
    await patient.button("Leave").click()
    await eventually(partial(holds, [False, False]))
