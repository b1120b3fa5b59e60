"""Weekly hours of a clinic and of its people."""

from collections.abc import Mapping, Sequence

from rounds.audit import trail
from rounds.kernel.errors import Invalid
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic
from rounds.scheduling.local import MINUTES_A_DAY
from rounds.scheduling.model import Hours
from rounds.scheduling.owner import changed, office, owner_or_office
from rounds.scheduling.queries import hours_of
from rounds.scheduling.working import WEEK, Minutes

Week = Mapping[int, Sequence[Minutes]]
MOST_SPANS = 4
"""Spans of one day: a clinic with more breaks than three is a slip of the hand."""


def week_of(rows: Sequence[Hours], person: str | None) -> dict[int, list[Minutes]]:
    """Return the week of one person, or of the clinic, among all rows of a clinic."""
    found: dict[int, list[Minutes]] = {}
    for row in rows:
        if row.person_id == person:
            found.setdefault(row.weekday, []).append((row.begins, row.ends))
    return found


async def set_hours(unit: Unit, person: str | None, week: Week) -> None:
    """Replace the week of a person, or of the clinic for None; an empty week takes it out.

    A person without a week of their own works in the clinic's hours. Raises Invalid for spans
    that run backwards or into each other, NotFound for whoever may not.
    """
    if person is None:
        clinic = await office(unit)
    else:
        clinic, _ = await owner_or_office(unit, person)
    await replace_week(unit, clinic, person, week)


async def replace_week(unit: Unit, clinic: Clinic, person: str | None, week: Week) -> None:
    """Do the same on behalf of whoever was asked already, such as the founding of a clinic."""
    check_week(week)
    for row in await hours_of(unit.session, clinic.id):
        if row.person_id == person:
            await unit.session.delete(row)
    await unit.session.flush()
    for weekday, spans in week.items():
        for begins, ends in spans:
            unit.session.add(
                Hours(
                    id=new_id(),
                    clinic_id=clinic.id,
                    person_id=person,
                    weekday=weekday,
                    begins=begins,
                    ends=ends,
                )
            )
    await trail.record(unit, "hours.set", "schedule", person, clinic=clinic.id)
    changed(unit, clinic.id)


def check_week(week: Week) -> None:
    """Raise Invalid, with a sentence per day, for a week that cannot be kept."""
    faults: dict[str, str] = {}
    for weekday, spans in week.items():
        if weekday not in range(WEEK) or len(spans) > MOST_SPANS:
            raise Invalid("This week cannot be read.")
        until = -1
        for begins, ends in sorted(spans):
            if not 0 <= begins < ends <= MINUTES_A_DAY:
                faults[f"day{weekday}"] = "The end must come after the beginning."
            elif begins < until:
                faults[f"day{weekday}"] = "These hours overlap."
            until = max(until, ends)
    if faults:
        raise Invalid("Please look at the days that are marked.", faults)
