"""Fills an empty database with one believable clinic and keeps a visit open in it."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from rounds.accounts.passwords import Passwords
from rounds.accounts.staff import add_account
from rounds.consent.giving import give
from rounds.consent.model import Purpose, Scope
from rounds.demo.plan import take_from_template, write_plan
from rounds.demo.schedule import keep_hours
from rounds.kernel.actor import CLINICIANS, SYSTEM, Actor, Role
from rounds.kernel.errors import Conflict
from rounds.kernel.ids import ClinicId, PersonId, SessionId, new_id
from rounds.kernel.signing import Signer
from rounds.kernel.unit import Unit, Units
from rounds.people.contacts import add_contact, verify_contact
from rounds.people.likeness import index_patient
from rounds.people.model import Clinic, Patient, Person, System
from rounds.people.queries import clinics, patients_of, relatives_of, staff
from rounds.people.register import (
    CrisisHelp,
    Name,
    add_patient,
    add_relative,
    add_staff,
    found_clinic,
)
from rounds.people.teams import begin_team, join
from rounds.rooms.model import Room
from rounds.visits.lifecycle import Appointment, Participant, plan
from rounds.visits.links import invite
from rounds.visits.model import Visit, VisitState
from rounds.visits.queries import visits_of_clinic
from rounds.visits.sending import send_link

STAFF = (
    (Name("Amara", "Osei", "Dr"), Role.GP, "amara"),
    (Name("Jonas", "Weber"), Role.THERAPIST, "jonas"),
    (Name("Lucía", "Ferrer", "Dr"), Role.PSYCHIATRIST, "lucia"),
    (Name("Sam", "Okafor"), Role.COORDINATOR, "sam"),
    (Name("Lena", "Moreau"), Role.ADMIN, None),
)
CONTACTS = (
    ("Mara", System.EMAIL, "mara@lindqvist.example"),
    ("Mara", System.SMS, "+44 7700 900114"),
    ("Ida", System.SMS, "+44 7700 900271"),
)
"""Numbers that Ofcom keeps for drama, and addresses that lead nowhere (RFC 2606)."""
FAMILY_DAYS = 180
MINUTES = 25
STILL_OPEN = timedelta(hours=2)
LATER = timedelta(hours=2)


async def make_clinic(units: Units, passwords: Passwords, signer: Signer, password: str) -> None:
    """Enter the clinic and its people. Raises Conflict in a database that has a clinic."""
    password_hash = await passwords.hash(password)
    async with units(SYSTEM) as unit:
        if await clinics(unit.session):
            raise Conflict("This database has a clinic already; a demo needs an empty one.")
        clinic = await found_clinic(
            unit,
            name="Harbour Street Practice",
            phone="020 7946 0321",
            time_zone="Europe/London",
            country="GB",
            language="en-GB",
            # Emergency 999 and Samaritans 116 123, United Kingdom.
            crisis=CrisisHelp(
                number="999",
                text="Feel unsafe right now? Go to the nearest emergency department, or call",
                source="nhs.uk, Where to get urgent help for mental health",
                reviewed_on=date(2026, 11, 1),
            ),
            is_demo=True,
        )
        team = {}
        for name, role, portrait in STAFF:
            team[name.given] = person = await add_staff(
                unit, clinic, name, role, _portrait(portrait)
            )
            email = f"{name.given.lower()}@harbour.example".replace("í", "i")
            await add_account(unit, person, email, password_hash)
        await keep_hours(unit, clinic, team["Amara"].id)
        mara = await add_patient(
            unit, clinic, Name("Mara", "Lindqvist"), date(1991, 9, 3), "HS-2214", _portrait("mara")
        )
        ida = await add_relative(
            unit, clinic, mara, Name("Ida", "Lindqvist"), "sister", _portrait("ida")
        )
        await _care_for(unit, signer, mara, ida, team)
    async with units(_acting(team["Amara"], Role.GP)) as unit:
        await take_from_template(unit, mara.id)
        patient = await unit.session.get_one(Patient, mara.id)
        await write_plan(unit, patient, team | {"Mara": mara, "Ida": ida})


async def keep_a_visit_open(
    units: Units, passwords: Passwords, secret: bytes, fresh: bool = False
) -> None:
    """Plan a visit for now unless one is open (or `fresh` asks for another), and one for later."""
    async with units.reading(SYSTEM) as unit:
        clinic = (await clinics(unit.session))[0]
        known = await visits_of_clinic(unit.session, clinic.id)
        now = unit.now
    if fresh or not any(is_open_now(visit, now) for visit, _ in known):
        async with units(SYSTEM) as unit:
            start = now.replace(minute=now.minute - now.minute % 5, second=0, microsecond=0)
            await _plan(unit, clinic, start, "After rounds: offer therapy with Jonas", secret)
    if not any(visit.starts_at > now + timedelta(minutes=30) for visit, _ in known):
        start = (now + LATER).replace(minute=0, second=0, microsecond=0)
        async with units(SYSTEM) as unit:
            visit, room, people = await _plan(unit, clinic, start, "Review of the plan")
        hashes = {one.person: await passwords.hash(demo_pin(secret, room.id)) for one in people}
        async with units(SYSTEM) as unit:
            for one in people:
                token = demo_token(secret, room.id, one.person)
                row, _ = await invite(unit, visit, room, one, token, hashes[one.person])
                await send_link(unit, visit, row, token, demo_pin(secret, room.id))


def is_open_now(visit: Visit, now: datetime) -> bool:
    """Tell whether people can meet in this visit now."""
    soon = now + timedelta(minutes=30)
    over = visit.state in (VisitState.FINISHED, VisitState.CANCELLED)
    return not over and now - STILL_OPEN <= visit.starts_at <= soon


def demo_token(secret: bytes, room: str, person: str) -> str:
    """Return the token of a demo link, the same each time: it is stored only as its hash."""
    digest = hmac.digest(secret, f"demo link {room} {person}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def demo_pin(secret: bytes, room: str) -> str:
    """Return the PIN of a demo visit's links."""
    digest = hmac.digest(secret, f"demo pin {room}".encode(), hashlib.sha256)
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


