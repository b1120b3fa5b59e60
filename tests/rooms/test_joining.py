"""How people get in is told by their page, once, within what can be true, and by nobody else."""

from datetime import timedelta
from typing import Any

import pytest

from rounds.kernel.actor import SYSTEM, Role
from rounds.retention.running import count_over
from rounds.rooms.model import Room
from rounds.rooms.queries import joining_of
from rounds.rooms.records_model import LONGEST_CAUSES, Joining
from tests.making.browser import Line, Refused
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import make_clinic, make_staff
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def joining(house: House, visit: MadeVisit) -> Joining | None:
    async with house.units.reading(SYSTEM) as unit:
        return await joining_of(unit.session, visit.seat(visit.patient))


async def waits(house: House, visit: MadeVisit) -> Line:
    patient = await (await house.guest(visit.link(visit.patient))).guest_room(
        visit.link(visit.patient)
    )
    await patient.ask("knock")
    return patient


async def let_in(house: House, visit: MadeVisit) -> Line:
    patient = await waits(house, visit)
    console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    await console.ask("admit", admission=visit.seat(visit.patient))
    return patient


async def test_the_first_sound_is_kept_and_a_later_one_changes_nothing(house: House) -> None:
    visit = await make_visit(house.units)
    house.pass_time(minutes=3)
    patient = await let_in(house, visit)
    house.pass_time(seconds=4)
    await patient.ask("sounded", since_admission=2300, since_link=95_000, attempts=2)
    await patient.ask("sounded", since_admission=3000, attempts=1)
    row = await joining(house, visit)
    assert row is not None
    assert (row.voice_ms, row.link_ms, row.attempts) == (2300, 95_000, 2)


async def test_a_page_that_was_not_opened_by_its_link_tells_no_time_since(house: House) -> None:
    visit = await make_visit(house.units)
    patient = await let_in(house, visit)
    house.pass_time(seconds=4)
    await patient.ask("sounded", since_admission=1000, since_link=None)
    row = await joining(house, visit)
    assert row is not None
    assert (row.voice_ms, row.link_ms, row.attempts) == (1000, None, 1)


IMPOSSIBLE: list[dict[str, Any]] = [
    {"since_admission": 9000},  # let in four seconds ago
    {"since_admission": 3000, "since_link": 2000},  # heard before coming
    {"since_admission": 1000, "since_link": 40_000_000},  # tapped before it was made
    {"since_admission": 600_001},
    {"since_admission": -1},
    {"since_admission": 1.5},
    {"since_admission": "1000\x00"},
    {"since_admission": 1 << 80},
    {"since_admission": None},
    {"since_admission": 1000, "attempts": 0},
    {"since_admission": 1000, "attempts": 101},
    {"since_admission": 1000, "since_link": []},
    {"since_admission": 1000, "address": "192.0.2.7"},
    {},
]


async def test_times_that_cannot_be_are_refused(house: House) -> None:
    visit = await make_visit(house.units)
    patient = await let_in(house, visit)
    house.pass_time(seconds=4)
    for told in IMPOSSIBLE:
        assert await patient.refused("sounded", **told) == "invalid", told
    row = await joining(house, visit)
    assert row is None or row.voice_ms is None


async def test_only_a_guest_who_is_let_in_hears(house: House) -> None:
    visit = await make_visit(house.units)
    patient = await waits(house, visit)
    assert await patient.refused("sounded", since_admission=0) == "forbidden"
    console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    assert await console.refused("sounded", since_admission=0) == "conflict"
    assert await joining(house, visit) is None


async def test_what_is_in_the_way_is_kept_once_each(house: House) -> None:
    visit = await make_visit(house.units)
    patient = await waits(house, visit)
    for _ in range(2):
        await patient.ask("hindered", device="microphone", cause="in_use")
        await patient.ask("hindered", device="camera", cause="denied")
        await patient.ask("hindered", device=None, cause="no_way")
    row = await joining(house, visit)
    assert row is not None
    assert row.causes == "camera:denied microphone:in_use way:no_way"
    assert row.voice_ms is None


async def test_every_cause_there_is_has_room(house: House) -> None:
    visit = await make_visit(house.units)
    patient = await waits(house, visit)
    house.pass_time(seconds=5)
    causes = ("denied", "once", "dismissed", "system", "in_use", "none", "insecure",
              "unsupported", "lost", "unknown")  # fmt: skip
    for device in ("camera", "microphone"):
        for cause in causes:
            await patient.ask("hindered", device=device, cause=cause)
    for cause in ("no_way", "busy"):
        await patient.ask("hindered", device=None, cause=cause)
    row = await joining(house, visit)
    assert row is not None
    assert len(row.causes.split()) == 2 * len(causes) + 2
    assert len(row.causes) <= LONGEST_CAUSES


UNKNOWN: list[dict[str, Any]] = [
    {"device": "camera", "cause": "no_way"},
    {"device": None, "cause": "denied"},
    {"device": "camera", "cause": "denied way:busy"},
    {"device": "Logitech BRIO 4K", "cause": "denied"},
    {"device": "camera", "cause": "d" * 5000},
    {"device": ["camera"], "cause": "denied"},
    {"device": "camera"},
    {"device": "camera", "cause": "denied", "label": "Mara's iPhone"},
]


async def test_anything_but_a_known_cause_is_refused(house: House) -> None:
    visit = await make_visit(house.units)
    patient = await waits(house, visit)
    for told in UNKNOWN:
        assert await patient.refused("hindered", **told) == "invalid", told
    assert await joining(house, visit) is None


async def test_nobody_tells_of_a_room_they_have_no_seat_in(house: House) -> None:
    clinic = await make_clinic(house.units)
    visit = await make_visit(house.units, clinic)
    stranger = await house.signed_in(await make_staff(house.units, clinic, Role.GP))
    with pytest.raises(Refused):
        await stranger.staff_room(visit.id)


async def test_it_is_kept_a_month(house: House) -> None:
    visit = await make_visit(house.units)
    patient = await waits(house, visit)
    await patient.ask("hindered", device="camera", cause="none")
    async with house.units(SYSTEM) as unit:
        (await unit.session.get_one(Room, visit.room)).closed_at = unit.now
    for days, over in ((29, 0), (31, 1)):
        async with house.units.reading(SYSTEM) as unit:
            unit.now += timedelta(days=days)
            assert (await count_over(unit, visit.clinic.id)).get("joinings", 0) == over
