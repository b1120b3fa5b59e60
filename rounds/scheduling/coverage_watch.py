"""Warns those who keep the schedule, 24 hours before nobody would watch."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from rounds.audit import trail
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.database import AsyncSession
from rounds.kernel.unit import Unit, Units
from rounds.notices.outbox import Message, queue, queue_push
from rounds.notices.queries import notice_by_key
from rounds.people.model import Clinic, Person
from rounds.people.queries import clinics, staff
from rounds.scheduling.coverage import coming_gaps
from rounds.scheduling.owner import changed
from rounds.scheduling.queries import locked_clinic
from rounds.scheduling.working import Span

WARN_BEFORE = timedelta(hours=24)
SWEEP_SECONDS = 60.0
KIND = "coverage_gap"


async def warn(unit: Unit, clinic: Clinic) -> int:
    """Warn coordinators of gaps that begin within 24 hours, each once; return how many are new.

    Where a clinic has no coordinator its administrators are warned.
    """
    near = [
        gap
        for gap in await coming_gaps(unit.session, clinic, unit.now)
        if gap.begins - unit.now <= WARN_BEFORE
    ]
    if not near:
        return 0
    people = await _keepers(unit.session, clinic.id)
    new = 0
    for gap in near:
        told = [await _tell(unit, clinic, person, gap) for person in people]
        if any(told):
            await trail.record(unit, "coverage.warn", "schedule", clinic=clinic.id)
            new += 1
    if new:
        changed(unit, clinic.id)
    return new


class CoverageWatch:
    """Looks every minute whether somebody must be warned."""

    def __init__(self, units: Units) -> None:
        """Read and warn with `units`."""
        self._units = units

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.sweep()
            await asyncio.sleep(SWEEP_SECONDS)

    async def sweep(self) -> None:
        """Look once at every clinic; only news takes the writers' queue."""
        async with self._units.reading(SYSTEM) as unit:
            near = [
                clinic.id for clinic in await clinics(unit.session) if await _has_news(unit, clinic)
            ]
        for id in near:
            async with self._units(SYSTEM) as unit:
                clinic = await locked_clinic(unit.session, id)
                if clinic is not None:
                    await warn(unit, clinic)


async def _has_news(unit: Unit, clinic: Clinic) -> bool:
    near = await coming_gaps(unit.session, clinic, unit.now)
    people = await _keepers(unit.session, clinic.id)
    for gap in near:
        if gap.begins - unit.now > WARN_BEFORE:
            return False
        for person in people:
            if await notice_by_key(unit.session, _key(person, gap)) is None:
                return True
    return False


async def _keepers(session: AsyncSession, clinic: str) -> Sequence[Person]:
    members = await staff(session, clinic)
    found = [person for person, member in members if member.role == Role.COORDINATOR]
    return found or [person for person, member in members if member.role == Role.ADMIN]


async def _tell(unit: Unit, clinic: Clinic, person: Person, gap: Span) -> bool:
    """Tell one person of one gap by push and by their first proved address; say if it is new."""
    key = _key(person, gap)
    if await notice_by_key(unit.session, key) is not None:
        return False
    values = {
        "begins_at": gap.begins.isoformat(),
        "ends_at": gap.ends.isoformat(),
        "schedule_link": "/schedule",
    }
    about = ("clinic", clinic.id)
    await queue_push(unit, person, Message(KIND, values, about, expires_at=gap.ends, key=key))
    await queue(unit, person, Message(KIND, values, about, expires_at=gap.ends, key=f"mail {key}"))
    return True


def _key(person: Person, gap: Span) -> str:
    return f"{KIND} {person.id} {gap.begins.isoformat()}"
