"""What people wrote about visits, read by the office; whose words they are, told when asked.

See `experience` for who may read what, and why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rounds.audit import trail
from rounds.consent.access import Thing, is_kept_out, require
from rounds.consent.actions import Action
from rounds.consent.relations import relation_to
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Person
from rounds.people.queries import phone_numbers
from rounds.rooms.queries import room_of_occasion, seat_of_person
from rounds.visits.experience import problems_of
from rounds.visits.experience_model import Experience
from rounds.visits.experience_questions import Problem
from rounds.visits.model import Visit
from rounds.visits.queries import experience_by_id, visit_by_id, written_experiences

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Written:
    """Somebody's words about a visit, without a name; `week` is the Monday of the visit's week."""

    id: str
    week: datetime
    words: str
    problems: Sequence[Problem]


@dataclass(frozen=True, slots=True)
class Writer:
    """Whose words these are, when the visit was (in the clinic's time), and how to reach them."""

    written: Written
    person: Person
    starts_at: datetime
    phones: Sequence[str]


async def read_words(unit: Unit) -> Sequence[Written]:
    """Return what people of the actor's clinic wrote, the newest first; each is in the trail.

    Words about a visit the reader took part in, and of patients who keep the reader out, are not
    among them. Raises NotFound for everybody but coordinators and administrators.
    """
    clinic = await _ask(unit)
    found = []
    for row, visit in await written_experiences(unit.session, clinic.id, MOST_SHOWN):
        if not await _may_read(unit, row):
            continue
        await trail.record_reading(
            unit, Action.EXPERIENCE_READ, "experience", row.id, row.patient_id
        )
        found.append(_written(row, visit, clinic))
    return found


async def read_writer(unit: Unit, experience: str) -> Writer:
    """Return whose words these are; the asking is in the trail. Raises NotFound as `read_words`."""
    clinic = await _ask(unit)
    row = await experience_by_id(unit.session, experience)
    if row is None or row.clinic_id != clinic.id or not row.words:
        raise NotFound("There is nothing here for you.")
    if not await _may_read(unit, row):
        trail.record_denial(unit, Action.EXPERIENCE_READ, "experience", row.id, row.patient_id)
        raise NotFound("There is nothing here for you.")
    visit = await visit_by_id(unit.session, row.visit_id)
    if visit is None:
        raise NotFound("There is nothing here for you.")
    await trail.record(unit, "visit.experience_whose", "experience", row.id, row.patient_id)
    return Writer(
        written=_written(row, visit, clinic),
        person=await unit.session.get_one(Person, row.person_id),
        starts_at=visit.starts_at.astimezone(ZoneInfo(clinic.time_zone)),
        phones=await phone_numbers(unit.session, row.person_id),
    )


async def _ask(unit: Unit) -> Clinic:
    thing = Thing("clinic", unit.actor.clinic, unit.actor.clinic)
    require(unit, Action.EXPERIENCE_READ, thing)
    return await unit.session.get_one(Clinic, unit.actor.clinic)


async def _may_read(unit: Unit, row: Experience) -> bool:
    if is_kept_out(unit.actor, await relation_to(unit, row.patient_id)):
        return False
    room = await room_of_occasion(unit.session, row.visit_id)
    seat = await seat_of_person(unit.session, room.id, unit.actor.person) if room else None
    return seat is None


def _written(row: Experience, visit: Visit, clinic: Clinic) -> Written:
    begins = visit.starts_at.astimezone(ZoneInfo(clinic.time_zone))
    return Written(row.id, monday(begins), row.words or "", problems_of(row))


def monday(moment: datetime) -> datetime:
    """Return the same time of day on the Monday of its week."""
    return moment - timedelta(days=moment.weekday())
