"""Gives the demo clinic its hours and an on-call list with one gap to find."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from rounds.kernel.unit import Unit
from rounds.people.model import Clinic
from rounds.scheduling.hours import replace_week
from rounds.scheduling.local import first_moment
from rounds.scheduling.on_call import enter_shifts
from rounds.scheduling.working import Span

WORK_DAYS = range(5)
MORNING, EVENING = 8 * 60, 18 * 60
DAYS_ON_CALL = 14
# The sixth day from now is nobody's, if it is a working day: something to find on the schedule.
NOBODYS = 6


async def keep_hours(unit: Unit, clinic: Clinic, on_call: str) -> None:
    """Open from Monday to Friday; let one person be on call for two weeks but for one day."""
    await replace_week(unit, clinic, None, {day: [(MORNING, EVENING)] for day in WORK_DAYS})
    zone = ZoneInfo(clinic.time_zone)
    today = unit.now.astimezone(zone).date()
    days = [today + timedelta(days=offset) for offset in range(DAYS_ON_CALL) if offset != NOBODYS]
    spans = [
        Span(first_moment(zone, day, MORNING), first_moment(zone, day, EVENING)) for day in days
    ]
    await enter_shifts(unit, clinic, on_call, [span for span in spans if span.ends > unit.now])
