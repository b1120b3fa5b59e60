"""Everybody who can have a tie to a visit, and those who have none."""

from dataclasses import dataclass, field
from enum import StrEnum

from rounds.kernel.actor import Role
from rounds.people.model import Clinic
from tests.making.browser import Browser
from tests.making.house import House
from tests.making.people import Someone, make_staff
from tests.making.visits import Link, MadeVisit, make_visit


class Tie(StrEnum):
    """What somebody is to the visit."""

    HOST = "the GP of the visit"
    SEATED = "a coordinator with a seat"
    COLLEAGUE = "a therapist of the clinic"
    COORDINATOR = "a coordinator of the clinic"
    ADMIN = "an administrator of the clinic"
    OTHER_CLINIC = "a GP of another clinic"
    PATIENT = "the patient"
    RELATIVE = "the relative"
    OTHER_GUEST = "the patient of another visit"
    STRANGER = "a stranger"


CAST = list(Tie)


@dataclass(slots=True)
class Cast:
    """One visit, another one, and people."""

    house: House
    visit: MadeVisit
    other: MadeVisit
    staff: dict[Tie, Someone]
    opened: dict[Tie, Browser] = field(default_factory=dict)

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
        return await self.house.guest(self.link(tie))


async def cast_for(house: House, clinic: Clinic, another: Clinic) -> Cast:
    """Plan a visit and bring everybody."""
    units = house.units
    roles = {
        Tie.HOST: Role.GP,
        Tie.SEATED: Role.COORDINATOR,
        Tie.COLLEAGUE: Role.THERAPIST,
        Tie.COORDINATOR: Role.COORDINATOR,
        Tie.ADMIN: Role.ADMIN,
    }
    staff = {tie: await make_staff(units, clinic, role) for tie, role in roles.items()}
    staff[Tie.OTHER_CLINIC] = await make_staff(units, another, Role.GP)
    visit = await make_visit(units, clinic, [staff[Tie.HOST], staff[Tie.SEATED]])
    other = await make_visit(units, clinic, [staff[Tie.COLLEAGUE]])
    return Cast(house, visit, other, staff)
