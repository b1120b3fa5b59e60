"""Who may take part in a visit of a patient: staff, interpreter, relatives."""

from collections.abc import Sequence
from dataclasses import dataclass

from rounds.consent.model import Scope
from rounds.consent.queries import consents_for, exclusions_for
from rounds.kernel.actor import CLINICIANS, Role
from rounds.kernel.errors import Invalid
from rounds.kernel.unit import Unit
from rounds.people.model import Person, System
from rounds.people.queries import contact_points, relationships, relatives_of, staff
from rounds.scheduling.queries import locked_staff, without_account
from rounds.visits.lifecycle import Participant
from rounds.visits.queries import members_of

MOST_PEOPLE = 8


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the staff who can be chosen; `member` says that they belong to the team."""

    person: Person
    role: Role
    member: bool


@dataclass(frozen=True, slots=True)
class Guest:
    """The patient, or a relative with what they are to the patient and what was agreed.

    `agreed` says that the patient opened their visits to them; `ways` how a link reaches them.
    """

    person: Person
    relationship: str
    agreed: bool
    ways: frozenset[System]


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a form chose, by id."""

    clinicians: Sequence[str]
    coordinator: str = ""
    interpreter: str = ""
    relatives: Sequence[str] = ()

    @property
    def staff(self) -> list[str]:
        """Everybody of the staff among them, each once."""
        found = [*self.clinicians, self.coordinator, self.interpreter]
        return [one for one in dict.fromkeys(found) if one]


async def colleagues(unit: Unit, clinic: str, patient: str) -> Sequence[Colleague]:
    """Return the staff who may take part, members of the care team first.

    Whoever the patient keeps out, or has no account any more, is not among them.
    """
    members = await members_of(unit.session, patient)
    gone = await without_account(unit.session, clinic)
    found = [
        Colleague(person, Role(row.role), person.id in members)
        for person, row in await staff(unit.session, clinic)
        if person.id not in gone and not await _kept_out(unit, patient, person.id)
    ]
    return sorted(found, key=lambda one: not one.member)


async def guests(unit: Unit, patient: Person) -> Sequence[Guest]:
    """Return the patient and then the relatives whom nobody keeps out."""
    kin = [
        one
        for one in await relatives_of(unit.session, patient.id)
        if not await _kept_out(unit, patient.id, one.id)
    ]
    words = await relationships(unit.session, [one.id for one in kin])
    found = [Guest(patient, "", True, await ways(unit, patient.id))]
    for one in kin:
        given = await consents_for(unit.session, patient.id, one.id)
        agreed = any(Scope.VISITS in row.opened for row in given if row.holds(unit.now))
        found.append(Guest(one, words.get(one.id, ""), agreed, await ways(unit, one.id)))
    return found


async def ways(unit: Unit, person: str) -> frozenset[System]:
    """Return the kinds of address a person has."""
    return frozenset(System(row.system) for row in await contact_points(unit.session, person))


async def participants(
    unit: Unit, clinic: str, patient: str, choice: Choice
) -> Sequence[Participant]:
    """Return the chosen people with their roles; the staff's diaries are locked until the end.

    Raises Invalid for nobody who could see the patient, for people of another clinic or another
    patient, and for whoever the patient keeps out.
    """
    if not choice.clinicians:
        raise Invalid(
            "A visit needs a clinician.", {"clinician": "Please choose who sees the patient."}
        )
    if len(choice.staff) + len(choice.relatives) > MOST_PEOPLE:
        raise Invalid("A visit has at most eight people beside the patient.")
    rows = await locked_staff(unit.session, clinic, choice.staff)
    roles = {row.person_id: Role(row.role) for row in rows}
    gone = await without_account(unit.session, clinic)
    for person in choice.staff:
        if person not in roles or person in gone or await _kept_out(unit, patient, person):
            raise Invalid("One of these people cannot take part in this visit.")
    if any(roles[one] not in CLINICIANS for one in choice.clinicians):
        raise Invalid("One of these people cannot take part in this visit.")
    for person, role in (
        (choice.coordinator, Role.COORDINATOR),
        (choice.interpreter, Role.INTERPRETER),
    ):
        if person and roles[person] is not role:
            raise Invalid("One of these people cannot take part in this visit.")
    kin = {one.id for one in await relatives_of(unit.session, patient)}
    for person in choice.relatives:
        if person not in kin or await _kept_out(unit, patient, person):
            raise Invalid("One of these people cannot take part in this visit.")
    return [
        *(Participant(one, roles[one]) for one in choice.staff),
        *(Participant(one, Role.RELATIVE) for one in dict.fromkeys(choice.relatives)),
    ]


async def _kept_out(unit: Unit, patient: str, person: str) -> bool:
    rows = await exclusions_for(unit.session, patient, person)
    return any(row.section is None for row in rows)
