"""Everybody who can have a tie to a visit, and those who have none."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from rounds.consent.giving import exclude, give, withdraw
from rounds.consent.model import Purpose, Scope
from rounds.kernel.actor import SYSTEM, Role
from rounds.people.model import Clinic, Patient
from rounds.people.teams import begin_team, join, leave
from tests.making.browser import Browser
from tests.making.house import House
from tests.making.people import Someone, enter_staff, make_clinic
from tests.making.visits import Link, MadeVisit, make_visit


class Tie(StrEnum):
    """What somebody is to the visit."""

    HOST = "the GP of the visit"
    SEATED = "a coordinator with a seat"
    COLLEAGUE = "a therapist of the clinic"
    COORDINATOR = "a coordinator of the clinic"
    ADMIN = "an administrator of the clinic"
    OTHER_CLINIC = "a GP of another clinic"
    MEMBER = "a psychiatrist of the care team"
    FORMER = "a therapist who left the care team"
    EXCLUDED = "a therapist of the care team whom the patient keeps out"
    PATIENT = "the patient"
    RELATIVE = "the relative"
    AT_HOME = "the patient at home"
    SUPPORTER = "the relative at home, with consent"
    FORMER_SUPPORTER = "a relative at home whose consent was withdrawn"
    OTHER_AT_HOME = "another patient at home"
    OTHER_GUEST = "the patient of another visit"
    STRANGER = "a stranger"


CAST = list(Tie)
OPENED = frozenset({Scope.VISITS, Scope.GOALS})
GUESTS = {Tie.PATIENT, Tie.RELATIVE, Tie.OTHER_GUEST}
AT_HOME = {Tie.AT_HOME, Tie.SUPPORTER, Tie.FORMER_SUPPORTER, Tie.OTHER_AT_HOME}
STAFF = set(Tie) - GUESTS - AT_HOME - {Tie.STRANGER}
SEATED_STAFF = {Tie.HOST, Tie.SEATED}
OFFICE = {Tie.SEATED, Tie.COORDINATOR, Tie.ADMIN}
"""Coordinators and administrators of the clinic, with and without a seat."""


@dataclass(slots=True)
class Cast:
    """One visit, another one, and people."""

    house: House
    visit: MadeVisit
    other: MadeVisit
    staff: dict[Tie, Someone]
    consent: str = ""
    """The agreement that opens a part of the record to the relative."""
    exclusion: str = ""
    """What keeps the therapist out."""
    opened: dict[Tie, Browser] = field(default_factory=dict)

    @property
    def ids(self) -> dict[str, str]:
        """What the paths of cells are filled with."""
        visit = self.visit
        return {
            "visit": visit.id,
            "invitation": visit.link(visit.patient).invitation,
            "patient": visit.patient.id,
            "relative": visit.relatives[0].id,
            "gp": visit.gp.id,
            "member": self.staff[Tie.MEMBER].id,
            "consent": self.consent,
            "exclusion": self.exclusion,
        }

    @property
    def words(self) -> list[str]:
        """What nobody who is refused may find in an answer."""
        people = (self.visit.patient, self.visit.gp, *self.visit.relatives)
        return [*(one.name for one in people), "After rounds", self.visit.room]

    def link(self, tie: Tie) -> Link:
        """The link of a guest."""
        if tie is Tie.OTHER_GUEST:
            return self.other.link(self.other.patient)
        return self.visit.link(
            self.visit.patient if tie is Tie.PATIENT else self.visit.relatives[0]
        )

    async def browser(self, tie: Tie) -> Browser:
        """The browser of somebody, with their session in it."""
        if tie not in self.opened:
            self.opened[tie] = await self._open(tie)
        return self.opened[tie]

    async def _open(self, tie: Tie) -> Browser:
        if tie in self.staff:
            return await self.house.signed_in(self.staff[tie])
        if tie is Tie.STRANGER:
            return self.house.browser()
        if tie in AT_HOME:
            return await self.house.at_home(self._person_at_home(tie))
        return await self.house.guest(self.link(tie))

    def _person_at_home(self, tie: Tie) -> Someone:
        if tie is Tie.OTHER_AT_HOME:
            return self.other.patient
        return {
            Tie.AT_HOME: self.visit.patient,
            Tie.SUPPORTER: self.visit.relatives[0],
            Tie.FORMER_SUPPORTER: self.visit.relatives[1],
        }[tie]


async def cast_for(house: House, another: Clinic) -> Cast:
    """Plan a visit in a clinic of its own, and bring everybody."""
    units = house.units
    clinic = await make_clinic(units, "Harbour")
    roles = {
        Tie.HOST: Role.GP,
        Tie.SEATED: Role.COORDINATOR,
        Tie.COLLEAGUE: Role.THERAPIST,
        Tie.COORDINATOR: Role.COORDINATOR,
        Tie.ADMIN: Role.ADMIN,
        Tie.MEMBER: Role.PSYCHIATRIST,
        Tie.FORMER: Role.THERAPIST,
        Tie.EXCLUDED: Role.THERAPIST,
    }
    # Few transactions: each waits for the disk, and every cell of the matrix has a cast of its own.
    async with units(SYSTEM) as unit:
        staff = {tie: await enter_staff(unit, clinic, role) for tie, role in roles.items()}
        staff[Tie.OTHER_CLINIC] = await enter_staff(unit, another, Role.GP)
    visit = await make_visit(units, clinic, [staff[Tie.HOST], staff[Tie.SEATED]], relatives=2)
    other = await make_visit(units, clinic, [staff[Tie.COLLEAGUE]], relatives=0)
    async with units(SYSTEM) as unit:
        patient = await unit.session.get_one(Patient, visit.patient.id)
        await begin_team(unit, patient, staff[Tie.MEMBER].id, staff[Tie.EXCLUDED].id)
        await join(unit, patient, staff[Tie.FORMER].id)
        await leave(unit, patient, staff[Tie.FORMER].id)
    # By itself: whoever is kept out already could not have become the coordinator.
    async with units(SYSTEM) as unit:
        exclusion = await exclude(unit, patient, patient.person_id, staff[Tie.EXCLUDED].id)
        until = unit.now + timedelta(days=30)
        supporter, former = [
            await give(unit, patient, Purpose.FAMILY, patient.person_id, one.id, OPENED, until)
            for one in visit.relatives
        ]
        await withdraw(unit, former, patient.person_id)
    return Cast(house, visit, other, staff, supporter.id, exclusion.id)
