"""Hours and shifts, entered by the product's own rules."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from rounds.kernel.actor import SYSTEM
from rounds.kernel.unit import Units
from rounds.people.model import Clinic
from rounds.scheduling.hours import replace_week
from rounds.scheduling.on_call import enter_shifts
from rounds.scheduling.working import Minutes, Span
from tests.making.people import Someone

OFFICE_HOURS: Mapping[int, Sequence[Minutes]] = {day: [(9 * 60, 17 * 60)] for day in range(5)}


async def keep_hours(
    units: Units,
    clinic: Clinic,
    week: Mapping[int, Sequence[Minutes]] = OFFICE_HOURS,
    person: Someone | None = None,
) -> None:
    """Let a clinic, or a person, have these hours."""
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Clinic, clinic.id)
        await replace_week(unit, row, person.id if person else None, week)


async def be_on_call(
    units: Units, clinic: Clinic, person: Someone, begins: datetime, ends: datetime
) -> str:
    """Let somebody be on call; return the shift's id."""
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Clinic, clinic.id)
        (shift,) = await enter_shifts(unit, row, person.id, [Span(begins, ends)])
    return shift.id
