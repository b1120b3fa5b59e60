"""The clinic at a glance tells what is so, and the hold and the dry run do what they say."""

import re
from datetime import date, datetime, time, timedelta

import pytest
import pytest_asyncio

from rounds.accounts.queries.staff import account_of
from rounds.admin.last_backup import NAME, last_backup, note_backup
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.ids import new_id
from rounds.notices.model import Channel, Notice, NoticeState
from rounds.people.clinic import RECORD_YEARS
from rounds.people.model import Clinic
from rounds.rooms.records_model import ConnectionRecord
from rounds.rooms.tally import Delays
from rounds.scheduling.model import Holiday, Hours, Shift
from tests.making.browser import Browser
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_patient, make_staff
from tests.making.visits import make_visit

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def admin(house: House) -> Someone:
    """An administrator of a clinic of this test alone, looked at last a year and a half ago."""
    clinic = await make_clinic(house.units, "Quay")
    async with house.units(SYSTEM) as unit:
        (await unit.session.get_one(Clinic, clinic.id)).crisis_reviewed_on = date(2025, 5, 1)
    (house.settings.data / NAME).unlink(missing_ok=True)
    return await make_staff(house.units, clinic, Role.ADMIN)


@pytest_asyncio.fixture(loop_scope="module")
async def browser(house: House, admin: Someone) -> Browser:
    return await house.signed_in(admin)


def steps(text: str) -> list[bool]:
    """Of each step of setting up, whether it is done."""
    return [word == "Done" for word in re.findall(r"<span>(Done|To do)</span>", text)]


def figures(text: str) -> dict[str, str]:
    """The numbers of the day by their words."""
    pairs = re.findall(r'figure__word">([^<]*)<.*?figure__value num">([^<]*)<', text, re.S)
    return dict(pairs)


async def test_a_new_clinic_sees_what_is_to_do(browser: Browser) -> None:
    text = (await browser.get("/admin")).text
    assert steps(text) == [False] * 7
    assert "0 of 7 done" in text
    for said in (
        "last checked over a year ago",
        "not said when it is open",
        "no holidays",
        "on call now",
    ):
        assert said in text


async def have_factors(house: House, since: datetime | None, *people: Someone) -> None:
    """Let people have a second factor since a moment, or none."""
    async with house.units(SYSTEM) as unit:
        for person in people:
            account = await account_of(unit.session, person.id)
            assert account is not None
            account.totp_secret, account.totp_confirmed_at = "x", since


async def test_each_step_is_done_when_it_is(house: House, admin: Someone, browser: Browser) -> None:
    now, clinic = house.clock.now(), admin.clinic
    async with house.units(SYSTEM) as unit:
        row = await unit.session.get_one(Clinic, clinic)
        row.crisis_reviewed_on = now.date()
        unit.session.add_all(
            [
                Hours(id=new_id(), clinic_id=clinic, weekday=0, begins=540, ends=1020),
                Holiday(id=new_id(), clinic_id=clinic, day=now.date(), name="Open day"),
                Shift(id=new_id(), clinic_id=clinic, person_id=admin.id, begins_at=now,
                      ends_at=now + timedelta(hours=8)),
                Notice(id=new_id(), clinic_id=clinic, person_id=admin.id, channel=Channel.EMAIL,
                       kind="x", values="{}", state=NoticeState.SENT, created_at=now, due_at=now),
            ]
        )  # fmt: skip
    other = await make_staff(house.units, row, Role.GP)
    assert steps((await browser.get("/admin")).text) == [True, True, True, False, True, True, False]
    await have_factors(house, now, admin, other)
    note_backup(house.settings.data, now, 4096)
    text = (await browser.get("/admin")).text
    assert steps(text) == [True] * 7
    assert "All is well" in text
    await have_factors(house, None, admin)
    house.clock.move(days=7, hours=1)
    browser = await house.signed_in(admin)
    await have_factors(house, now, admin)
    text = (await browser.get("/admin")).text
    assert steps(text) == [True, True, True, True, False, True, False]
    assert "Nobody of Quay is on call now" in text


async def test_numbers_are_of_the_clinics_own_day(
    house: House, admin: Someone, browser: Browser
) -> None:
    async with house.units.reading(SYSTEM) as unit:
        clinic = await unit.session.get_one(Clinic, admin.clinic)
    gp, patient = await make_staff(house.units, clinic), await make_patient(house.units, clinic)
    midnight = house.clock.now().replace(hour=0, minute=0)
    for hours in (-1, 0, 23, 24):  # London keeps UTC in November
        starts_at = midnight + timedelta(hours=hours, minutes=30)
        await make_visit(house.units, clinic, [gp], 0, starts_at, patient=patient)
    assert midnight.time() == time()
    seen = figures((await browser.get("/admin")).text)
    assert (seen["Visits"], seen["Patients"], seen["Staff signed in"]) == ("2", "1", "1")


