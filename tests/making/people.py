"""Clinics and their people, entered by the product's own rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from argon2 import PasswordHasher

from rounds.accounts.staff import add_account
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.unit import Unit, Units
from rounds.people.model import Clinic, Patient, Person
from rounds.people.register import (
    CrisisHelp,
    Name,
    add_patient,
    add_relative,
    add_staff,
    found_clinic,
)
from rounds.people.teams import begin_team, join, leave

PASSWORD = "correct horse battery staple"
# A real hash with little work in it: checking it is the product's own code.
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of a clinic; staff have an e-mail to sign in with."""

    id: str
    name: str
    role: Role
    clinic: str
    email: str = ""


async def make_clinic(
    units: Units, name: str = "Harbour Street Practice", second_factor: bool = False
) -> Clinic:
    """Found a clinic, whose staff sign in by password alone unless a test is about more."""
    async with units(SYSTEM) as unit:
        return await found_clinic(
            unit,
            name=name,
            phone="020 7946 0321",
            time_zone="Europe/London",
            country="GB",
            language="en",
            crisis=CrisisHelp("999", "Feel unsafe right now? Call", "nhs.uk", date(2026, 11, 1)),
            second_factor=second_factor,
        )


async def make_staff(
    units: Units, clinic: Clinic, role: Role = Role.GP, given: str = "", password_hash: str = ""
) -> Someone:
    """Enter a member of staff with an account."""
    async with units(SYSTEM) as unit:
        return await enter_staff(unit, clinic, role, given, password_hash)


async def enter_staff(
    unit: Unit, clinic: Clinic, role: Role, given: str = "", password_hash: str = ""
) -> Someone:
    """The same inside a unit, for tests that enter many people."""
    number = next(_numbers)
    name = Name(given or f"{role.value.capitalize()}{number}", "Osei")
    person = await add_staff(unit, clinic, name, role)
    email = f"staff{number}@harbour.example"
    await add_account(unit, person, email, password_hash or PASSWORD_HASH)
    return Someone(person.id, person.name, role, clinic.id, email)


async def make_patient(units: Units, clinic: Clinic, given: str = "") -> Someone:
    """Enter a patient."""
    number = next(_numbers)
    name = Name(given or f"Mara{number}", "Lindqvist")
    async with units(SYSTEM) as unit:
        person = await add_patient(unit, clinic, name, date(1991, 9, 3), f"HS-{number}")
    return Someone(person.id, person.name, Role.PATIENT, clinic.id)


async def make_relative(
    units: Units, clinic: Clinic, patient: Someone, given: str = "", relationship: str = "sister"
) -> Someone:
    """Enter a relative of a patient."""
    name = Name(given or f"Ida{next(_numbers)}", "Lindqvist")
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Person, patient.id)
        person = await add_relative(unit, clinic, row, name, relationship)
    return Someone(person.id, person.name, Role.RELATIVE, clinic.id)


async def make_team(units: Units, patient: Someone, members: Sequence[Someone]) -> None:
    """Begin a care team: the first leads, the last coordinates."""
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Patient, patient.id)
        for one in members:
            await join(unit, row, one.id)
        await begin_team(unit, row, members[0].id, members[-1].id)


async def make_former_member(units: Units, patient: Someone, member: Someone) -> None:
    """Let somebody join a patient's care team and leave it again."""
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Patient, patient.id)
        await join(unit, row, member.id)
        await leave(unit, row, member.id)
