"""The clinic's facts: checked field by field, proved for, and never over somebody else's change."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio

from rounds.kernel.actor import SYSTEM, Role
from rounds.people.model import Clinic
from tests.making.browser import Answer, Browser
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_staff
from tests.making.visits import make_visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

FACTS: dict[str, Any] = {
    "name": "Harbour Street Practice",
    "phone": "020 7946 0321",
    "time_zone": "Europe/London",
    "country": "GB",
    "language": "en",
    "crisis_number": "999",
    "crisis_text": "Feel unsafe right now? Call",
    "crisis_source": "nhs.uk",
    "revision": "0",
}


@pytest_asyncio.fixture(loop_scope="module")
async def admin(house: House) -> Someone:
    """An administrator of a clinic of this test alone."""
    return await make_staff(house.units, await make_clinic(house.units), Role.ADMIN)


@pytest_asyncio.fixture(loop_scope="module")
async def browser(house: House, admin: Someone) -> Browser:
    return await house.signed_in(admin)


async def stands(house: House, admin: Someone) -> Clinic:
    async with house.units.reading(SYSTEM) as unit:
        return await unit.session.get_one(Clinic, admin.clinic)


async def save(browser: Browser, **changes: Any) -> Answer:
    return await browser.post("/admin/clinic", data=FACTS | changes)


def value(answer: Answer, name: str) -> str:
    """What a field of the page holds."""
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', answer.text, re.S)
    assert found, name
    return found[1]


async def test_facts_are_saved_and_shown(house: House, admin: Someone, browser: Browser) -> None:
    answer = await save(
        browser, name="  Ärzte  am\u00a0Hafen ", phone="+44 20 7946 0321", country="IE"
    )
    assert (answer.status, answer.headers["Location"]) == (303, "/admin/clinic?saved")
    row = await stands(house, admin)
    assert (row.name, row.phone, row.country, row.revision) == (
        "Ärzte am Hafen", "+44 20 7946 0321", "IE", 1,
    )  # fmt: skip
    page = await browser.get("/admin/clinic?saved")
    assert "Ärzte am Hafen" in page.text
    assert value(page, "revision") == "1"
    (line,) = await house.trail(clinic_id=admin.clinic, action="clinic.set")
    assert (line.actor_id, line.object_id) == (admin.id, admin.clinic)


async def test_saving_what_stands_changes_nothing(
    house: House, admin: Someone, browser: Browser
) -> None:
    assert (await save(browser)).status == 303
    assert (await stands(house, admin)).revision == 0
    assert await house.trail(clinic_id=admin.clinic, action="clinic.set") == []


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("phone", "call me"),
        ("phone", "0" * 41),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/localtime"),
        ("country", "gb"),
        ("country", "X\u202e"),
        ("language", "english!"),
        ("crisis_text", " "),
        ("crisis_text", "x" * 401),
        ("crisis_number", "help"),
        ("crisis_source", ""),
        ("name", "bell \x07"),
    ],
)
async def test_what_cannot_be_right_is_named_and_kept(
    house: House, admin: Someone, browser: Browser, name: str, wrong: str
) -> None:
    answer = await save(browser, **{name: wrong, "reviewed": "yes"})
    assert answer.status == 422
    assert f'id="{name}-error"' in answer.text
    assert "Nothing was changed" in answer.text
    assert (await stands(house, admin)).revision == 0


@pytest.mark.parametrize(
    "body",
    [{}, {"revision": "-1"}, {"revision": "x"}, FACTS | {"x": "1"}, FACTS | {"name": "a\x00"}],
)
async def test_a_form_that_is_not_ours_is_refused(browser: Browser, body: dict[str, Any]) -> None:
    assert (await browser.post("/admin/clinic", data=body)).status == 422
    assert (await browser.post("/admin/clinic", body)).status == 422


async def test_crisis_help_is_not_changed_without_looking(
    house: House, admin: Someone, browser: Browser
) -> None:
    answer = await save(browser, crisis_number="116 123")
    assert answer.status == 422
    assert 'id="reviewed-error"' in answer.text
    assert value(answer, "crisis_number") == "116 123"
    assert (await save(browser, crisis_number="116 123", reviewed="yes")).status == 303
    row = await stands(house, admin)
    assert (row.crisis_number, row.crisis_reviewed_on) == ("116 123", house.clock.now().date())


async def test_looking_again_dates_it_in_the_clinics_own_day(
    house: House, admin: Someone, browser: Browser
) -> None:
    zone = {"time_zone": "Pacific/Kiritimati", "agreed_zone": "Pacific/Kiritimati"}
    assert (await save(browser, reviewed="yes", **zone)).status == 303
    there = (house.clock.now() + timedelta(hours=14)).date()
    assert (await stands(house, admin)).crisis_reviewed_on == there > date(2026, 11, 1)


async def test_of_two_administrators_none_loses_anything(
    house: House, admin: Someone, browser: Browser
) -> None:
    async with house.units.reading(SYSTEM) as unit:
        clinic = await unit.session.get_one(Clinic, admin.clinic)
    other = await house.signed_in(await make_staff(house.units, clinic, Role.ADMIN))
    assert (await save(other, name="Hill Practice", phone="020 7946 0999")).status == 303
    answer = await save(browser, name="Dock Practice")
    assert answer.status == 409
    assert value(answer, "name") == "Dock Practice"
    assert "Somebody else saved: Hill Practice" in answer.text
    assert "Somebody else saved: 020 7946 0999" in answer.text
    assert (await stands(house, admin)).name == "Hill Practice"
    again = await save(browser, name="Dock Practice", revision=value(answer, "revision"))
    assert again.status == 303
    assert (await stands(house, admin)).name == "Dock Practice"


async def test_the_same_change_twice_is_no_conflict(browser: Browser) -> None:
    assert (await save(browser, name="Hill")).status == 303
    assert (await save(browser, name="Hill")).status == 303


async def test_another_time_zone_says_first_what_it_moves(
    house: House, admin: Someone, browser: Browser
) -> None:
    clinic = await stands(house, admin)
    team = [await make_staff(house.units, clinic)]
    await make_visit(house.units, clinic, team, starts_at=house.clock.now() + timedelta(hours=3))
    answer = await save(browser, time_zone="Europe/Vienna")
    assert answer.status == 200
    assert "Nothing is saved yet" in answer.text
    begin = house.clock.now() + timedelta(hours=3)
    assert f"{begin:%H:%M}" in answer.text
    assert f"{begin + timedelta(hours=1):%H:%M}" in answer.text
    assert (await stands(house, admin)).time_zone == "Europe/London"
    agreed = value(answer, "agreed_zone")
    # Agreeing to one clock is not agreeing to another.
    assert (await save(browser, time_zone="Asia/Tokyo", agreed_zone=agreed)).status == 200
    assert (await save(browser, time_zone="Europe/Vienna", agreed_zone=agreed)).status == 303
    assert (await stands(house, admin)).time_zone == "Europe/Vienna"


async def test_old_proof_is_asked_for_again_and_nothing_is_lost(
    house: House, admin: Someone, browser: Browser
) -> None:
    house.clock.move(minutes=6)
    answer = await save(browser, name="Dock Practice")
    assert answer.status == 403
    assert value(answer, "name") == "Dock Practice"
    assert "/prove?next=/admin/clinic" in answer.text
    told = await browser.post("/admin/clinic", data=FACTS, headers={"Accept": "application/json"})
    assert (told.status, told.json()["error"]["proof"]) == (403, True)
    hold = await browser.post("/admin/retention/hold", data={"hold": "on"})
    assert (hold.status, "/prove?next=/admin/retention" in hold.text) == (403, True)
    years = await browser.post("/admin/retention/records", data={"years": "10"})
    assert (years.status, "/prove?next=/admin/retention" in years.text) == (403, True)
    row = await stands(house, admin)
    assert (row.revision, row.on_hold_since, row.record_years) == (0, None, None)
