"""What waits for one member of staff today."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rounds.accounts.model import Invitation
from rounds.accounts.queries.invitations import invitations_of_room
from rounds.audit import trail
from rounds.consent.access import OF_PATIENT, OFFICE, Thing, can, require
from rounds.consent.actions import Action
from rounds.consent.queries import patients_keeping_out
from rounds.home.asks import AtTheDoor, at_the_door, missed_for
from rounds.home.bells import DESK
from rounds.home.colleagues import Colleague, read_colleagues
from rounds.kernel.actor import Role
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.notices.queries import answers_about, count_unattended
from rounds.people.model import Clinic, Person
from rounds.people.queries import people_by_id
from rounds.rooms.check_in import Safe
from rounds.rooms.model import Room, Seat, Standing
from rounds.rooms.presence import Presence
from rounds.rooms.queries import check_ins_of_room, seats_of, self_tests_of_room
from rounds.scheduling.coverage import coming_gaps
from rounds.scheduling.on_call import on_call_at
from rounds.scheduling.working import Span
from rounds.tasks.reading import TaskLine, tasks_today
from rounds.visits.closing import Unfinished, to_finish
from rounds.visits.missed import Open
from rounds.visits.model import Visit, VisitState
from rounds.visits.queries import visits_between, visits_with

MISSED_AFTER = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class TodayVisit:
    """One line of the day."""

    visit: Visit
    start: datetime
    patient: Person
    patient_seat: Seat
    companions: Sequence[tuple[Seat, Person]]
    standing: str
    is_past: bool
    is_next: bool
    answer: str | None
    light: str | None
    """What the patient's last self-test gave, until the visit is over."""
    unsafe: bool
    """Whether the patient said on arriving that they cannot talk freely."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is on call now; for those who keep the schedule, when nobody will be (in their zone)."""

    on_call: Sequence[Person]
    gaps: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Today:
    """A day: its lines, and what is done and to come."""

    clinic: Clinic
    me: Person
    now: datetime
    visits: Sequence[TodayVisit]
    everybody: Sequence[TodayVisit]
    watch: Watch
    done: int
    to_come: int
    last_end: datetime | None
    door: Sequence[AtTheDoor]
    missed: Sequence[Open]
    unfinished: Sequence[Unfinished]
    """Visits that the actor ended without a decision; nothing waits for it but they."""
    tasks: Sequence[TaskLine]
    """What waits for the actor, the most overdue first."""
    colleagues: Sequence[Colleague]
    unattended: int
    """Messages and answers that wait for somebody of the clinic's desk; 0 for everybody else."""


async def read_today(unit: Unit, presence: Presence, is_heard: Callable[[str], bool]) -> Today:
    """Return the actor's day in the clinic's time zone; the reading is in the trail.

    `is_heard` tells who of the staff has a page open.
    """
    require(unit, Action.TODAY, Thing("person", unit.actor.person, unit.actor.clinic))
    clinic = await unit.session.get(Clinic, unit.actor.clinic)
    me = await unit.session.get(Person, unit.actor.person)
    if clinic is None or me is None:
        raise NotFound("There is nothing here for you.")
    zone = ZoneInfo(clinic.time_zone)
    now = unit.now.astimezone(zone)
    begin, end = day_bounds(now, zone)
    lines: list[TodayVisit] = []
    absent = await patients_keeping_out(unit.session, me.id)
    door: list[AtTheDoor] = []
    for visit, room in await visits_with(unit.session, me.id, begin, end):
        if visit.patient_id in absent:
            continue
        is_next = not any(line.is_next for line in lines)
        lines.append(await _line(unit, visit, room, zone, presence, is_next))
        if (there := await at_the_door(unit, visit, room)) is not None:
            door.append(there)
        await trail.record_reading(unit, Action.TODAY, "visit", visit.id, visit.patient_id)
    own = {line.visit.id for line in lines}
    everybody = await _everybody(unit, clinic, (begin, end), own, presence)
    ahead = [line for line in lines if not line.is_past]
    return Today(
        clinic=clinic,
        me=me,
        now=now,
        visits=lines,
        everybody=everybody,
        watch=await _watch(unit, clinic, zone),
        done=sum(line.visit.state == VisitState.FINISHED for line in lines),
        to_come=len(ahead),
        last_end=max((line.visit.planned_end.astimezone(zone) for line in ahead), default=None),
        door=door if unit.actor.role is not Role.INTERPRETER else [],
        missed=await missed_for(unit) if unit.actor.role is not Role.INTERPRETER else [],
        unfinished=await to_finish(unit),
        tasks=await tasks_today(unit, clinic),
        colleagues=await read_colleagues(unit, clinic, presence, is_heard),
        unattended=await _unattended(unit, clinic),
    )


