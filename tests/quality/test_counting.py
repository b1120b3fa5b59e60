"""What is over is counted once, without a name; what can still change is not."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select

from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.ids import new_id
from rounds.people.model import Person
from rounds.quality.counting import count_answers, count_rooms
from rounds.quality.counting_watch import CountingWatch
from rounds.quality.model import ExperienceCount, VisitFigure
from rounds.resources import Foundation
from rounds.rooms.arrivals_model import PhoneCall, SelfTest
from rounds.rooms.model import Room
from rounds.rooms.records_model import ConnectionRecord, Joining
from rounds.visits.experience_model import Experience
from rounds.visits.model import Visit, VisitState
from tests.making.clock import StoppedClock
from tests.making.ended import end_visit
from tests.making.fixtures import on_both
from tests.making.people import make_clinic, make_staff
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


def clock(earth: Foundation) -> StoppedClock:
    assert isinstance(earth.clock, StoppedClock)
    return earth.clock


async def sweep(earth: Foundation) -> None:
    await CountingWatch(earth.units).sweep()


async def rows(earth: Foundation, model: Any, clinic: str) -> list[Any]:
    async with earth.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(select(model).where(model.clinic_id == clinic))
        return list(found.scalars())


async def measured(earth: Foundation, visit: MadeVisit) -> None:
    """The patient was heard, after a red light and two tries; the sister went by telephone."""
    seat, sister = visit.seat(visit.patient), visit.seat(visit.relatives[0])
    common = {"clinic_id": visit.clinic.id, "room_id": visit.room}
    async with earth.units(SYSTEM) as unit:
        (await unit.session.get_one(Person, visit.patient.id)).language = "de"
        now = unit.now
        unit.session.add_all(
            [
                ConnectionRecord(id=new_id(), seat_id=seat, person_id=visit.patient.id,
                                 began_at=now, written_at=now, present_ms=600_000, weak_ms=60_000,
                                 lost_ms=6000, reconnections=1, path="relay", voiced=True,
                                 browser="Chrome, Android", **common),
                Joining(id=new_id(), seat_id=seat, attempts=2, voice_ms=2300, link_ms=90_000,
                        causes="camera:denied", browser="Chrome, Android", at=now, **common),
                SelfTest(id=new_id(), seat_id=seat, code=new_id()[-4:], result="bad", report="{}",
                         at=now, **common),
                PhoneCall(id=new_id(), seat_id=sister, number="1", began_at=now, ended_at=now,
                          **common),
            ]
        )  # fmt: skip


async def test_a_closed_visit_is_counted_once_and_names_nobody(earth: Foundation) -> None:
    visit = await make_visit(earth.units)
    await measured(earth, visit)
    await end_visit(earth.units, visit)
    await sweep(earth)
    assert await rows(earth, VisitFigure, visit.clinic.id) == []  # its last figures may still come
    clock(earth).move(minutes=6)
    for _ in range(2):
        await sweep(earth)
    found = {one.browser: one for one in await rows(earth, VisitFigure, visit.clinic.id)}
    assert len(found) == 2  # the GP was in no call
    patient, sister = found["Chrome, Android"], found[""]
    assert patient.language == "de"
    assert (patient.guest, patient.came, patient.voiced, patient.phoned) == (
        True,
        True,
        True,
        False,
    )
    assert (patient.attempts, patient.voice_ms, patient.link_ms) == (2, 2300, 90_000)
    assert (patient.present_ms, patient.weak_ms, patient.lost_ms) == (600_000, 60_000, 6000)
    assert (patient.reconnections, patient.path, patient.tested) == (1, "relay", "bad")
    assert patient.causes == "camera:denied"
    assert (sister.voiced, sister.phoned, sister.voice_ms) == (False, True, None)
    assert patient.week == sister.week
    assert patient.week.weekday() == 0
    columns = {column.key for column in inspect(VisitFigure).columns}
    assert not {one for one in columns if one.endswith("_id")} - {"clinic_id"}


async def test_cancelled_open_and_old_visits_are_not_counted(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units)
    cancelled, open_, old = [await make_visit(earth.units, clinic) for _ in range(3)]
    await end_visit(earth.units, cancelled)
    await end_visit(earth.units, old)
    async with earth.units(SYSTEM) as unit:
        (await unit.session.get_one(Visit, cancelled.id)).state = VisitState.CANCELLED
        (await unit.session.get_one(Room, old.room)).closed_at = unit.now - timedelta(days=31)
    clock(earth).move(minutes=6)
    await sweep(earth)
    assert await rows(earth, VisitFigure, clinic.id) == []
    await end_visit(earth.units, open_, came=False)
    clock(earth).move(minutes=6)
    await sweep(earth)
    assert {one.came for one in await rows(earth, VisitFigure, clinic.id)} == {False}


async def say(earth: Foundation, visit: MadeVisit, **told: Any) -> str:
    """Let the patient have said something about a visit that has just ended."""
    async with earth.units(SYSTEM) as unit:
        ended = (await unit.session.get_one(Visit, visit.id)).ended_at or unit.now
        row = Experience(
            id=new_id(), clinic_id=visit.clinic.id, visit_id=visit.id, given_at=unit.now,
            patient_id=visit.patient.id, person_id=visit.patient.id,
            until=ended + timedelta(days=7), **told,
        )  # fmt: skip
        unit.session.add(row)
    return row.id


async def test_answers_are_added_when_nobody_can_change_them(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units)
    first = clock(earth).now().date().replace(day=1)
    team = [await make_staff(earth.units, clinic, Role.GP)]
    told: list[dict[str, Any]] = [
        {"heard": "yes", "way": "good", "problems": "nothing"},
        {"heard": "yes", "problems": "video sound"},
        {"words": "only words"},
    ]
    for one in told:
        visit = await make_visit(earth.units, clinic, team, relatives=0)
        await end_visit(earth.units, visit)
        await say(earth, visit, **one)
    clock(earth).move(days=6, hours=23)
    await sweep(earth)
    assert await rows(earth, ExperienceCount, clinic.id) == []
    clock(earth).move(hours=2)
    for _ in range(2):
        await sweep(earth)
    sums = {
        (one.question, one.answer): one.people
        for one in await rows(earth, ExperienceCount, clinic.id)
    }
    assert sums == {
        ("people", ""): 2, ("heard", "yes"): 2, ("way", "good"): 1, ("problem", "nothing"): 1,
        ("problem", "video"): 1, ("problem", "sound"): 1,
    }  # fmt: skip
    months = {one.month for one in await rows(earth, ExperienceCount, clinic.id)}
    assert months == {date(first.year, first.month, 1)}


async def test_later_answers_add_to_what_is_there(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units)
    for _ in range(2):
        visit = await make_visit(earth.units, clinic, relatives=0)
        await end_visit(earth.units, visit)
        await say(earth, visit, heard="no")
        async with earth.units(SYSTEM) as unit:
            unit.now += timedelta(days=8)
            assert await count_answers(unit) == 1
            assert await count_rooms(unit) >= 0
    people = {one.people for one in await rows(earth, ExperienceCount, clinic.id)}
    assert people == {2}
