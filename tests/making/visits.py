"""Visits with their rooms, seats and links, planned by the product's own rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from argon2 import PasswordHasher

from rounds.accounts.links import new_pin
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.unit import Units
from rounds.people.model import Clinic
from rounds.rooms.queries import seats_of
from rounds.visits.lifecycle import Appointment, Participant, plan
from rounds.visits.links import invite
from tests.making.people import Someone, make_clinic, make_patient, make_relative, make_staff

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it was handed over."""

    invitation: str
    token: str
    pin: str | None


@dataclass(frozen=True, slots=True)
class MadeVisit:
    """A visit with the ids tests ask for."""

    id: str
    room: str
    clinic: Clinic
    patient: Someone
    team: Sequence[Someone]
    relatives: Sequence[Someone]
    seats: Mapping[str, str] = field(default_factory=dict)
    """Person → seat."""
    links: Mapping[str, Link] = field(default_factory=dict)
    """Guest → link."""

    @property
    def gp(self) -> Someone:
        return self.team[0]

    def seat(self, person: Someone) -> str:
        return self.seats[person.id]

    def link(self, person: Someone) -> Link:
        return self.links[person.id]


async def make_visit(
    units: Units,
    clinic: Clinic | None = None,
    team: Sequence[Someone] = (),
    relatives: int = 1,
    starts_at: datetime | None = None,
    with_pin: bool = False,
    purpose: str = "After rounds",
    patient: Someone | None = None,
    agreed: bool = True,
) -> MadeVisit:
    """Plan a visit that begins now, with a GP, a patient, relatives and their links.

    `agreed` says that the patient wants the relatives in this visit.
    """
    clinic = clinic or await make_clinic(units)
    team = list(team) or [await make_staff(units, clinic)]
    patient = patient or await make_patient(units, clinic)
    kin = [await make_relative(units, clinic, patient) for _ in range(relatives)]
    async with units(SYSTEM) as unit:
        appointment = Appointment(starts_at or unit.now, 25, purpose)
        others = [Participant(one.id, one.role) for one in (*team, *kin)]
        visit, room = await plan(unit, clinic.id, patient.id, appointment, others)
        links = {}
        for guest in (patient, *kin):
            pin = new_pin() if with_pin else None
            participant = Participant(guest.id, Role(guest.role))
            row, token = await invite(
                unit, visit, room, participant, pin_hash=QUICK.hash(pin) if pin else None
            )
            links[guest.id] = Link(row.id, token, pin)
        known = await seats_of(unit.session, room.id)
        for seat in known:
            if agreed and seat.role == Role.RELATIVE:
                seat.agreed_at = unit.now
        seats = {seat.person_id: seat.id for seat in known}
    return MadeVisit(visit.id, room.id, clinic, patient, team, kin, seats, links)
