"""An administrator reads and sets the facts of their own clinic."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rounds.admin.queries import coming_visits
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.people.clinic import (
    ClinicFacts,
    change_clinic,
    check_facts,
    set_hold,
    set_record_years,
)
from rounds.people.model import Clinic


@dataclass(frozen=True, slots=True)
class ClockChange:
    """What another time zone changes: how the next visit is shown, and how many there are."""

    visits: int
    before: datetime | None
    after: datetime | None


async def clinic_to_read(unit: Unit) -> Clinic:
    """Return the actor's clinic. Raises NotFound for whoever may not look at its settings."""
    require(unit, Action.CLINIC_READ, _own(unit))
    return await _clinic(unit)


async def clinic_to_set(unit: Unit) -> Clinic:
    """Return the actor's clinic for setting it; Forbidden asks for a proof first."""
    require(unit, Action.CLINIC_SET, _own(unit))
    return await _clinic(unit)


async def save_clinic(unit: Unit, facts: ClinicFacts, revision: int, reviewed: bool) -> Clinic:
    """Set the facts. Raises Invalid and Conflict as `change_clinic` does."""
    clinic = await clinic_to_set(unit)
    return await change_clinic(unit, clinic.id, facts, revision, reviewed)


async def hold_clinic(unit: Unit, hold: bool) -> None:
    """Stop every deletion, or let it go on."""
    clinic = await clinic_to_set(unit)
    await set_hold(unit, clinic.id, hold)


async def keep_records(unit: Unit, years: int | None) -> None:
    """Choose how many years records are kept; None is for good. Raises Invalid."""
    clinic = await clinic_to_set(unit)
    await set_record_years(unit, clinic.id, years)


async def clock_change(unit: Unit, facts: ClinicFacts) -> ClockChange | None:
    """Return what the time zone of `facts` would change; nothing if it is the one that stands."""
    clinic = await clinic_to_set(unit)
    check_facts(facts)
    if facts.time_zone == clinic.time_zone:
        return None
    coming = await coming_visits(unit.session, clinic.id, unit.now)
    first = coming[0] if coming else None
    return ClockChange(
        len(coming),
        first.astimezone(ZoneInfo(clinic.time_zone)) if first else None,
        first.astimezone(ZoneInfo(facts.time_zone)) if first else None,
    )


async def _clinic(unit: Unit) -> Clinic:
    clinic = await unit.session.get(Clinic, unit.actor.clinic)
    if clinic is None:
        raise NotFound("There is nothing here for you.")
    return clinic


def _own(unit: Unit) -> Thing:
    return Thing("clinic", unit.actor.clinic, unit.actor.clinic)
