"""Walks past the pages that stand still: of the office, the clinic, and people at home."""

import re
import time
from collections.abc import AsyncIterator
from typing import Any

from playwright.async_api import Page

from tests.browser.patience import PATIENCE_MS
from tests.browser.ways import Links, NewPage, in_sight, person_url

Steps = AsyncIterator[tuple[str, Page]]


async def as_role(new_page: NewPage, links: Links, role: str) -> Page:
    """A page of the demo's person in this role, signed in."""
    page = await new_page()
    await page.goto(person_url(links, role))
    await page.wait_for_url("**/today")
    return page


async def shown(page: Page, path: str, name: str) -> tuple[str, Page]:
    """Go to a path; its name and the page, once it has a heading."""
    await page.goto(path)
    await in_sight(page, "h1").wait_for()
    return name, page


async def chart_of_mara(page: Page) -> str:
    """The address of the demo patient's chart."""
    await page.goto("/patients")
    link = in_sight(page, "main a[href^='/patients/0']")
    return str(await link.get_attribute("href"))


async def patients(new_page: NewPage, links: Links) -> Steps:
    """The GP looks through the patients, opens a chart and its parts."""
    page = await as_role(new_page, links, "gp")
    chart = await chart_of_mara(page)
    yield "patients", page
    yield await shown(page, chart, "chart")
    for part in ("team", "people", "identity", "consents"):
        yield await shown(page, f"{chart}/{part}", f"chart-{part}")


async def office(new_page: NewPage, links: Links) -> Steps:
    """The coordinator adds a patient, keeps the schedule and books a visit."""
    page = await as_role(new_page, links, "coordinator")
    chart = await chart_of_mara(page)
    yield await shown(page, "/today", "today-office")
    yield await shown(page, "/patients?q=zzz", "patients-none")
    yield await shown(page, "/patients/new", "patient-new")
    yield await shown(page, "/patients/import", "import")
    for part in ("", "/hours", "/on-call", "/holidays"):
        yield await shown(page, f"/schedule{part}", f"schedule{part.replace('/', '-')}")
    yield await shown(page, "/quality/visits", "quality")
    yield await shown(page, "/quality/words", "quality-words")
    yield await shown(page, "/visits/choose", "visit-choose")
    yield await shown(page, f"/visits/new?patient={chart.rpartition('/')[2]}", "visit-new")
    yield await shown(page, f"/visits/{links['visits'][0]['id']}/plan", "visit-plan")


async def clinic(new_page: NewPage, links: Links) -> Steps:
    """The administrator looks after the clinic and the own account."""
    page = await as_role(new_page, links, "admin")
    for part in ("", "/staff", "/clinic", "/messages", "/trail", "/retention", "/network"):
        yield await shown(page, f"/admin{part}", f"admin{part.replace('/', '-')}")
    yield await shown(page, "/account", "account")
    yield await shown(page, "/account/factor", "account-factor")
    await page.goto("/today")
    await in_sight(page, "[popovertarget=account]").click()
    await in_sight(page, "[data-lock-now], form[action='/account/lock'] button").click()
    await in_sight(page, "input[name=secret], input[name=password]").wait_for()
    yield "locked", page


async def at_home(new_page: NewPage, links: Links) -> Steps:
    """The patient gets a code, comes in and looks at every page of hers."""
    page = await new_page()
    start = person_url(links, "gp").partition("/demo")[0]
    yield await shown(page, f"{start}/my/sign-in", "my-sign-in")
    before = {one["id"] for one in await messages(page, start)}
    await page.locator("input[name=address]").fill("mara@lindqvist.example")
    await in_sight(page, "form button[type=submit]").click()
    await page.locator("input[name=code]").wait_for()
    yield "my-code", page
    await page.locator("input[name=code]").fill(await newest_code(page, start, before))
    await in_sight(page, "form:has(input[name=code]) button[type=submit]").click()
    await page.wait_for_url("**/my")
    yield "my", page
    for part in ("/access", "/access/looks", "/devices"):
        yield await shown(page, f"/my{part}", f"my{part.replace('/', '-')}")
    yield await shown(page, "/j/lost", "lost-link")
    yield await shown(page, "/forgot", "forgot")
    yield await shown(page, "/demo/messages", "demo-messages")


async def come_home(page: Page, links: Links) -> None:
    """Sign the patient in at home."""
    start = person_url(links, "gp").partition("/demo")[0]
    await page.goto(f"{start}/my/sign-in")
    before = {one["id"] for one in await messages(page, start)}
    await page.locator("input[name=address]").fill("mara@lindqvist.example")
    await in_sight(page, "form button[type=submit]").click()
    await page.locator("input[name=code]").fill(await newest_code(page, start, before))
    await in_sight(page, "form:has(input[name=code]) button[type=submit]").click()
    await page.wait_for_url("**/my")


async def newest_code(page: Page, start: str, before: set[str]) -> str:
    """The sign-in code of a message that was not there `before`: numbers come in others as well."""
    until = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < until:
        for message in await messages(page, start):
            words = "".join(piece["text"] for piece in message["pieces"])
            if message["id"] not in before and (found := re.search(r"\b\d{6}\b", words)):
                return found[0]
        await page.wait_for_function("() => new Promise((done) => requestIdleCallback(done))")
    raise AssertionError("no code was sent")


async def messages(page: Page, start: str) -> list[dict[str, Any]]:
    """What was sent, as the demo's page of messages shows it."""
    answer = await page.request.get(f"{start}/demo/messages.json")
    found: list[dict[str, Any]] = (await answer.json())["messages"]
    return found


STILL = (patients, office, clinic, at_home)
