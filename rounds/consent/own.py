"""What patients and relatives do at home: see who sees what, agree, take back, keep out, let in."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rounds.audit.trail import record_denial
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.consent.giving import exclude, give, lift, withdraw
from rounds.consent.model import Purpose, Scope, Section
from rounds.consent.queries import consent_by_id, consents_for, exclusion_by_id
from rounds.consent.relations import require_patient, tie_of
from rounds.consent.sight import Close, Member, Sight, take_sight
from rounds.kernel.errors import Invalid, NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Patient, Person, RelatedPerson
from rounds.people.queries import is_close_to, staff_member

NO_DAY = "Please choose a day."


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody agrees to: the purpose and, for family, to whom, which parts, until when."""

    purpose: Purpose
    grantee: str | None = None
    scopes: frozenset[Scope] = frozenset()
    until: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What a relative was given by their patient, and until when; they learn nothing else."""

    clinic: Clinic
    patient: Person
    me: Person
    scopes: frozenset[Scope]
    until: datetime | None


async def own_record(unit: Unit, action: Action = Action.MY_CONSENT) -> Patient:
    """Return the record of the patient who asks. Raises NotFound for everybody else."""
    if unit.actor.person is None:
        require(unit, action, Thing("patient"))
        raise NotFound("There is nothing here for you.")
    return await require_patient(unit, action, unit.actor.person)


async def read_own(unit: Unit) -> Sight | Given:
    """Return who sees what to a patient, what they were given to a relative."""
    actor = unit.actor
    require(unit, Action.MY_PAGES, Thing("person", actor.person, actor.clinic))
    related = await unit.session.get(RelatedPerson, actor.person)
    if related is None:
        return await take_sight(unit, await own_record(unit))
    clinic = await unit.session.get_one(Clinic, related.clinic_id)
    patient = await unit.session.get_one(Person, related.patient_id)
    me = await unit.session.get_one(Person, related.person_id)
    tie = await tie_of(unit.session, patient.id, me.id, unit.now)
    given = await consents_for(unit.session, patient.id, me.id)
    ends = [one.until for one in given if one.holds(unit.now) and one.until]
    return Given(clinic, patient, me, tie.scopes, max(ends) if ends and tie.scopes else None)


async def read_as(unit: Unit, person: str) -> tuple[Sight, Member | Close]:
    """Return what somebody of the team or the family sees now, for the patient to look at."""
    sight = await take_sight(unit, await own_record(unit))
    seen: list[Member | Close] = [*sight.team, *sight.family]
    for one in seen:
        if one.person.id == person:
            return sight, one
    raise foreign(unit, Action.MY_CONSENT, "person", person)


async def agree(unit: Unit, wish: Wish) -> None:
    """Agree to something. Raises Invalid and Conflict as `giving.give` does."""
    patient = await own_record(unit)
    until = await last_moment(unit, patient, wish)
    await give(unit, patient, wish.purpose, patient.person_id, wish.grantee, wish.scopes, until)


async def take_back(unit: Unit, consent: str) -> None:
    """Take an agreement back. Raises NotFound for one that is not the patient's own."""
    patient = await own_record(unit)
    row = await consent_by_id(unit.session, patient.person_id, consent)
    if row is None:
        raise foreign(unit, Action.MY_CONSENT, "consent", consent)
    await withdraw(unit, row, patient.person_id)


async def keep_out(unit: Unit, person: str | None, section: Section | None, words: str) -> None:
    """Keep a person, a part, or a part from a person out."""
    patient = await own_record(unit)
    await check_person(unit, patient, person)
    await exclude(unit, patient, patient.person_id, person, section, words)


async def let_in(unit: Unit, exclusion: str) -> None:
    """End an exclusion. Raises NotFound for one that is not the patient's own."""
    patient = await own_record(unit)
    row = await exclusion_by_id(unit.session, patient.person_id, exclusion)
    if row is None:
        raise foreign(unit, Action.MY_CONSENT, "exclusion", exclusion)
    await lift(unit, row)


def foreign(unit: Unit, action: Action, kind: str, id: str) -> NotFound:
    """Return the refusal of a thing that is none of this record's; the trail says who asked."""
    record_denial(unit, action, kind, id, None)
    return NotFound("There is nothing here for you.")


async def check_person(unit: Unit, patient: Patient, person: str | None) -> None:
    """Raise Invalid for somebody who is neither staff of the clinic nor close to the patient."""
    if person is None or person == patient.person_id:
        return
    member = await staff_member(unit.session, person)
    works_here = member is not None and member.clinic_id == patient.clinic_id
    if not works_here and not await is_close_to(unit.session, patient.person_id, person):
        raise Invalid("Please choose a person from the list.")


async def last_moment(unit: Unit, patient: Patient, wish: Wish) -> datetime | None:
    """Return the end of the chosen day in the clinic's time; nothing where no end was chosen."""
    if not wish.until:
        return None
    clinic = await unit.session.get_one(Clinic, patient.clinic_id)
    return end_of_day(wish.until, ZoneInfo(clinic.time_zone))


def end_of_day(day: str, zone: ZoneInfo) -> datetime:
    """Return the first moment after a day, written as ISO 8601, whatever the clocks do then.

    Raises Invalid for a text that is no day.
    """
    try:
        following = date.fromisoformat(day) + timedelta(days=1)
        return datetime.combine(following, time.min, zone)
    except (ValueError, OverflowError):
        raise Invalid("This is not a day.", {"until": NO_DAY}) from None