async def test_the_overview_tells_no_secret(house: House, browser: Browser) -> None:
    text = (await browser.get("/admin")).text
    assert str(house.settings.data) not in text
    assert "sqlite" not in text


@pytest.mark.parametrize(
    "note", ["", "{", "[]", '{"at": 7}', '{"at": "2026-11-26T07:00:00", "bytes": 1}']
)
async def test_a_note_of_a_backup_that_cannot_be_read_is_none(
    house: House, browser: Browser, note: str
) -> None:
    (house.settings.data / NAME).write_text(note)
    assert last_backup(house.settings.data) is None
    assert (await browser.get("/admin")).status == 200


async def test_hold_and_dry_run(house: House, admin: Someone, browser: Browser) -> None:
    page = await browser.get("/admin/retention")
    assert "Put the clinic on hold" in page.text
    assert "None yet" in page.text
    dry = await browser.get("/admin/retention?dry=1")
    assert "there is nothing to delete" in dry.text
    assert (await browser.post("/admin/retention/hold", data={"hold": "on"})).status == 303
    page = await browser.get("/admin/retention")
    assert "This clinic is on hold" in page.text
    assert "Not while on hold" in page.text
    assert (await browser.post("/admin/retention/hold", data={"hold": "off"})).status == 303
    assert "Put the clinic on hold" in (await browser.get("/admin/retention")).text
    actions = [line.action for line in await house.trail(clinic_id=admin.clinic, actor_id=admin.id)]
    assert [one for one in actions if one in ("clinic.hold", "clinic.release")] == [
        "clinic.hold",
        "clinic.release",
    ]
    for wrong in ({}, {"hold": "maybe"}, {"hold": "on", "x": "1"}):
        assert (await browser.post("/admin/retention/hold", data=wrong)).status == 422


async def test_how_long_plans_are_kept_is_chosen(
    house: House, admin: Someone, browser: Browser
) -> None:
    path = "/admin/retention/records"
    page = await browser.get("/admin/retention")
    assert '<option value="" selected>for good</option>' in page.text
    for years in RECORD_YEARS:
        assert (await browser.post(path, data={"years": str(years)})).status == 303
        page = await browser.get("/admin/retention")
        assert f'<option value="{years}" selected>{years} years</option>' in page.text
        assert f"{years} years after the care team ended" in page.text
    assert (await browser.post(path, data={"years": ""})).status == 303
    page = await browser.get("/admin/retention")
    assert '<option value="" selected>for good</option>' in page.text
    actions = [line.action for line in await house.trail(clinic_id=admin.clinic, actor_id=admin.id)]
    assert actions.count("clinic.record_years") == len(RECORD_YEARS) + 1
    for wrong in ({}, {"years": "1"}, {"years": "0"}, {"years": "10", "x": "1"}):
        assert (await browser.post(path, data=wrong)).status == 422


async def test_connections_of_a_month_are_added_up(
    house: House, admin: Someone, browser: Browser
) -> None:
    assert "Connections to visits" not in (await browser.get("/admin")).text
    delays = Delays()
    for milliseconds in (42, 42, 42, 180):
        delays.note(milliseconds / 1000)
    async with house.units(SYSTEM) as unit:
        clinic = await unit.session.get_one(Clinic, admin.clinic)
    visits = [await make_visit(house.units, clinic, relatives=0) for _ in range(3)]
    other = await make_visit(house.units, relatives=0)
    async with house.units(SYSTEM) as unit:
        for visit, days, path in (
            (visits[0], 1, "relay"), (visits[1], 29, "host"), (visits[2], 31, "relay"),
            (other, 1, "relay"),
        ):  # fmt: skip
            began = unit.now - timedelta(days=days)
            unit.session.add(
                ConnectionRecord(
                    id=new_id(), clinic_id=visit.clinic.id, room_id=visit.room,
                    seat_id=visit.seat(visit.patient), person_id=visit.patient.id,
                    began_at=began, written_at=began, present_ms=600_000, weak_ms=30_000,
                    lost_ms=90_000, reconnections=2, delays=delays.write(), path=path,
                )
            )  # fmt: skip
    told = figures((await browser.get("/admin")).text)
    assert told["People in visits"] == "2"
    assert told["Time with a weak connection"] == "5%"
    assert told["Time without connection"] == "15%"
    assert told["Reconnections"] == "4"
    assert told["There and back"] == "47 ms"
    assert told["Through a relay"] == "50%"