async def _unattended(unit: Unit, clinic: Clinic) -> int:
    if unit.actor.role not in DESK:
        return 0
    return await count_unattended(unit.session, clinic.id)


async def _everybody(
    unit: Unit,
    clinic: Clinic,
    day: tuple[datetime, datetime],
    own: set[str],
    presence: Presence,
) -> list[TodayVisit]:
    """Return the clinic's other visits of the day for the office, which helps everybody.

    Patients who keep the actor out are not among them.
    """
    if unit.actor.role not in OF_PATIENT[Action.PATIENT_REGISTER]:
        return []
    zone = ZoneInfo(clinic.time_zone)
    kept = await patients_keeping_out(unit.session, unit.actor.person or "")
    found = []
    for visit, room in await visits_between(unit.session, clinic.id, *day):
        if visit.id not in own and visit.patient_id not in kept:
            found.append(await _line(unit, visit, room, zone, presence, False))
            await trail.record_reading(unit, Action.TODAY, "visit", visit.id, visit.patient_id)
    return found


async def _watch(unit: Unit, clinic: Clinic, zone: ZoneInfo) -> Watch:
    on_call = await on_call_at(unit.session, clinic.id, unit.now)
    people = await people_by_id(unit.session, on_call)
    schedule = Thing("schedule", clinic.id, clinic.id)
    keeps = can(unit.actor, Action.HOURS_MANAGE, schedule).allowed
    coming = await coming_gaps(unit.session, clinic, unit.now) if keeps else []
    return Watch(
        [people[one] for one in on_call],
        [Span(one.begins.astimezone(zone), one.ends.astimezone(zone)) for one in coming],
    )


def day_bounds(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the begin of this local day and of the next, whatever the clocks do between."""
    begin = datetime.combine(now.date(), time.min, zone)
    return begin, datetime.combine(now.date() + timedelta(days=1), time.min, zone)


async def _line(
    unit: Unit, visit: Visit, room: Room, zone: ZoneInfo, presence: Presence, may_be_next: bool
) -> TodayVisit:
    seats = await seats_of(unit.session, room.id)
    people = await people_by_id(unit.session, [seat.person_id for seat in seats])
    links = {row.person_id: row for row in await invitations_of_room(unit.session, room.id)}
    patient = next(seat for seat in seats if seat.role == Role.PATIENT)
    answers = await answers_about(unit.session, [visit.id])
    standing = standing_of(visit, patient, links, presence, unit.now)
    is_past = visit.state in (VisitState.FINISHED, VisitState.CANCELLED) or standing == "missed"
    test = (await self_tests_of_room(unit.session, room.id)).get(patient.id)
    told = (await check_ins_of_room(unit.session, room.id)).get(patient.id)
    # Whoever may let them in, or rings them, knows; an interpreter does not.
    hosts = unit.actor.role in OFFICE or any(
        seat.may_admit for seat in seats if seat.person_id == unit.actor.person
    )
    others = [
        (seat, people[seat.person_id])
        for seat in seats
        if seat is not patient and seat.person_id != unit.actor.person
    ]
    return TodayVisit(
        visit=visit,
        start=visit.starts_at.astimezone(zone),
        patient=people[patient.person_id],
        patient_seat=patient,
        companions=others,
        standing=standing,
        is_past=is_past,
        is_next=may_be_next and not is_past,
        answer=answers.get((visit.id, patient.person_id)) if not is_past else None,
        light=test.result if test is not None and not is_past else None,
        unsafe=hosts and told is not None and told.safe == Safe.NO and not is_past,
    )


def standing_of(
    visit: Visit,
    patient: Seat,
    links: Mapping[str, Invitation],
    presence: Presence,
    now: datetime,
) -> str:
    """Return where the patient is: one word of the protocol."""
    if visit.state in (VisitState.FINISHED, VisitState.CANCELLED):
        return str(visit.state)
    if patient.standing == Standing.ADMITTED:
        return "in_call"
    if patient.in_line:
        here = patient.id in presence.present(patient.room_id)
        return "waiting" if here else "away"
    if visit.state == VisitState.PLANNED and now > visit.planned_end + MISSED_AFTER:
        return "missed"
    link = links.get(patient.person_id)
    return "opened" if link is not None and link.bound_at is not None else "not_opened"
