"""Gives the demo's patient and her sister addresses, a care team and something to share."""

from datetime import timedelta

from rounds.consent.giving import give
from rounds.consent.model import Purpose, Scope
from rounds.kernel.actor import CLINICIANS, SYSTEM, Role
from rounds.kernel.signing import Signer
from rounds.kernel.unit import Unit, Units
from rounds.people.contacts import add_contact, verify_contact
from rounds.people.model import Clinic, Person, System
from rounds.people.queries import clinics, patients_of, relatives_of, staff
from rounds.people.teams import begin_team, join

SHARED = timedelta(days=180)


async def bring_family_home(units: Units, signer: Signer) -> None:
    """Enter what patient and sister need to sign in between visits; for a clinic just made."""
    async with units(SYSTEM) as unit:
        clinic = (await clinics(unit.session))[0]
        person, patient = (await patients_of(unit.session, clinic.id))[0]
        sister = (await relatives_of(unit.session, person.id))[0]
        # Ofcom keeps 07700 900000 to 900999 for drama; example.org belongs to nobody (RFC 2606).
        await _reach(unit, signer, clinic, person, System.SMS, "07700 900123")
        await _reach(unit, signer, clinic, person, System.EMAIL, "mara@example.org")
        await _reach(unit, signer, clinic, sister, System.EMAIL, "ida@example.org")
        team = [(one.id, Role(row.role)) for one, row in await staff(unit.session, clinic.id)]
        clinicians = [one for one, role in team if role in CLINICIANS]
        for one in clinicians:
            await join(unit, patient, one)
        coordinators = [one for one, role in team if role is Role.COORDINATOR]
        await begin_team(unit, patient, clinicians[0], coordinators[0])
        scopes = frozenset({Scope.VISITS, Scope.GOALS})
        until = unit.now + SHARED
        await give(unit, patient, Purpose.FAMILY, person.id, sister.id, scopes, until)


async def _reach(
    unit: Unit, signer: Signer, clinic: Clinic, person: Person, system: System, value: str
) -> None:
    row = await add_contact(unit, signer, person, system, value, clinic.country)
    await verify_contact(unit, row)
