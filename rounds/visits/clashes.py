"""What speaks against a time for the people of a visit, and who may book it all the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rounds.consent.access import OFFICE
from rounds.kernel.actor import Actor
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic
from rounds.scheduling.availability import Concern, Diary
from rounds.scheduling.diaries import read_diaries
from rounds.scheduling.working import Span
from rounds.visits.queries import booked_for

# An outlook for offers; a diary is read for so long at once.
OUTLOOK = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Clash:
    """One person's reason against a time."""

    person: str
    concern: Concern


async def diaries_with_visits(
    unit: Unit, clinic: Clinic, people: Sequence[str], after: datetime, before: datetime,
    besides: str | None = None,
) -> Mapping[str, Diary]:  # fmt: skip
    """Return the diaries of staff with their visits in them, those of `besides` left out."""
    diaries = await read_diaries(unit.session, clinic, people, after, before)
    busy: dict[str, list[Span]] = {}
    for person, visit in await booked_for(unit.session, people, after, before):
        if visit.id != besides:
            busy.setdefault(person, []).append(Span(visit.starts_at, visit.planned_end))
    return {person: replace(diary, busy=busy.get(person, [])) for person, diary in diaries.items()}


async def clashes(
    unit: Unit,
    clinic: Clinic,
    patient: str,
    staff: Sequence[str],
    span: Span,
    besides: str | None = None,
) -> Sequence[Clash]:
    """Return everything that speaks against `span`: the staff's diaries, the patient's visits."""
    diaries = await diaries_with_visits(unit, clinic, staff, span.begins, span.ends, besides)
    found = [
        Clash(person, concern)
        for person, diary in diaries.items()
        for concern in diary.concerns(span, unit.now)
    ]
    for _, visit in await booked_for(unit.session, [patient], span.begins, span.ends):
        if visit.id != besides and Span(visit.starts_at, visit.planned_end).overlaps(span):
            found.append(Clash(patient, Concern.BUSY))
    return list(dict.fromkeys(found))


def may_insist(actor: Actor, patient: str, found: Sequence[Clash]) -> bool:
    """Tell whether the actor may book in spite of what was found.

    The office and everybody for themselves may, and hours and the patient's own visits bind
    nobody. What a colleague keeps free for handoffs is taken by nobody else.
    """

    def yields(one: Clash) -> bool:
        if one.person in (actor.person, patient):
            return True
        if one.concern is Concern.KEPT:
            return False
        return actor.role in OFFICE or one.concern is Concern.CLOSED

    return all(yields(one) for one in found)
