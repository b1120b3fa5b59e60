"""Keeps a version when a plan comes to rest or a visit ends, and tells who waits to be read."""

import asyncio
from datetime import datetime, timedelta

from rounds.careplan.acknowledging import standings
from rounds.careplan.model import CarePlan
from rounds.careplan.queries import plan_of_patient
from rounds.careplan.version_model import Reason
from rounds.careplan.version_queries import (
    locked_plan,
    newest_signed,
    plans_at_rest,
    plans_signed_between,
    signatures_of,
)
from rounds.careplan.versions import keep_version
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.unit import Unit, Units
from rounds.notices.outbox import Message, queue
from rounds.notices.queries import notice_by_key
from rounds.people.model import Clinic, Person
from rounds.people.queries import staff
from rounds.rooms.events import RoomClosed
from rounds.rooms.model import Room
from rounds.scheduling.diaries import clinic_calendar
from rounds.scheduling.local import MINUTES_A_DAY
from rounds.scheduling.working import WorkCalendar
from rounds.sync.live import Shapes

REST = timedelta(minutes=10)
SWEEP_SECONDS = 60.0
READ_WITHIN = 5
"""Working days in which everybody is to have read a plan that was signed."""
LONGEST_WAIT = timedelta(days=60)
"""Whoever has not read it after that is not told of any more."""
KIND = "plan_unread"


class VersionWatch:
    """Looks every minute at the plans that changed or were signed."""

    def __init__(self, units: Units, shapes: Shapes) -> None:
        """Read and keep with `units`."""
        self._units = units
        self._shapes = shapes

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await self.sweep()

    async def sweep(self) -> None:
        """Look once; only news takes the writers' queue, one plan at a time."""
        async with self._units.reading(SYSTEM) as unit:
            resting = await plans_at_rest(unit.session, unit.now - REST)
            unread = await _unread(unit)
        for plan in resting:
            async with self._units(SYSTEM) as unit:
                await keep_version(unit, plan, self._shapes, Reason.PAUSE)
        for plan in unread:
            async with self._units(SYSTEM) as unit:
                found = await locked_plan(unit.session, plan)
                if found is not None:
                    await tell_unread(unit, found)

    async def room_closed(self, fact: RoomClosed) -> None:
        """Keep what the plan says at the end of a visit."""
        async with self._units.reading(SYSTEM) as unit:
            room = await unit.session.get(Room, fact.room)
            plan = await plan_of_patient(unit.session, room.patient_id) if room else None
        if plan is not None:
            async with self._units(SYSTEM) as unit:
                await keep_version(unit, plan.id, self._shapes, Reason.VISIT)


async def tell_unread(unit: Unit, plan: CarePlan) -> int:
    """Tell coordinators once that a plan was not read by everybody in time; return how many."""
    told = 0
    for person, key in await _to_tell(unit, plan):
        about = ("plan", plan.id)
        values = {"plan_link": f"/patients/{plan.patient_id}/plan/history"}
        if await queue(unit, person, Message(KIND, values, about=about, key=key)) is not None:
            told += 1
    return told


async def _unread(unit: Unit) -> list[str]:
    after, before = unit.now - LONGEST_WAIT, unit.now - timedelta(days=READ_WITHIN)
    plans = await plans_signed_between(unit.session, after, before)
    return [one.id for one in plans if await _to_tell(unit, one)]


async def _to_tell(unit: Unit, plan: CarePlan) -> list[tuple[Person, str]]:
    version = await newest_signed(unit.session, plan.id)
    clinic = await unit.session.get(Clinic, plan.clinic_id)
    if version is None or clinic is None:
        return []
    signed = (await signatures_of(unit.session, [version.id]))[0].signed_at
    due = await due_at(unit, clinic, signed)
    if due is None or unit.now < due:
        return []
    if all(one.read_at for one in await standings(unit.session, plan.patient_id, version)):
        return []
    members = await staff(unit.session, clinic.id)
    found = []
    for person, member in members:
        key = f"{KIND}:{version.id}:{person.id}"
        if member.role == Role.COORDINATOR and await notice_by_key(unit.session, key) is None:
            found.append((person, key))
    return found


async def due_at(unit: Unit, clinic: Clinic, signed: datetime) -> datetime | None:
    """Return until when a version signed then is to be read.

    A clinic that entered no hours works from Monday to Friday, except on its holidays.
    """
    calendar = await clinic_calendar(unit.session, clinic)
    if not calendar.has_hours:
        week = {day: [(0, MINUTES_A_DAY)] for day in range(5)}
        calendar = WorkCalendar(calendar.zone, week, calendar.holidays)
    return calendar.add_working_days(signed, READ_WITHIN)
