"""What patients agreed to and whom they keep out, by the product's own rules."""

from dataclasses import replace
from datetime import timedelta

from rounds.consent.giving import exclude, give, lift, withdraw
from rounds.consent.model import Consent, Exclusion, Purpose, Scope, Section
from rounds.consent.queries import consents_for, consents_of
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.unit import Units
from rounds.people.model import Patient
from tests.making.people import Someone, make_clinic, make_staff, make_team
from tests.making.visits import MadeVisit, make_visit


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


async def keep_out(
    units: Units, patient: Someone, person: Someone, section: Section | None = None
) -> str:
    """Let a patient keep somebody out, of everything or of a part; return the exclusion's id."""
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Patient, patient.id)
        made = await exclude(unit, row, patient.id, person.id, section)
    return made.id


async def withdraw_messages(units: Units, patient: Someone) -> None:
    """Take back every agreement to messages."""
    async with units(SYSTEM) as unit:
        for one in await consents_of(unit.session, patient.id):
            if one.purpose == Purpose.MESSAGES:
                await withdraw(unit, one, patient.id)


async def agree_to(units: Units, patient: Someone, purpose: Purpose) -> str:
    """Let a patient agree to a purpose; return the agreement's id."""
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Patient, patient.id)
        given = await give(unit, row, purpose, patient.id)
    return given.id


async def take_back(units: Units, consent: str) -> None:
    """Let the patient of an agreement take it back."""
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Consent, consent)
        await withdraw(unit, row, row.patient_id)


async def let_in(units: Units, exclusion: str) -> None:
    """End an exclusion."""
    async with units(SYSTEM) as unit:
        await lift(unit, await unit.session.get_one(Exclusion, exclusion))


async def visit_with_team_of_two(units: Units) -> MadeVisit:
    """A visit of a GP; a therapist is in the patient's team as well (`team` names both)."""
    clinic = await make_clinic(units)
    team = [await make_staff(units, clinic, role) for role in (Role.GP, Role.THERAPIST)]
    visit = await make_visit(units, clinic, [team[0]])
    await make_team(units, visit.patient, team)
    return replace(visit, team=team)
