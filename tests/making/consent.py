"""What patients agreed to and whom they keep out, by the product's own rules."""

from datetime import timedelta

from rounds.consent.giving import exclude, give, withdraw
from rounds.consent.model import Purpose, Scope
from rounds.consent.queries import consents_for, consents_of
from rounds.kernel.actor import SYSTEM
from rounds.kernel.unit import Units
from rounds.people.model import Patient
from tests.making.people import Someone


async def give_family_access(
    units: Units, patient: Someone, relative: Someone, *scopes: Scope, days: int = 30
) -> str:
    """Open parts of a record to a relative; return the agreement's id."""
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Patient, patient.id)
        until = unit.now + timedelta(days=days)
        opened = frozenset(scopes or (Scope.VISITS, Scope.GOALS))
        given = await give(unit, row, Purpose.FAMILY, patient.id, relative.id, opened, until)
    return given.id


async def withdraw_family_access(units: Units, patient: Someone, relative: Someone) -> None:
    """Take back everything a relative was given."""
    async with units(SYSTEM) as unit:
        for one in await consents_for(unit.session, patient.id, relative.id):
            await withdraw(unit, one, patient.id)


async def keep_out(units: Units, patient: Someone, person: Someone) -> None:
    """Let a patient keep somebody out."""
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Patient, patient.id)
        await exclude(unit, row, patient.id, person=person.id)


async def agree_to_messages(units: Units, patient: Someone) -> None:
    """Let a patient agree to messages."""
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Patient, patient.id)
        await give(unit, row, Purpose.MESSAGES, patient.id)


async def withdraw_messages(units: Units, patient: Someone) -> None:
    """Take back every agreement to messages."""
    async with units(SYSTEM) as unit:
        for one in await consents_of(unit.session, patient.id):
            if one.purpose == Purpose.MESSAGES:
                await withdraw(unit, one, patient.id)
