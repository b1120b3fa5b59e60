"""The first day of a clinic: an empty database, one command, and then browsers alone."""

import re
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import pyotp
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.coded import GP, PATIENT, Coded
from tests.browser.meeting import Browsers, Meeting
from tests.browser.person import DESK, PHONE, Person
from tests.commands.program import environment, run, serving
from tests.making.browser import PATIENCE
from tests.making.notices import Mailbox, mailbox
from tests.making.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADMIN = Coded("Tomas Reyes", "admin", (120, 120, 120), 2390)
COORDINATOR = Coded("Noor Haddad", "coordinator", (200, 190, 60), 2890)
PASSWORD = "four plain words together"
MOST_PRESSES = 4
"""From the coordinator's day to a visit that is open now."""


class Mail:
    """What has arrived, by address and by order."""

    def __init__(self, box: Mailbox) -> None:
        self._box, self._read = box, 0

    async def link(self, to: str) -> str:
        """Wait for the next letter to this address, and return the link in it."""
        found: list[EmailMessage] = []

        async def arrived() -> bool:
            found[:] = [one for one in self._box.parsed()[self._read :] if one["To"] == to]
            return found != []

        await eventually(arrived)
        self._read = len(self._box.letters)
        plain = found[0].get_body(("plain",))
        assert plain is not None
        link = re.search(r"http://\S+", plain.get_content())
        assert link is not None
        return link[0]


async def take_an_account(page: Page, link: str) -> None:
    """Whoever is invited: a password, a second factor, the recovery codes."""
    await page.goto(link)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_role("heading", name="One more key").wait_for()
    secret = await page.locator(".secret code").text_content()
    assert secret is not None
    code = pyotp.TOTP(secret.replace(" ", "")).now()
    await page.get_by_label("Code that the app shows now").fill(code)
    await page.get_by_role("button", name="Confirm").click()
    await page.get_by_role("heading", name="Your recovery codes").wait_for()
    await page.get_by_role("link", name="I have kept them").click()
    await page.wait_for_url("**/today")


async def go(page: Page, *names: str) -> None:
    """Follow links by their names."""
    for name in names:
        await page.get_by_role("link", name=name, exact=True).first.click()


async def set_the_clinic_up(page: Page) -> None:
    """The administrator: when the clinic is open, and whom patients call in danger."""
    await go(page, "Schedule", "Hours and time off")
    clinic = page.get_by_role("region", name="Hours of the clinic")
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        await clinic.get_by_label(f"{day}, from").first.fill("08:00")
        await clinic.get_by_label(f"{day}, until").first.fill("18:00")
    await clinic.get_by_role("button", name="Save").click()
    await expect(clinic.get_by_label("Monday, from").first).to_have_value("08:00")


async def invite(page: Page, colleague: Coded, role: str, email: str) -> None:
    """The administrator invites somebody."""
    await go(page, "Clinic", "Staff")
    prefix, _, name = colleague.name.rpartition("Dr ")
    given, family = name.split(" ")
    form = page.get_by_role("region", name="Invite a colleague")
    await form.get_by_label("First name").fill(given)
    await form.get_by_label("Last name").fill(family)
    await form.get_by_label("Title, if any").fill("Dr" if "Dr" in colleague.name else prefix)
    await form.get_by_label("Role").select_option(label=role)
    await form.get_by_label("E-mail").fill(email)
    await form.get_by_role("button", name="Invite").click()
    await page.get_by_role("heading", name=f"{colleague.name} is invited").wait_for()


async def add_the_patient(page: Page) -> None:
    """The coordinator enters the first patient, with a team."""
    await go(page, "Patients")
    await page.get_by_role("link", name="Add a patient").first.click()
    given, family = PATIENT.name.split(" ")
    await page.get_by_label("Given name").fill(given)
    await page.get_by_label("Family name").fill(family)
    await page.get_by_label("Born").fill("1991-04-17")
    await page.get_by_label("Number").fill("H-0001")
    await page.get_by_label("E-mail").fill("mara@home.example")
    await page.get_by_label("Leads the care").select_option(label=f"{GP.name}, GP")
    await page.get_by_label("Coordinates appointments").select_option(
        label=f"{COORDINATOR.name}, Care coordinator"
    )
    await page.get_by_role("button", name="Add the patient").click()
    await page.get_by_role("heading", name=PATIENT.name).wait_for()


async def open_a_visit(page: Page) -> int:
    """The coordinator opens a visit now, from the day; return how many presses it took."""
    presses = 0
    await go(page, "Today")

    async def press(kind: str, name: str) -> None:
        nonlocal presses
        presses += 1
        locator = page.get_by_role(kind, name=name)  # type: ignore[arg-type]
        await locator.click()

    await press("link", "Open a visit now")
    await press("link", f"Choose {PATIENT.name}")
    await press("button", "Open it now")
    await page.get_by_role("heading", name="Who comes by a link").wait_for()
    return presses


@pytest_asyncio.fixture(loop_scope="module")
async def people(browsers: Browsers) -> AsyncIterator[dict[Coded, Person]]:
    """Everybody of the day at a browser of their own; none of their pages may complain."""
    seated = {}
    for coded in (ADMIN, COORDINATOR, GP, PATIENT):
        viewport = PHONE if coded is PATIENT else DESK
        browser = await browsers.of(PATIENT if coded is PATIENT else GP)
        seated[coded] = await Person.sit_down(browser, coded, viewport)
        seated[coded].page.set_default_timeout(PATIENCE * 1000)
    yield seated
    for one in seated.values():
        await one.go()
    assert [fault for one in seated.values() for fault in one.faults] == []


async def test_from_an_empty_database_to_the_first_visit(
    tmp_path: Path, people: dict[Coded, Person]
) -> None:
    async with mailbox() as box:
        mail = Mail(box)
        env = environment(
            tmp_path / "data", smtp_host="127.0.0.1", smtp_port=str(box.port), smtp_tls="none",
            mail_from="visits@clinic.example",
        )  # fmt: skip
        created = run(
            "admin", "create", "--name", ADMIN.name, "--email", "tomas@clinic.example",
            "--clinic", "Harbour Clinic", "--phone", "+44 20 7946 0100", "--country", "GB",
            "--time-zone", "Europe/London", "--language", "en-GB", env=env,
        )  # fmt: skip
        assert created.returncode == 0, created.stderr
        link = re.search(r"http://\S+", created.stdout)
        assert link is not None
        with serving("serve", env=env, log=tmp_path / "log.jsonl"):
            admin, coordinator = people[ADMIN].page, people[COORDINATOR].page
            await take_an_account(admin, link[0])
            await set_the_clinic_up(admin)
            for colleague, role, email in (
                (GP, "GP", "amara@clinic.example"),
                (COORDINATOR, "Care coordinator", "noor@clinic.example"),
            ):
                await invite(admin, colleague, role, email)
                await take_an_account(people[colleague].page, await mail.link(email))
            await add_the_patient(coordinator)
            assert await open_a_visit(coordinator) <= MOST_PRESSES
            await meet(people[GP], people[PATIENT], await mail.link("mara@home.example"))
            for one in people.values():
                await one.go()


async def meet(gp: Person, patient: Person, link: str) -> None:
    """The patient comes by the link in the letter, and the GP by her day."""
    await patient.wait_for_visit(link)
    await gp.page.get_by_role("link", name=f"Admit {PATIENT.name}").click()
    await gp.tile(GP).wait_for()
    await Meeting.all_receive(gp, patient)
    await gp.end_for_everyone()
    await patient.page.get_by_role("heading", name=re.compile("^Thank you")).wait_for()
