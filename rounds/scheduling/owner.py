"""Whose schedule somebody may change: their own, and the office everybody's."""

from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import ClinicId
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, StaffMember
from rounds.people.queries import staff_member
from rounds.scheduling.events import ScheduleChanged
from rounds.scheduling.queries import locked_clinic


async def office(unit: Unit) -> Clinic:
    """Return the actor's clinic, locked, for whoever keeps the schedule of all.

    Raises NotFound for everybody else.
    """
    require(unit, Action.HOURS_MANAGE, Thing("schedule", unit.actor.clinic, unit.actor.clinic))
    return await _clinic(unit)


async def owner_or_office(unit: Unit, person: str) -> tuple[Clinic, StaffMember]:
    """Return the clinic, locked, and a member of its staff whose schedule the actor may change.

    Raises NotFound for somebody else's schedule, the same for a person that is none.
    """
    member = await staff_member(unit.session, person) if person else None
    thing = Thing("schedule", person or None, member.clinic_id if member else None)
    require(unit, Action.HOURS_OWN, thing)
    if person != unit.actor.person:
        require(unit, Action.HOURS_MANAGE, thing)
    clinic = await _clinic(unit)
    if member is None or member.clinic_id != clinic.id:
        raise NotFound("There is nothing here for you.")
    return clinic, member


def changed(unit: Unit, clinic: str) -> None:
    """Tell that the clinic's schedule is another one now."""
    unit.tell(ScheduleChanged(ClinicId(clinic)))


async def _clinic(unit: Unit) -> Clinic:
    clinic = await locked_clinic(unit.session, unit.actor.clinic or "")
    if clinic is None:
        raise NotFound("There is nothing here for you.")
    return clinic
