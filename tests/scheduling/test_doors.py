"""The schedule through its doors: hours, time off, shifts, holidays, and who may not."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from rounds.kernel.actor import SYSTEM, Role
from rounds.people.model import Clinic
from rounds.scheduling.model import Holiday, Hours, ProtectedTime, Shift, TimeOff
from tests.making.browser import Browser
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_staff
from tests.making.schedule import be_on_call

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

SHIFT = {"from": "2026-12-01", "from_time": "08:00", "until": "2026-12-01", "until_time": "18:00"}
TABLES = (Hours, Holiday, TimeOff, Shift, ProtectedTime)


async def people(house: House) -> tuple[Someone, Someone, Browser, Browser]:
    """A GP and a coordinator of one clinic, and their browsers."""
    clinic = await make_clinic(house.units)
    gp = await make_staff(house.units, clinic)
    sam = await make_staff(house.units, clinic, Role.COORDINATOR)
    return gp, sam, await house.signed_in(gp), await house.signed_in(sam)


async def rows(house: House, clinic: str) -> list[int]:
    """How many rows of each table a clinic has."""
    async with house.units.reading(SYSTEM) as unit:
        return [
            int(
                (
                    await unit.session.execute(
                        select(func.count()).select_from(table).where(table.clinic_id == clinic)
                    )
                ).scalar_one()
            )
            for table in TABLES
        ]


async def shifts(house: House, person: Someone) -> list[Shift]:
    async with house.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(
            select(Shift).where(Shift.person_id == person.id).order_by(Shift.begins_at)
        )
        return list(found.scalars())


async def test_a_week_is_set_and_replaced(house: House) -> None:
    gp, sam, own, office = await people(house)
    week = {"from0_0": "09:00", "until0_0": "12:30", "from0_1": "13:30", "until0_1": "00:00"}
    assert (await office.post("/schedule/hours/clinic", data=week)).status == 303
    friday = {"from4_0": "08:00", "until4_0": "12:00"}
    assert (await own.post("/schedule/hours", data=friday)).status == 303
    assert (await rows(house, gp.clinic))[0] == 3
    page = (await office.get("/schedule/hours")).text
    assert 'value="13:30"' in page
    assert (await office.post("/schedule/hours", data={"person": gp.id})).status == 303
    assert (await rows(house, gp.clinic))[0] == 2
    assert "Open" in (await own.get("/schedule")).text
    assert (await own.post("/schedule/hours/clinic", data=week)).status == 404
    assert (await own.post("/schedule/hours", data={"person": sam.id})).status == 404


async def test_a_bell_rings_when_the_schedule_changes(house: House) -> None:
    gp, _, own, office = await people(house)
    line = await own.line("/me", {"door": "staff"})
    assert (await office.post("/schedule/on-call", data=SHIFT | {"person": gp.id})).status == 303
    await line.until("schedule_changed")


async def test_shifts_repeat_at_the_same_time_of_day(house: House) -> None:
    gp, _, own, office = await people(house)
    form = SHIFT | {"person": gp.id, "weeks": "3"}
    form |= {"from": "2027-03-22", "until": "2027-03-23", "until_time": "00:00"}
    assert (await office.post("/schedule/on-call", data=form)).status == 303
    found = await shifts(house, gp)
    assert [f"{one.begins_at:%m-%d %H}" for one in found] == ["03-22 08", "03-29 07", "04-05 07"]
    again = await office.post("/schedule/on-call", data=form)
    assert again.status == 409
    assert "on call already" in again.text
    assert 'value="2027-03-22"' in again.text
    assert len(await shifts(house, gp)) == 3
    assert gp.name in (await own.get("/schedule?day=2027-03-24")).text


async def test_a_shift_is_moved_given_away_and_ended(house: House) -> None:
    gp, sam, _, office = await people(house)
    now = house.clock.now()
    async with house.units.reading(SYSTEM) as unit:
        clinic = await unit.session.get_one(Clinic, gp.clinic)
    hour = timedelta(hours=1)
    id = await be_on_call(house.units, clinic, gp, now - hour, now + 2 * hour)
    path = f"/schedule/on-call/{id}"
    assert gp.name in (await office.get("/schedule")).text
    answer = await office.post(f"{path}/remove", data={})
    assert answer.status == 303
    # It ran: the record of who watched stays.
    (kept,) = await shifts(house, gp)
    assert kept.ends_at == now
    assert (await office.post(f"{path}/move", data=SHIFT | {"person": sam.id})).status == 409
    assert (await office.post("/schedule/on-call", data=SHIFT | {"person": gp.id})).status == 303
    coming = (await shifts(house, gp))[-1]
    moved = SHIFT | {"person": sam.id, "until_time": "17:00"}
    assert (await office.post(f"/schedule/on-call/{coming.id}/move", data=moved)).status == 303
    (given,) = await shifts(house, sam)
    assert given.id == coming.id
    assert (await office.post(f"/schedule/on-call/{coming.id}/remove", data={})).status == 303
    assert await shifts(house, sam) == []


async def test_time_off_keeps_its_reason_to_its_owner(house: House) -> None:
    gp, _, own, office = await people(house)
    form = {"from": "2026-12-24", "until": "2026-12-31", "words": "family matters"}
    assert (await own.post("/schedule/time-off", data=form)).status == 303
    assert "family matters" in (await own.get("/schedule/hours")).text
    seen = (await office.get(f"/schedule/hours?person={gp.id}")).text
    assert "24 December" in seen
    assert "family matters" not in seen
    assert "is away" in (await office.get("/schedule?day=2026-12-28")).text
    async with house.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(select(TimeOff).where(TimeOff.person_id == gp.id))
        row = found.scalar_one()
    # Whole days, to the end of the last one.
    assert (row.ends_at - row.begins_at) == timedelta(days=8)
    assert (await own.post(f"/schedule/time-off/{row.id}/remove", data={})).status == 303
    assert (await rows(house, gp.clinic))[2] == 0


async def test_a_years_public_holidays_are_entered_in_one_press(house: House) -> None:
    gp, _, _, office = await people(house)
    page = (await office.get("/schedule/holidays?year=2027")).text
    assert "Christmas Day" in page
    wanted = [("year", "2027"), ("day", "2027-12-25"), ("day", "2027-01-01"), ("day", "2027-07-07")]
    for _ in range(2):
        assert (await office.post("/schedule/holidays/chosen", data=wanted)).status == 303
    assert (await rows(house, gp.clinic))[1] == 2
    form = {"day": "2027-07-07", "name": "Team day"}
    assert (await office.post("/schedule/holidays", data=form)).status == 303
    page = (await office.get("/schedule/holidays")).text
    assert "Team day" in page
    assert "Team day" in (await office.get("/schedule?day=2027-07-07")).text


async def test_two_offices_at_once_leave_one_week(house: House) -> None:
    gp, _, _, office = await people(house)
    week = {"from0_0": "09:00", "until0_0": "12:00"}
    answers = await asyncio.gather(
        *(office.post("/schedule/hours/clinic", data=week) for _ in range(5))
    )
    assert {one.status for one in answers} == {303}
    assert (await rows(house, gp.clinic))[0] == 1


HOSTILE: list[tuple[str, dict[str, str]]] = [
    ("/schedule/hours", {"from0_0": "09:00"}),
    ("/schedule/hours", {"from0_0": "12:00", "until0_0": "09:00"}),
    ("/schedule/hours", {"from0_0": "9", "until0_0": "10"}),
    ("/schedule/hours", {"from0_0": "24:00", "until0_0": "25:00"}),
    ("/schedule/hours", {"from0_0": "٠٩:٠٠", "until0_0": "10:00"}),
    ("/schedule/hours", {"from7_0": "09:00", "until7_0": "10:00"}),
    (
        "/schedule/hours",
        {"from0_0": "09:00", "until0_0": "12:00", "from0_1": "11:00", "until0_1": "13:00"},
    ),
    ("/schedule/hours/clinic", {"until0_0": "09:00\x00"}),
    ("/schedule/time-off", {"from": "2026-12-02", "until": "2026-12-01"}),
    ("/schedule/time-off", {"from": "2020-01-01", "until": "2020-01-02"}),
    ("/schedule/time-off", {"from": "2026-12-01", "until": "2199-12-01"}),
    ("/schedule/time-off", {"from": "9999-12-31", "until": "9999-12-31"}),
    ("/schedule/time-off", {"from": "2026-12-01", "until": "2026-12-02", "words": "x" * 301}),
    ("/schedule/time-off", {"from": "", "until": ""}),
    ("/schedule/protected", {"weekday": "7", "begins": "09:00", "minutes": "30", "release": "0"}),
    ("/schedule/protected", {"weekday": "0", "begins": "09:00", "minutes": "1", "release": "0"}),
    ("/schedule/protected", {"weekday": "0", "begins": "23:50", "minutes": "30", "release": "0"}),
    ("/schedule/protected", {"weekday": "0", "begins": "09:00", "minutes": "30", "release": "-1"}),
    ("/schedule/protected", {"weekday": "-1", "begins": "x", "minutes": "1e9", "release": "²"}),
    ("/schedule/holidays", {"day": "2027-02-30", "name": "Nothing"}),
    ("/schedule/holidays", {"day": "2027-02-01", "name": " "}),
    ("/schedule/holidays", {"day": "2027-02-01", "name": "x" * 121}),
    ("/schedule/holidays/chosen", {"year": "1"}),
    ("/schedule/holidays/chosen", {"year": "2027", "day": "soon"}),
    ("/schedule/on-call", SHIFT | {"person": "{gp}", "weeks": "0"}),
    ("/schedule/on-call", SHIFT | {"person": "{gp}", "weeks": "27"}),
    ("/schedule/on-call", SHIFT | {"person": "{gp}", "until": "2026-11-30"}),
    ("/schedule/on-call", SHIFT | {"person": "{gp}", "until": "2026-12-20"}),
    ("/schedule/on-call", SHIFT | {"person": "{gp}", "from": "2029-12-01", "until": "2029-12-01"}),
    ("/schedule/on-call", SHIFT | {"person": "{gp}", "from": "2020-12-01", "until": "2020-12-01"}),
    ("/schedule/on-call", SHIFT | {"person": "{admin}"}),
    ("/schedule/on-call", SHIFT | {"person": "{foreign}"}),
    ("/schedule/on-call", SHIFT | {"person": "../../etc"}),
    ("/schedule/on-call", {"person": "{gp}"}),
]


async def test_hostile_forms_change_nothing(house: House) -> None:
    gp, _, _, office = await people(house)
    async with house.units.reading(SYSTEM) as unit:
        clinic = await unit.session.get_one(Clinic, gp.clinic)
    admin = await make_staff(house.units, clinic, Role.ADMIN)
    foreign = await make_staff(house.units, await make_clinic(house.units, "Hill"))
    ids = {"{gp}": gp.id, "{admin}": admin.id, "{foreign}": foreign.id}
    for path, form in HOSTILE:
        data: dict[str, Any] = {name: ids.get(value, value) for name, value in form.items()}
        answer = await office.post(path, data=data)
        assert answer.status in (404, 422), (path, form, answer.status)
    assert await rows(house, gp.clinic) == [0] * len(TABLES)


async def test_rows_of_another_clinic_stay(house: House) -> None:
    gp, _, own, _ = await people(house)
    *_, stranger = await people(house)
    form = {"from": "2026-12-24", "until": "2026-12-31"}
    assert (await own.post("/schedule/time-off", data=form)).status == 303
    kept = {"weekday": "0", "begins": "09:00", "minutes": "30", "release": "0"}
    assert (await own.post("/schedule/protected", data=kept)).status == 303
    async with house.units.reading(SYSTEM) as unit:
        away = select(TimeOff).where(TimeOff.person_id == gp.id)
        off = (await unit.session.execute(away)).scalar_one()
        found = select(ProtectedTime).where(ProtectedTime.person_id == gp.id)
        row = (await unit.session.execute(found)).scalar_one()
    for path in (f"/schedule/time-off/{off.id}/remove", f"/schedule/protected/{row.id}/remove"):
        for data in ({}, {"person": gp.id}):
            assert (await stranger.post(path, data=data)).status == 404
    assert (await rows(house, gp.clinic))[2:] == [1, 0, 1]
