"""The chart of one patient: who they are, who cares for them, and, for the team, what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rounds.audit import trail
from rounds.chart.queries.visits import visits_of_patient
from rounds.consent.actions import Action
from rounds.consent.model import Consent, Purpose, Section
from rounds.consent.queries import consents_of
from rounds.consent.relations import may, relation_to, require_patient
from rounds.kernel.actor import Role
from rounds.kernel.unit import Unit
from rounds.people.model import (
    Clinic,
    ContactPoint,
    Matter,
    Membership,
    Patient,
    Person,
    RelatedPerson,
    Responsibility,
)
from rounds.people.queries import (
    contact_points,
    kin_of,
    people_by_id,
    responsibilities_of,
    staff_member,
    team_of,
)
from rounds.visits.model import Visit


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who belongs or belonged to the team, and what they answer for now."""

    person: Person
    role: Role
    membership: Membership
    matters: Sequence[Matter]


@dataclass(frozen=True, slots=True)
class Close:
    """Somebody close to the patient, how to reach them and what they may see now."""

    person: Person
    tie: RelatedPerson
    contacts: Sequence[ContactPoint]
    access: Consent | None


@dataclass(frozen=True, slots=True)
class Chart:
    """What one member of staff may see of one patient.

    Without `opens` (the office, without belonging to the team) there are no visits and no
    consents. `is_kept` says that the patient keeps a part from the reader. Each visit comes
    with whether the reader has a seat in it.
    """

    clinic: Clinic
    person: Person
    patient: Patient
    opens: bool
    opens_plan: bool
    is_kept: bool
    shows_visits: bool
    records_consent: bool
    contacts: Sequence[ContactPoint]
    kin: Sequence[Close]
    team: Sequence[Member]
    former: Sequence[Member]
    duties: Sequence[Responsibility]
    people: Mapping[str, Person]
    visits: Sequence[tuple[Visit, bool]]
    consents: Sequence[Consent]
    now: datetime


async def read_chart(unit: Unit, patient_id: str) -> Chart:
    """Return the chart of a patient; the reading is in the trail."""
    patient = await require_patient(unit, Action.PATIENT_REGISTER, patient_id)
    relation = await relation_to(unit, patient_id)
    opens = await may(unit, Action.CHART_READ, patient)
    shows_visits = opens and Section.VISITS not in relation.withheld
    session = unit.session
    duties = await responsibilities_of(session, patient_id)
    memberships = await team_of(session, patient_id)
    people = await people_by_id(
        session,
        {
            *(one.person_id for one in memberships),
            *(one.person_id for one in duties),
            *(one.given_by for one in duties if one.given_by),
        },
    )
    members = [await _member(unit, one, people, duties) for one in memberships]
    consents = await consents_of(session, patient_id)
    action = Action.CHART_READ if opens else Action.PATIENT_REGISTER
    await trail.record_reading(unit, action, "patient", patient_id, patient_id)
    me = unit.actor.person or ""
    return Chart(
        clinic=await session.get_one(Clinic, patient.clinic_id),
        person=await session.get_one(Person, patient_id),
        patient=patient,
        opens=opens,
        is_kept=bool(relation.withheld),
        shows_visits=shows_visits,
        opens_plan=await may(unit, Action.PLAN_OPEN, patient),
        records_consent=await may(unit, Action.CONSENT_RECORD, patient),
        contacts=await contact_points(session, patient_id),
        kin=await _kin(unit, patient_id, consents),
        team=[one for one in members if one.membership.ends_at is None],
        former=_former(members),
        duties=duties,
        people=people,
        visits=await visits_of_patient(session, patient_id, me) if shows_visits else (),
        consents=consents if opens else (),
        now=unit.now,
    )


async def _member(
    unit: Unit,
    membership: Membership,
    people: Mapping[str, Person],
    duties: Sequence[Responsibility],
) -> Member:
    row = await staff_member(unit.session, membership.person_id)
    held = [
        Matter(one.matter)
        for one in duties
        if one.ends_at is None and one.person_id == membership.person_id
    ]
    order = list(Matter)
    role = Role(row.role) if row else Role.COORDINATOR
    person = people[membership.person_id]
    return Member(person, role, membership, sorted(held, key=order.index))


def _former(members: Sequence[Member]) -> list[Member]:
    """Who left and did not come back, each once, with their last period."""
    here = {one.person.id for one in members if one.membership.ends_at is None}
    last = {one.person.id: one for one in members if one.person.id not in here}
    return list(last.values())


async def _kin(unit: Unit, patient_id: str, consents: Sequence[Consent]) -> list[Close]:
    found = []
    for person, tie in await kin_of(unit.session, patient_id):
        access = next(
            (
                one
                for one in consents
                if one.purpose == Purpose.FAMILY
                and one.grantee_id == person.id
                and one.holds(unit.now)
            ),
            None,
        )
        contacts = await contact_points(unit.session, person.id)
        found.append(Close(person, tie, contacts, access))
    return found
