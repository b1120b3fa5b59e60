"""What waits for one patient or relative between visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rounds.accounts.reading_on import READABLE
from rounds.audit import trail
from rounds.consent.access import Relation, Thing, can, require
from rounds.consent.actions import Action
from rounds.consent.relations import relation_to
from rounds.kernel.actor import CLINICIANS, Role
from rounds.kernel.errors import Gone, NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Matter, Person
from rounds.people.queries import (
    open_responsibilities,
    people_by_id,
    related_person,
    staff_member,
    team_of,
)
from rounds.rooms.model import Room
from rounds.rooms.queries import seats_of
from rounds.tasks.reading import TaskLine, tasks_at_home
from rounds.visits.agreed import OVER, Agreed, read_agreed
from rounds.visits.at_home import is_open, opens_at, visible_visit
from rounds.visits.model import Visit, VisitState
from rounds.visits.queries import visits_of_patient

# A visit that never came about stays among the next ones no longer than it may run late.
LATE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class MyVisit:
    """A visit as its patient or a relative sees it, in the clinic's time."""

    visit: Visit
    start: datetime
    opens_at: datetime
    hosts: Sequence[tuple[Person, Role]]
    is_open: bool
    is_over: bool
    is_cancelled: bool
    invited: bool


@dataclass(frozen=True, slots=True)
class Carer:
    """One member of the care team, with what they answer for."""

    person: Person
    role: Role
    matters: frozenset[Matter]


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on the first page: whose it is, what comes, what was, who cares.

    `patient` is who it is about, another person than `me` on a relative's page. `opened` says
    whether the visits are open to the reader at all.
    """

    clinic: Clinic
    me: Person
    patient: Person
    now: datetime
    opened: bool
    next: Sequence[MyVisit]
    last: Sequence[MyVisit]
    team: Sequence[Carer]
    tasks: Sequence[TaskLine]

    @property
    def opens_at(self) -> datetime | None:
        """When the first of the next visits opens that is not open yet."""
        coming = (one for one in self.next if not one.is_open and not one.is_cancelled)
        return next((one.opens_at for one in coming), None)

    @property
    def own(self) -> bool:
        """Say whether the page is about its reader."""
        return self.me.id == self.patient.id


async def read_frame(unit: Unit) -> tuple[Clinic, Person]:
    """Return what every page of somebody at home begins with. Raises NotFound for others."""
    require(unit, Action.MY_PAGES, Thing("person", unit.actor.person))
    clinic = await unit.session.get(Clinic, unit.actor.clinic) if unit.actor.clinic else None
    me = await unit.session.get(Person, unit.actor.person) if unit.actor.person else None
    if clinic is None or me is None:
        raise NotFound("There is nothing here for you.")
    return clinic, me


async def read_home(unit: Unit) -> Home:
    """Return the actor's first page; what it shows of a record is in the trail."""
    clinic, me = await read_frame(unit)
    related = await related_person(unit.session, me.id)
    patient = await unit.session.get_one(Person, related.patient_id if related else me.id)
    tie = await relation_to(unit, patient.id)
    opened = can(unit.actor, Action.MY_VISIT, _about(patient, tie)).allowed
    known = []
    if opened:
        span = unit.now - READABLE - LATE
        for visit, room in await visits_of_patient(unit.session, patient.id, span):
            known.append(await _my_visit(unit, clinic, visit, room))
        await trail.record_reading(unit, Action.MY_PAGES, "patient", patient.id, patient.id)
    return Home(
        clinic=clinic,
        me=me,
        patient=patient,
        now=unit.now.astimezone(ZoneInfo(clinic.time_zone)),
        opened=opened,
        next=[one for one in known if _comes(one.visit, unit.now)],
        last=[one for one in reversed(known) if _readable(one.visit, unit.now)],
        tasks=await tasks_at_home(unit, patient.id),
        team=await _team(unit, patient.id) if tie.own else [],
    )


async def read_my_visit(unit: Unit, visit_id: str) -> tuple[Clinic, Person, MyVisit]:
    """Return one visit with the reader. Raises Gone when it was more than seven days ago."""
    visit, room = await visible_visit(unit, visit_id)
    clinic, me = await read_frame(unit)
    if not _comes(visit, unit.now) and not _readable(visit, unit.now):
        raise Gone(OVER)
    await trail.record_reading(unit, Action.MY_VISIT, "visit", visit.id, visit.patient_id)
    return clinic, me, await _my_visit(unit, clinic, visit, room)


async def read_my_agreed(unit: Unit, visit_id: str) -> Agreed | None:
    """Return what was agreed in a visit of the actor's; None before its end."""
    visit, room = await visible_visit(unit, visit_id)
    return await read_agreed(unit, visit, room)


def _about(patient: Person, tie: Relation) -> Thing:
    return Thing("patient", patient.id, patient.clinic_id, patient.id, None, tie)


def _comes(visit: Visit, now: datetime) -> bool:
    return visit.state != VisitState.FINISHED and now < visit.planned_end + LATE


def _readable(visit: Visit, now: datetime) -> bool:
    ended = visit.ended_at or visit.planned_end
    return visit.state == VisitState.FINISHED and now < ended + READABLE


async def _my_visit(unit: Unit, clinic: Clinic, visit: Visit, room: Room) -> MyVisit:
    zone = ZoneInfo(clinic.time_zone)
    seats = await seats_of(unit.session, room.id)
    hosts = [one for one in seats if one.role in CLINICIANS]
    people = await people_by_id(unit.session, [one.person_id for one in hosts])
    return MyVisit(
        visit=visit,
        start=visit.starts_at.astimezone(zone),
        opens_at=opens_at(visit).astimezone(zone),
        hosts=[(people[one.person_id], Role(one.role)) for one in hosts],
        is_open=is_open(visit, room, unit.now),
        is_over=not _comes(visit, unit.now),
        is_cancelled=visit.state == VisitState.CANCELLED,
        invited=any(one.person_id == unit.actor.person for one in seats),
    )


async def _team(unit: Unit, patient: str) -> list[Carer]:
    members = [one for one in await team_of(unit.session, patient) if one.ends_at is None]
    people = await people_by_id(unit.session, [one.person_id for one in members])
    held = await open_responsibilities(unit.session, patient)
    found = []
    for one in members:
        member = await staff_member(unit.session, one.person_id)
        matters = frozenset(Matter(row.matter) for row in held if row.person_id == one.person_id)
        if member is not None:
            found.append(Carer(people[one.person_id], Role(member.role), matters))
    return sorted(found, key=lambda carer: Matter.LEAD not in carer.matters)
