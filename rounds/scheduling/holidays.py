"""Days on which a clinic is closed, proposed by country and entered by the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rounds.audit import trail
from rounds.kernel.errors import Invalid, NotFound
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.scheduling.model import Holiday
from rounds.scheduling.owner import changed, office
from rounds.scheduling.queries import holiday_by_id, holiday_on

LONGEST_NAME = 120
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_AT_ONCE = 60


@dataclass(frozen=True, slots=True)
class Proposal:
    """A public holiday of a country: its day and its name in a language of the country."""

    day: date
    name: str


def propose(country: str, year: int, language: str = "") -> list[Proposal]:
    """Return a country's public holidays of a year, by the `holidays` library; maybe none.

    `country` is ISO 3166 with two letters. Names come in `language` where the library has it,
    else in the country's own.
    """
    # Its calendars take long to read, and a restart in the middle of a call does not wait for them.
    from holidays import country_holidays  # noqa: PLC0415

    if not FIRST_YEAR <= year <= LAST_YEAR:
        return []
    wanted = [language.replace("-", "_"), language.partition("-")[0]] if language else []
    for tongue in (*wanted, None):
        try:
            found = country_holidays(country.upper(), years=year, language=tongue)
        except (NotImplementedError, KeyError, ValueError):
            return []
        if tongue is None or tongue in getattr(found, "supported_languages", ()):
            return [Proposal(day, name[:LONGEST_NAME]) for day, name in sorted(found.items())]
    return []


async def add_holidays(unit: Unit, days: Sequence[Proposal]) -> int:
    """Enter holidays; days that are entered already keep their name. Return how many are new."""
    clinic = await office(unit)
    if len(days) > MOST_AT_ONCE:
        raise Invalid("These are too many days at once.")
    added = 0
    for one in days:
        name = one.name.strip()
        if not name or len(name) > LONGEST_NAME:
            raise Invalid("A holiday needs a name.", {"name": "Please use 1 to 120 letters."})
        if not FIRST_YEAR <= one.day.year <= LAST_YEAR:
            raise Invalid("This day is too far away.", {"day": "Please choose another day."})
        if await holiday_on(unit.session, clinic.id, one.day) is None:
            unit.session.add(Holiday(id=new_id(), clinic_id=clinic.id, day=one.day, name=name))
            await unit.session.flush()
            added += 1
    if added:
        await trail.record(unit, "holiday.add", "schedule", clinic=clinic.id)
        changed(unit, clinic.id)
    return added


async def remove_holiday(unit: Unit, id: str) -> None:
    """Open again on a day; what is gone already stays gone."""
    clinic = await office(unit)
    row = await holiday_by_id(unit.session, id)
    if row is None:
        return
    if row.clinic_id != clinic.id:
        raise NotFound("There is nothing here for you.")
    await unit.session.delete(row)
    await trail.record(unit, "holiday.remove", "schedule", clinic=clinic.id)
    changed(unit, clinic.id)
