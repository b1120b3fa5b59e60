"""Who can have a task of a patient: the care team, the office, the patient, family they let in."""

from collections.abc import Sequence
from dataclasses import dataclass

from rounds.consent.access import OFFICE
from rounds.consent.model import Scope
from rounds.consent.queries import kept_out_of
from rounds.consent.relations import tie_of
from rounds.kernel.actor import STAFF, Role
from rounds.kernel.errors import Invalid
from rounds.kernel.unit import Unit
from rounds.people.model import Patient, Person
from rounds.people.queries import people_by_id, relatives_of, staff, team_of
from rounds.scheduling.queries import without_account

NOBODY = "Please choose who does it."
NOT_THEIRS = "This person cannot have a task of this patient."


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who can have a task; without a person everybody of a role."""

    person: Person | None
    role: Role

    @property
    def value(self) -> str:
        """What a form sends for them: a person's id, or a role's name."""
        return self.person.id if self.person else str(self.role)


async def possible_owners(unit: Unit, patient: Patient) -> list[Owner]:
    """Return everybody who can have a task: team, patient, family, the office, then roles.

    Whom the patient keeps out is not among them, and of the family only those who can read it.
    """
    out = await kept_out_of(unit.session, patient.person_id)
    out |= await without_account(unit.session, patient.clinic_id)
    members = {
        one.person_id
        for one in await team_of(unit.session, patient.person_id)
        if one.ends_at is None
    }
    working = [
        (person, Role(row.role))
        for person, row in await staff(unit.session, patient.clinic_id)
        if row.role in STAFF and person.id not in out
    ]
    team = [Owner(person, role) for person, role in working if person.id in members]
    helping = [
        Owner(person, role)
        for person, role in working
        if person.id not in members and role in OFFICE
    ]
    at_home = [Owner(one, Role.PATIENT) for one in await _patient(unit, patient)]
    roles = dict.fromkeys(one.role for one in (*team, *helping))
    return [
        *team,
        *at_home,
        *await _family(unit, patient),
        *helping,
        *(Owner(None, role) for role in roles),
    ]


def chosen(owners: Sequence[Owner], value: str) -> Owner:
    """Return the owner that a form named. Raises Invalid for anybody else."""
    if not value:
        raise Invalid(NOBODY, {"owner": NOBODY})
    found = next((one for one in owners if one.value == value), None)
    if found is None:
        raise Invalid(NOT_THEIRS, {"owner": NOT_THEIRS})
    return found


async def _patient(unit: Unit, patient: Patient) -> list[Person]:
    found = await people_by_id(unit.session, [patient.person_id])
    return list(found.values())


async def _family(unit: Unit, patient: Patient) -> list[Owner]:
    found = []
    for person in await relatives_of(unit.session, patient.person_id):
        tie = await tie_of(unit.session, patient.person_id, person.id, unit.now)
        if Scope.TASKS in tie.scopes:
            found.append(Owner(person, Role.RELATIVE))
    return found
