"""The pages between visits: whose they are, what they show, and the way into a visit."""

import re
from datetime import timedelta

import pytest
import pytest_asyncio

from rounds.consent.model import Scope
from rounds.kernel.actor import SYSTEM, Role
from rounds.people.model import Clinic, Patient
from rounds.people.teams import join
from rounds.rooms.model import Room
from rounds.visits.lifecycle import reach
from rounds.visits.model import Visit, VisitState
from tests.making.browser import Answer, Browser, Refused
from tests.making.consent import give_family_access, keep_out, withdraw_family_access
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import make_clinic, make_patient, make_staff, make_team
from tests.making.visits import Link, MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(house: House) -> Clinic:
    return await make_clinic(house.units)


@pytest_asyncio.fixture(loop_scope="module")
async def visit(house: House, clinic: Clinic) -> MadeVisit:
    """A visit that is open now."""
    return await make_visit(house.units, clinic)


def words(answer: Answer) -> str:
    """The text of a page."""
    assert answer.status == 200, answer.status
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]))


async def enter(browser: Browser, visit: MadeVisit, confirmed: str = "") -> Answer:
    form = {"confirmed": confirmed}
    return await browser.post(f"/my/visits/{visit.id}/open", data=form)


async def finish(house: House, visit: MadeVisit) -> None:
    async with house.units(SYSTEM) as unit:
        (await unit.session.get_one(Room, visit.room)).closed_at = unit.now
        await reach(unit, visit.room, VisitState.FINISHED)


async def test_an_empty_home_says_what_will_come(house: House, clinic: Clinic) -> None:
    mara = await make_patient(house.units, clinic, "Mara")
    seen = words(await (await house.at_home(mara)).get("/my"))
    assert "Hello Mara" in seen
    assert "No visit is planned" in seen
    assert "Your team appears here" in seen
    assert "020 7946 0321" in seen
    assert "999" in seen
    assert "Monday 16 November" in seen


async def test_dates_are_in_the_clinics_time(house: House, clinic: Clinic) -> None:
    """In July London is an hour ahead of UTC: 23:30 UTC is half past midnight of the next day."""
    midnight = house.clock.now().replace(year=2027, month=7, day=12, hour=23, minute=30)
    visit = await make_visit(house.units, clinic, starts_at=midnight)
    seen = words(await (await house.at_home(visit.patient)).get("/my"))
    assert "Tuesday 13 July 00:30" in seen
    assert "from 00:00, 30 minutes before" in seen


async def test_before_it_opens_there_is_a_date_a_file_and_a_test(
    house: House, clinic: Clinic
) -> None:
    starts_at = house.clock.now() + timedelta(hours=5)
    visit = await make_visit(house.units, clinic, starts_at=starts_at)
    browser = await house.at_home(visit.patient)
    page = await browser.get("/my")
    assert "Start check-in" not in words(page)
    assert 'href="/j#try"' in page.text
    assert f'href="/my/visits/{visit.id}.ics"' in page.text
    assert f'data-opens="{(starts_at - timedelta(minutes=30)).isoformat()}"' in page.text
    assert (await enter(browser, visit)).status == 410
    house.clock.move(hours=4, minutes=30)
    browser = await house.at_home(visit.patient)
    assert "Start check-in" in words(await browser.get("/my"))
    assert (await enter(browser, visit)).status == 303


async def test_the_calendar_file_tells_nothing_and_keeps_its_name(
    house: House, clinic: Clinic
) -> None:
    starts_at = house.clock.now() + timedelta(days=5)
    visit = await make_visit(house.units, clinic, starts_at=starts_at, purpose="Panic")
    browser = await house.at_home(visit.patient)
    first = await browser.get(f"/my/visits/{visit.id}.ics")
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "SUMMARY:Appointment\r\n" in first.text
    assert f"DTSTART:{starts_at:%Y%m%dT%H%M%SZ}\r\n" in first.text
    for word in ("Panic", "Osei", "Lindqvist", "Harbour", visit.patient.id):
        assert word not in first.text
    async with house.units(SYSTEM) as unit:
        (await unit.session.get_one(Visit, visit.id)).starts_at = starts_at + timedelta(days=1)
    moved = await browser.get(f"/my/visits/{visit.id}.ics")
    uid = re.compile(r"UID:(\S+)")
    assert uid.findall(first.text) == uid.findall(moved.text) != []
    assert moved.text != first.text


