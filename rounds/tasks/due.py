"""By when a task is due: so many working days of its clinic, and since when it is overdue."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from rounds.kernel.database import AsyncSession
from rounds.kernel.errors import Invalid
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic
from rounds.scheduling.diaries import clinic_calendar
from rounds.scheduling.working import WEEK, WorkCalendar
from rounds.tasks.model import MOST_DAYS

RAISED_AFTER = 2
"""Working days after its day until who coordinates hears of an overdue task (features R9)."""

WEEKEND = frozenset({5, 6})
WHOLE_DAY = (0, 1440)


async def working_days(session: AsyncSession, clinic: Clinic) -> WorkCalendar:
    """Return the days on which a clinic works; one that entered no hours works Monday to Friday."""
    calendar = await clinic_calendar(session, clinic)
    if calendar.has_hours:
        return calendar
    week = {day: [WHOLE_DAY] for day in range(WEEK) if day not in WEEKEND}
    return WorkCalendar(calendar.zone, week, calendar.holidays)


async def due_day(unit: Unit, clinic: Clinic, days: int) -> date:
    """Return the day so many working days from today; 0 is today, or the next working day.

    Raises Invalid for a number that is none, and where the clinic does not work so long.
    """
    if not 0 <= days <= MOST_DAYS:
        raise Invalid(
            "This is not a number of working days.", {"days": "Please choose 0 to 250 days."}
        )
    calendar = await working_days(unit.session, clinic)
    found = calendar.working_day(today(unit, clinic), days)
    if found is None:
        raise Invalid("The clinic is not open then.", {"days": "Please choose fewer days."})
    return found


def today(unit: Unit, clinic: Clinic) -> date:
    """Return the clinic's day."""
    return unit.now.astimezone(ZoneInfo(clinic.time_zone)).date()


def raised_on(calendar: WorkCalendar, due_on: date) -> date:
    """Return the day on which who coordinates hears of a task that was due on a day."""
    return calendar.working_day(due_on, RAISED_AFTER) or due_on + timedelta(days=RAISED_AFTER)
