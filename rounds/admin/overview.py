"""The clinic at a glance: what is still to be set up, the day in numbers, what is not well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rounds.admin.clinic import clinic_to_read
from rounds.admin.examination import REVIEW_AFTER, examine_clinic
from rounds.admin.last_backup import DUE_AFTER, LastBackup, last_backup
from rounds.admin.queries import (
    has_hours,
    messages,
    on_call,
    patients,
    signed_in,
    staff_accounts,
    visits_by_state,
)
from rounds.kernel.finding import Finding
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic
from rounds.rooms.queries import records_since
from rounds.rooms.retention import KEEPS_RECORDS
from rounds.rooms.summary import Summary, summarise
from rounds.visits.model import VisitState


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page shows: `steps` tells of each step of setting up whether it is done."""

    clinic: Clinic
    now: datetime
    steps: Mapping[str, bool]
    numbers: Mapping[str, int]
    findings: Sequence[Finding]
    backup: LastBackup | None
    connections: Summary

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(self.steps.values())


async def read_overview(unit: Unit, data: Path) -> Overview:
    """Return the overview of the actor's clinic. Raises NotFound for whoever may not see it."""
    clinic = await clinic_to_read(unit)
    backup = last_backup(data)
    zone = ZoneInfo(clinic.time_zone)
    return Overview(
        clinic=clinic,
        now=unit.now.astimezone(zone),
        steps=await _steps(unit, clinic, backup),
        numbers=await _numbers(unit, clinic),
        findings=[one async for one in examine_clinic(unit.session, clinic, unit.now)],
        backup=backup,
        connections=summarise(
            await records_since(unit.session, clinic.id, unit.now - KEEPS_RECORDS)
        ),
    )


async def _steps(unit: Unit, clinic: Clinic, backup: LastBackup | None) -> Mapping[str, bool]:
    session, accounts = unit.session, await staff_accounts(unit.session, clinic.id)
    reviewed = clinic.crisis_reviewed_on
    today = unit.now.astimezone(ZoneInfo(clinic.time_zone)).date()
    return {
        "help": reviewed is not None and reviewed >= today - REVIEW_AFTER,
        "hours": await has_hours(session, clinic.id),
        "staff": accounts["taken"] + accounts["invited"] > 1,
        "factors": accounts["taken"] > 0 and accounts["unprotected"] == 0,
        "on_call": await on_call(session, clinic.id, unit.now) > 0,
        "mail": (await messages(session, clinic.id))["sent"] > 0,
        "backup": backup is not None and unit.now - backup.at <= DUE_AFTER,
    }


async def _numbers(unit: Unit, clinic: Clinic) -> Mapping[str, int]:
    zone = ZoneInfo(clinic.time_zone)
    day = unit.now.astimezone(zone).date()
    begin = datetime.combine(day, time.min, zone)
    end = datetime.combine(day + timedelta(days=1), time.min, zone)
    states = await visits_by_state(unit.session, clinic.id, begin, end)
    return {
        "visits": sum(states.values()) - states.get(VisitState.CANCELLED, 0),
        "finished": states.get(VisitState.FINISHED, 0),
        "running": states.get(VisitState.ARRIVED, 0) + states.get(VisitState.IN_PROGRESS, 0),
        "patients": await patients(unit.session, clinic.id),
        "signed_in": await signed_in(unit.session, clinic.id, unit.now),
        "given_up": (await messages(unit.session, clinic.id))["given_up"],
    }