async def test_check_in_needs_no_message(house: House, visit: MadeVisit) -> None:
    browser = await house.at_home(visit.patient)
    answer = await enter(browser, visit)
    assert answer.status == 303
    invitation = answer.headers["Location"].removeprefix("/j/")
    assert invitation != visit.link(visit.patient).invitation
    assert (await browser.get(answer.headers["Location"])).status == 200
    room = await browser.guest_room(Link(invitation, "", None))
    assert (await room.ask("knock"))["me"]["standing"] == "waiting"
    # The link of the message ends; pressed again, this browser goes on as it is.
    gone = await house.browser().post("/j/peek", {"token": visit.link(visit.patient).token})
    assert gone.status == 404
    again = await enter(browser, visit)
    assert again.headers["Location"] == answer.headers["Location"]
    assert not again.cookies
    assert (await room.ask("state"))["me"]["standing"] == "waiting"


async def test_another_device_loses_the_visit_only_when_the_person_says_so(
    house: House, visit: MadeVisit
) -> None:
    link = visit.link(visit.patient)
    phone = await house.guest(link)
    room = await phone.guest_room(link)
    await room.ask("knock")
    host = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    await host.ask("admit", admission=visit.seat(visit.patient))
    desk = await house.at_home(visit.patient)
    question = await enter(desk, visit)
    assert "Your visit is open on another device" in words(question)
    assert (await room.ask("state"))["me"]["standing"] == "admitted"
    answer = await enter(desk, visit, "yes")
    assert answer.status == 303
    await room.until_closed(3)
    assert (await phone.get(f"/j/{link.invitation}")).status == 404
    invitation = answer.headers["Location"].removeprefix("/j/")
    there = await desk.guest_room(Link(invitation, "", None))
    assert (await there.ask("state"))["me"]["standing"] == "admitted"


async def test_what_the_clinic_took_back_stays_so(house: House, visit: MadeVisit) -> None:
    staff = await house.signed_in(visit.gp)
    link = visit.link(visit.patient).invitation
    assert (await staff.post(f"/visits/{visit.id}/links/{link}/revoke", {})).status == 200
    browser = await house.at_home(visit.patient)
    assert (await enter(browser, visit)).status == 410
    assert (await enter(browser, visit, "yes")).status == 410


async def test_what_was_agreed_stays_for_seven_days(house: House, visit: MadeVisit) -> None:
    await finish(house, visit)
    browser = await house.at_home(visit.patient)
    seen = words(await browser.get("/my"))
    assert "No visit is planned" in seen
    assert visit.gp.name in seen.partition("What we agreed")[2]
    assert "What happens next" in words(await browser.get(f"/my/visits/{visit.id}"))
    assert (await enter(browser, visit)).status == 410
    house.clock.move(days=7)
    browser = await house.at_home(visit.patient)
    assert visit.gp.name not in words(await browser.get("/my"))
    assert (await browser.get(f"/my/visits/{visit.id}")).status == 410
    assert (await browser.get(f"/my/visits/{visit.id}.ics")).status == 410


async def test_a_visit_that_was_called_off_says_so(house: House, visit: MadeVisit) -> None:
    async with house.units(SYSTEM) as unit:
        (await unit.session.get_one(Visit, visit.id)).state = VisitState.CANCELLED
    browser = await house.at_home(visit.patient)
    seen = words(await browser.get("/my"))
    assert "This visit does not take place" in seen
    assert "Start check-in" not in seen
    assert (await enter(browser, visit)).status == 410
    assert "STATUS:CANCELLED" in (await browser.get(f"/my/visits/{visit.id}.ics")).text


async def test_who_cares_is_named_with_plain_roles(house: House, clinic: Clinic) -> None:
    mara = await make_patient(house.units, clinic)
    lead = await make_staff(house.units, clinic, Role.PSYCHIATRIST)
    coordinator = await make_staff(house.units, clinic, Role.COORDINATOR)
    await make_team(house.units, mara, [lead, coordinator])
    seen = words(await (await house.at_home(mara)).get("/my"))
    assert f"{lead.name} Psychiatrist, leads your care" in seen
    assert f"{coordinator.name} Care coordinator, keeps your dates together" in seen


