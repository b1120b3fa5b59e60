"""A weak connection is named on the person's tile while it is weak, and stands in the record."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.making.browser import Browser as Program
from tests.making.house import House
from tests.making.visits import MadeVisit, make_visit
from tests.rooms.caller import Caller

pytestmark = pytest.mark.asyncio(loop_scope="module")

PACE_SECONDS = 0.02
SHOWN_WITHIN_MS = 20_000
"""Two looks make it weak, four make it good again, at two seconds each."""
LOSE_EVERY = 5


@contextlib.asynccontextmanager
async def talking(caller: Caller, lose_every: int = 0) -> AsyncIterator[None]:
    """Let somebody speak at the pace of Opus until the block ends."""

    async def speak() -> None:
        number = 0
        while True:
            number += 1
            if lose_every and number % lose_every == 0:
                caller.audio.packet(b"\x78lost on the way")
            else:
                caller.audio.send()
            await asyncio.sleep(PACE_SECONDS)

    task = asyncio.create_task(speak())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def photograph(page: Page, name: str) -> None:
    """Keep a picture where ROUNDS_SHOTS names a folder."""
    if shots := os.environ.get("ROUNDS_SHOTS"):
        await page.screenshot(path=Path(shots) / f"{name}.png")


async def console(house: House, chromium: Browser, visit: MadeVisit, program: Program) -> Page:
    """The GP's own window of the visit."""
    context = await chromium.new_context(
        base_url=house.address, permissions=["camera", "microphone"]
    )
    await context.add_cookies(
        [{"name": one.key, "value": one.value, "url": house.address} for one in program.jar]
    )
    page = await context.new_page()
    await page.goto(f"/visits/{visit.id}")
    return page


async def test_a_weak_connection_is_named_while_it_is_weak(house: House, chromium: Browser) -> None:
    visit = await make_visit(house.units, relatives=0)
    program = await house.signed_in(visit.gp)
    page = await console(house, chromium, visit, program)
    link = visit.link(visit.patient)
    home = await house.guest(link)
    room = await home.guest_room(link)
    await room.ask("knock")
    await page.get_by_role("button", name=f"Admit {visit.patient.name}", exact=True).click()
    await room.until("room_changed", lambda told: told["me"]["standing"] == "admitted")
    await room.ask("announce", microphone=True, camera=False)
    caller = await Caller(home, room).come()

    name = visit.patient.name
    note = page.get_by_role("group", name=name, exact=True).locator(".tile__note")
    spoken = page.locator("[data-part=ear]")
    beating = asyncio.create_task(_beat(caller))
    async with talking(caller, LOSE_EVERY):
        await expect(note).to_have_text(
            f"{name}’s connection is weak. Voice and picture may break up.",
            use_inner_text=True,
            timeout=SHOWN_WITHIN_MS,
        )
        await expect(note.locator("[data-note=weak]")).to_be_visible()
        await expect(spoken).to_contain_text(f"{name}’s connection is weak.")
        await expect(page.locator("[data-part=bar] [data-part=word]")).to_have_text(
            "Good connection.", timeout=SHOWN_WITHIN_MS
        )
        await photograph(page, "console-weak-1280")
        await page.set_viewport_size({"width": 360, "height": 760})
        await photograph(page, "console-weak-360")
        await page.set_viewport_size({"width": 1280, "height": 800})
    async with talking(caller):
        await expect(note).to_be_hidden(timeout=SHOWN_WITHIN_MS)
    await room.ask("leave")
    beating.cancel()
    await page.get_by_role("button", name="Leave", exact=True).click()
    await page.get_by_role("button", name="End visit for everyone").click()
    after = page.locator("[data-ended]")
    await expect(after).to_contain_text("weak connection for", timeout=SHOWN_WITHIN_MS)
    theirs = after.get_by_role("listitem").filter(has_text=name)
    await theirs.get_by_text(f"Connection of {name} in numbers").click()
    await expect(theirs.get_by_text("Lost on the way to us")).to_be_visible()
    # What Chromium itself counted has come, over its own way.
    own = after.get_by_role("listitem").filter(has_text=visit.gp.name)
    await own.get_by_text(f"Connection of {visit.gp.name} in numbers").click()
    await expect(own.get_by_text("Direct, by UDP")).to_be_visible()
    await expect(own.get_by_text("opus")).to_be_visible()
    await photograph(page, "ended-1280")
    await page.set_viewport_size({"width": 360, "height": 1200})
    await photograph(page, "ended-360")
    caller.close()
    await page.context.close()


async def _beat(caller: Caller) -> None:
    while True:
        await caller.room.ask("heartbeat")
        await caller.answer()  # the other side may have come later, or come again
        for wire in (caller.up, caller.down):  # consent goes on (RFC 7675)
            wire.check()
        await asyncio.sleep(2)
