"""Who can see what of a patient's record, as the patient and their team are shown it."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from rounds.consent.access import Relation
from rounds.consent.model import Consent, Exclusion, Purpose
from rounds.consent.queries import consents_of, exclusions_of
from rounds.consent.relations import tie_of
from rounds.kernel.actor import Role
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.notices.model import Notice
from rounds.notices.queries import sent_about_visits
from rounds.people.model import Clinic, Matter, Patient, Person
from rounds.people.queries import (
    open_responsibilities,
    people_by_id,
    relationships,
    relatives_of,
    staff,
    team_of,
)

MOST_SENT = 20


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the care team, what they answer for, and how far they see."""

    person: Person
    role: Role
    matters: Sequence[Matter]
    tie: Relation


@dataclass(frozen=True, slots=True)
class Close:
    """Somebody close to the patient: what was opened to them, by which agreement."""

    person: Person
    relationship: str
    tie: Relation
    consent: Consent | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A purpose, the newest word of the patient about it, and whether it counts now."""

    purpose: Purpose
    consent: Consent | None
    holds: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """A patient's record with everybody who can look into it, and what was agreed."""

    clinic: Clinic
    patient: Person
    team: Sequence[Member]
    family: Sequence[Close]
    others: Sequence[tuple[Person, Role]]
    agreements: Sequence[Agreement]
    history: Sequence[Consent]
    exclusions: Sequence[Exclusion]
    sent: Sequence[Notice]
    people: dict[str, Person]

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone, in which days are meant."""
        return ZoneInfo(self.clinic.time_zone)


async def take_sight(unit: Unit, patient: Patient) -> Sight:
    """Read who can see what now; the caller has asked whether the actor may know it."""
    session = unit.session
    clinic = await session.get_one(Clinic, patient.clinic_id)
    person = await session.get(Person, patient.person_id)
    if person is None:
        raise NotFound("There is nothing here for you.")
    history = await consents_of(session, patient.person_id)
    exclusions = await exclusions_of(session, patient.person_id)
    family = await _family(unit, patient, history)
    workers = [(one, Role(row.role)) for one, row in await staff(session, patient.clinic_id)]
    team = await _team(unit, patient, {one.id: (one, role) for one, role in workers})
    members = {one.person.id for one in team}
    sent = await sent_about_visits(
        session, [patient.person_id, *(one.person.id for one in family)], MOST_SENT
    )
    named = {row.given_by for row in history} | {row.explained_by for row in history}
    named |= {row.person_id for row in exclusions} | {row.person_id for row in sent}
    people = await people_by_id(session, [one for one in named if one])
    return Sight(
        clinic=clinic,
        patient=person,
        team=team,
        family=family,
        others=[(one, role) for one, role in workers if one.id not in members],
        agreements=[_newest(unit, purpose, history) for purpose in Purpose if _is_plain(purpose)],
        history=history,
        exclusions=exclusions,
        sent=sent,
        people=dict(people),
    )


async def _team(
    unit: Unit, patient: Patient, workers: dict[str, tuple[Person, Role]]
) -> list[Member]:
    held = await open_responsibilities(unit.session, patient.person_id)
    members = []
    for row in await team_of(unit.session, patient.person_id):
        if row.ends_at is not None or row.person_id not in workers:
            continue
        person, role = workers[row.person_id]
        matters = [Matter(one.matter) for one in held if one.person_id == person.id]
        tie = await tie_of(unit.session, patient.person_id, person.id, unit.now)
        members.append(Member(person, role, matters, tie))
    return members


async def _family(unit: Unit, patient: Patient, history: Sequence[Consent]) -> list[Close]:
    kin = await relatives_of(unit.session, patient.person_id)
    called = await relationships(unit.session, [one.id for one in kin])
    family = []
    for person in kin:
        holding = [one for one in history if one.grantee_id == person.id and one.holds(unit.now)]
        tie = await tie_of(unit.session, patient.person_id, person.id, unit.now)
        family.append(
            Close(person, called.get(person.id, ""), tie, holding[0] if holding else None)
        )
    return family


def _is_plain(purpose: Purpose) -> bool:
    return purpose is not Purpose.FAMILY


def _newest(unit: Unit, purpose: Purpose, history: Sequence[Consent]) -> Agreement:
    rows = [one for one in history if one.purpose == purpose]
    newest = rows[0] if rows else None
    return Agreement(purpose, newest, newest is not None and newest.holds(unit.now))
