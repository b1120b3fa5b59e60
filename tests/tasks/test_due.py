"""Days are counted as the clinic works: its hours, its holidays, else Monday to Friday."""

from collections.abc import Sequence
from datetime import date

import pytest

from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import Invalid
from rounds.kernel.ids import new_id
from rounds.people.model import Clinic
from rounds.scheduling.model import Holiday
from rounds.tasks.due import due_day, raised_on, working_days
from tests.making.house import House
from tests.making.people import make_clinic
from tests.making.schedule import keep_hours

pytestmark = pytest.mark.asyncio(loop_scope="module")

MONDAY = date(2026, 11, 16)
"""The day on which the clock of tests stands."""


async def due(house: House, clinic: Clinic, days: int, closed: Sequence[date] = ()) -> date:
    async with house.units(SYSTEM) as unit:
        for day in closed:
            unit.session.add(Holiday(id=new_id(), clinic_id=clinic.id, day=day, name="Closed"))
        await unit.session.flush()
        return await due_day(unit, clinic, days)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, MONDAY), (4, date(2026, 11, 20)), (5, date(2026, 11, 23)), (10, date(2026, 11, 30))],
)
async def test_a_clinic_without_hours_works_monday_to_friday(
    house: House, days: int, expected: date
) -> None:
    assert await due(house, await make_clinic(house.units), days) == expected


async def test_holidays_and_days_without_hours_do_not_count(house: House) -> None:
    clinic = await make_clinic(house.units)
    await keep_hours(house.units, clinic, {0: [(540, 720)], 2: [(540, 720)]})
    assert await due(house, clinic, 3) == date(2026, 11, 25)
    assert await due(house, clinic, 3, [date(2026, 11, 23)]) == date(2026, 11, 30)


async def test_today_counts_only_while_the_clinic_works(house: House) -> None:
    clinic = await make_clinic(house.units)
    assert await due(house, clinic, 0, [MONDAY]) == date(2026, 11, 17)


async def test_who_coordinates_hears_two_working_days_later(house: House) -> None:
    clinic = await make_clinic(house.units)
    async with house.units(SYSTEM) as unit:
        calendar = await working_days(unit.session, clinic)
    assert raised_on(calendar, date(2026, 11, 19)) == date(2026, 11, 23)
    assert raised_on(calendar, date(2026, 11, 20)) == date(2026, 11, 24)


@pytest.mark.parametrize("days", [-1, 251])
async def test_days_that_are_none_are_refused(house: House, days: int) -> None:
    clinic = await make_clinic(house.units)
    with pytest.raises(Invalid) as told:
        await due(house, clinic, days)
    assert "days" in told.value.fields


async def test_a_clinic_that_never_opens_again_is_told_so(house: House) -> None:
    clinic = await make_clinic(house.units)
    closed = [date.fromordinal(MONDAY.toordinal() + one) for one in range(0, 1500, 7)]
    await keep_hours(house.units, clinic, {0: [(540, 720)]})
    with pytest.raises(Invalid, match="not open"):
        await due(house, clinic, 1, closed)
