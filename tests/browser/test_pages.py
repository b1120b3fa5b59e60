"""Every page and state on every screen: no barrier, nothing cut off, no error, no broken policy."""

import pytest
from playwright.async_api import Browser

from tests.browser.clinic import DemoClinic
from tests.browser.looking import TWO_LIGHTS, Screens, faults_in_every_light
from tests.browser.paths import STILL
from tests.browser.plans import PLANS
from tests.browser.read_out import misread
from tests.browser.states import STATES, State
from tests.browser.ways import PARTS, Walk

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("walk", PARTS)
async def test_pages(walk: Walk, chromium: Browser, practice: DemoClinic) -> None:
    links = await practice.fresh_visit()
    screens = Screens(chromium, practice.address, 1280)
    faults = {
        name: [
            *await misread(page, name),
            *await faults_in_every_light(page, name),
            *screens.complaints(),
        ]
        async for name, page in walk(screens.new_page, links)
    }
    await screens.close()
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("walk", [*STILL, *PLANS])
async def test_pages_that_stand_still(walk: Walk, chromium: Browser, practice: DemoClinic) -> None:
    screens = Screens(chromium, practice.address, 1280)
    links = await practice.fresh_visit()  # those of other tests have ended, and their panels too
    faults = {
        name: [*await faults_in_every_light(page, name, TWO_LIGHTS), *screens.complaints()]
        async for name, page in walk(screens.new_page, links)
    }
    await screens.close()
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("walk", STATES)
async def test_states(walk: State, chromium: Browser, practice: DemoClinic) -> None:
    screens = Screens(chromium, practice.address, 1280)
    faults = {
        name: [*await faults_in_every_light(page, name), *screens.complaints()]
        async for name, page in walk(screens.new_page, practice)
    }
    await screens.close()
    assert {name: found for name, found in faults.items() if found} == {}
    assert practice.faults == []