async def test_relatives_see_what_is_opened_to_them_and_no_more(
    house: House, visit: MadeVisit
) -> None:
    relative = visit.relatives[0]
    await make_team(house.units, visit.patient, [visit.gp])
    browser = await house.at_home(relative)
    path = f"/my/visits/{visit.id}"

    async def refused() -> None:
        seen = words(await browser.get("/my"))
        assert "Nothing is shared with you now" in seen
        for word in (visit.gp.name, visit.patient.name.split()[0], "Start check-in"):
            assert word not in seen
        for answer in (await browser.get(path), await enter(browser, visit)):
            assert answer.status == 404

    await refused()
    await give_family_access(house.units, visit.patient, relative, Scope.GOALS)
    await refused()
    await give_family_access(house.units, visit.patient, relative, Scope.VISITS, days=1)
    seen = words(await browser.get("/my"))
    assert f"{visit.patient.name.split()[0]} shares these pages with you" in seen
    assert visit.gp.name in seen
    assert "Who cares for you" not in seen
    assert (await browser.get(path)).status == 200
    assert (await enter(browser, visit)).status == 303
    await keep_out(house.units, visit.patient, relative)
    await refused()


async def test_an_agreement_ends_at_its_end_and_when_it_is_taken_back(
    house: House, clinic: Clinic
) -> None:
    visit = await make_visit(
        house.units, clinic, starts_at=house.clock.now() + timedelta(days=3), relatives=2
    )
    first, second = visit.relatives
    await give_family_access(house.units, visit.patient, first, Scope.VISITS, days=1)
    await give_family_access(house.units, visit.patient, second, Scope.VISITS, days=9)
    for one in (first, second):
        assert visit.gp.name in words(await (await house.at_home(one)).get("/my"))
    house.clock.move(days=1)
    assert visit.gp.name not in words(await (await house.at_home(first)).get("/my"))
    browser = await house.at_home(second)
    bell = await browser.line("/me", {"door": "my"})
    await withdraw_family_access(house.units, visit.patient, second)
    await bell.until("my_changed")
    assert visit.gp.name not in words(await browser.get("/my"))


async def test_who_has_no_seat_sees_the_date_and_not_the_door(house: House, clinic: Clinic) -> None:
    visit = await make_visit(house.units, clinic)
    other = await make_visit(house.units, clinic, patient=visit.patient, relatives=0)
    relative = visit.relatives[0]
    await give_family_access(house.units, visit.patient, relative, Scope.VISITS)
    browser = await house.at_home(relative)
    assert "You are not invited to this one" in words(await browser.get("/my"))
    assert (await browser.get(f"/my/visits/{other.id}")).status == 200
    assert (await enter(browser, other)).status == 404


async def test_bells_ring_for_the_family_and_only_for_them(house: House, clinic: Clinic) -> None:
    visit = await make_visit(house.units, clinic)
    stranger = await make_patient(house.units, clinic)
    lines = [
        await (await house.at_home(one)).line("/me", {"door": "my"})
        for one in (visit.patient, visit.relatives[0], stranger)
    ]
    staff = await (await house.signed_in(visit.gp)).line("/me", {"door": "staff"})
    mine, family, other = lines
    await finish(house, visit)
    await mine.until("my_changed")
    await family.until("my_changed")
    await staff.until("today_changed")
    async with house.units(SYSTEM) as unit:
        row = await unit.session.get_one(Patient, visit.patient.id)
        await join(unit, row, visit.gp.id)
    await mine.until("my_changed", lambda _: len(mine.told("my_changed")) > 1)
    assert other.told("my_changed") == staff.told("my_changed") == []
    assert mine.told("today_changed") == []


async def test_a_member_of_staff_has_no_pages_at_home(house: House, visit: MadeVisit) -> None:
    browser = await house.signed_in(visit.gp)
    assert (await browser.get("/my")).status == 302
    with pytest.raises(Refused):
        await browser.line("/me", {"door": "my"})


@pytest.mark.parametrize("id", ["x", "..%2f", "%00", "01a216ad-083d-73aa-b2f6-9a3473ff6213", "é"])
async def test_visits_that_are_none_are_not_found(house: House, visit: MadeVisit, id: str) -> None:
    browser = await house.at_home(visit.patient)
    for path in (f"/my/visits/{id}", f"/my/visits/{id}.ics"):
        assert (await browser.get(path)).status == 404
    assert (await browser.post(f"/my/visits/{id}/open", data={"confirmed": ""})).status == 404
    for form in ({"confirmed": "y" * 20}, {"other": "1"}):
        assert (await browser.post(f"/my/visits/{visit.id}/open", data=form)).status == 422