async def _care_for(
    unit: Unit, signer: Signer, mara: Person, ida: Person, team: Mapping[str, Person]
) -> None:
    """Give Mara her team, everybody's addresses, and Ida what Mara lets her see."""
    patient = await unit.session.get_one(Patient, mara.id)
    await index_patient(unit, signer, mara, patient)
    await begin_team(unit, patient, team["Amara"].id, team["Sam"].id)
    for name in ("Jonas", "Lucía"):
        await join(unit, patient, team[name].id)
    for name, system, value in CONTACTS:
        whose = mara if name == "Mara" else ida
        await verify_contact(unit, await add_contact(unit, signer, whose, system, value, "GB"))
    await give(unit, patient, Purpose.TREATMENT, mara.id)
    await give(unit, patient, Purpose.MESSAGES, mara.id)
    opened = frozenset({Scope.VISITS, Scope.GOALS, Scope.TASKS})
    until = unit.now + timedelta(days=FAMILY_DAYS)
    await give(unit, patient, Purpose.FAMILY, mara.id, ida.id, opened, until)


def _acting(person: Person, role: Role) -> Actor:
    """Return somebody of the clinic as if they had signed in."""
    session = SessionId(new_id())
    return Actor("staff", ClinicId(person.clinic_id), PersonId(person.id), role, session)


async def _plan(
    unit: Unit, clinic: Clinic, start: datetime, purpose: str, secret: bytes | None = None
) -> tuple[Visit, Room, list[Participant]]:
    patient, relatives, team = await _people(unit, clinic)
    clinicians = [Participant(one.id, role) for one, role in team if role in CLINICIANS][:1]
    guests = [Participant(patient.id, Role.PATIENT)]
    guests += [Participant(one.id, Role.RELATIVE) for one in relatives]
    appointment = Appointment(start, MINUTES, purpose)
    visit, room = await plan(unit, clinic.id, patient.id, appointment, [*clinicians, *guests[1:]])
    if secret is not None:
        for one in guests:
            token = demo_token(secret, room.id, one.person)
            row, _ = await invite(unit, visit, room, one, token)
            await send_link(unit, visit, row, token)
    return visit, room, guests


async def _people(
    unit: Unit, clinic: Clinic
) -> tuple[Person, list[Person], list[tuple[Person, Role]]]:
    patient, _ = (await patients_of(unit.session, clinic.id))[0]
    relatives = list(await relatives_of(unit.session, patient.id))
    team = [(one, Role(member.role)) for one, member in await staff(unit.session, clinic.id)]
    return patient, relatives, team


def _portrait(name: str | None) -> str | None:
    return f"img/people/{name}-face.svg" if name else None
