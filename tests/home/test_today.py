"""The day of a member of staff: its lines, their order, and the bell when one changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.home.today import MISSED_AFTER, day_bounds
from tests.making.browser import Browser
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_staff
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

LINE = {
    "id", "url", "start", "minutes", "patient", "purpose", "state", "standing", "label",
    "waiting_since", "admission", "people", "is_next", "is_past", "answer", "light", "unsafe",
}  # fmt: skip


async def standing(browser: Browser, visit: MadeVisit) -> str:
    lines = (await browser.get("/today.json")).json()["visits"]
    return str(next(one["standing"] for one in lines if one["id"] == visit.id))


async def gp_of(house: House) -> Someone:
    return await make_staff(house.units, await make_clinic(house.units))


async def test_the_day_has_its_visits_in_order_and_no_others(house: House) -> None:
    clinic = await make_clinic(house.units)
    gp, colleague = [await make_staff(house.units, clinic) for _ in range(2)]
    noon = house.clock.now().replace(hour=12, minute=0)
    for team, start in (
        (gp, noon + timedelta(hours=2)),
        (gp, noon),
        (gp, noon + timedelta(days=1)),
        (gp, noon - timedelta(days=1)),
        (colleague, noon),
    ):
        await make_visit(house.units, clinic, [team], starts_at=start)
    browser = await house.signed_in(gp)
    told = (await browser.get("/today.json")).json()
    assert [one["start"][11:16] for one in told["visits"]] == ["12:00", "14:00"]
    assert [set(one) for one in told["visits"]] == [LINE, LINE]
    assert [one["is_next"] for one in told["visits"]] == [True, False]
    assert told["counts"]["to_come"] == 2
    page = (await browser.get("/today")).text
    for one in told["visits"]:
        assert one["patient"] in page
        assert one["url"] in page


async def test_a_line_follows_its_patient(house: House) -> None:
    visit = await make_visit(house.units)
    gp = await house.signed_in(visit.gp)
    assert await standing(gp, visit) == "not_opened"
    link = visit.link(visit.patient)
    mara = await house.guest(link)
    assert await standing(gp, visit) == "opened"
    guest, console = await mara.guest_room(link), await gp.staff_room(visit.id)
    await guest.ask("knock")
    assert await standing(gp, visit) == "waiting"
    house.clock.move(seconds=6)
    assert await standing(gp, visit) == "away"
    await guest.ask("heartbeat")
    assert await standing(gp, visit) == "waiting"
    await console.ask("admit_all")
    assert await standing(gp, visit) == "in_call"
    await console.ask("end")
    assert await standing(gp, visit) == "finished"


async def test_who_never_came_was_missed(house: House) -> None:
    visit = await make_visit(house.units, starts_at=house.clock.now())
    gp = await house.signed_in(visit.gp)
    house.clock.move(minutes=25, seconds=MISSED_AFTER.total_seconds())
    assert await standing(gp, visit) == "not_opened"
    house.clock.move(seconds=1)
    assert await standing(gp, visit) == "missed"


async def test_the_bell_rings_for_the_hosts_of_the_visit_alone(house: House) -> None:
    visit = await make_visit(house.units)
    other = await make_staff(house.units, visit.clinic)
    gp, colleague = await house.signed_in(visit.gp), await house.signed_in(other)
    bells = await gp.line("/me", {"door": "staff"})
    silent = await colleague.line("/me", {"door": "staff"})
    link = visit.link(visit.patient)
    mara = await house.guest(link)
    await bells.until("today_changed")
    guest = await mara.guest_room(link)
    await guest.ask("knock")
    rung = await bells.until("guest_knocked")
    assert rung == {
        "visit": visit.id,
        "seat": visit.seat(visit.patient),
        "name": visit.patient.name,
    }
    assert silent.heard == []


async def test_reading_the_day_is_in_the_trail_of_each_patient(house: House) -> None:
    visit = await make_visit(house.units)
    gp = await house.signed_in(visit.gp)
    for _ in range(3):
        await gp.get("/today.json")
    (line,) = await house.trail(action="today.read", patient_id=visit.patient.id)
    assert (line.outcome, line.count, line.object_id) == ("read", 3, visit.id)


zones = st.sampled_from(
    ["Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]
).map(ZoneInfo)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone follows


@given(now=moments, zone=zones)
async def test_a_day_is_a_day_whatever_the_clocks_do(
    shared_kind: str, now: datetime, zone: ZoneInfo
) -> None:
    assert shared_kind
    begin, end = day_bounds(now.astimezone(zone), zone)
    assert begin.astimezone(UTC) <= now < end.astimezone(UTC)
    assert begin.date() == now.astimezone(zone).date()
    assert timedelta(hours=22) < end.astimezone(UTC) - begin.astimezone(UTC) < timedelta(hours=26)
