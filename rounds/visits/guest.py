"""What somebody behind a link is told: little before it is bound, their visit afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rounds.accounts.links import Standing, find, is_bound_to, standing
from rounds.accounts.model import Invitation
from rounds.accounts.queries.invitations import invitation_by_id
from rounds.accounts.queries.sessions import session_by_token
from rounds.audit import trail
from rounds.careplan.opening import rights_of
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.consent.relations import relation_to
from rounds.kernel.actor import CLINICIANS
from rounds.kernel.errors import NotFound
from rounds.kernel.signing import fingerprint
from rounds.kernel.unit import Unit
from rounds.people.contacts import ending
from rounds.people.model import Clinic, Person
from rounds.people.queries import people_by_id, phone_numbers
from rounds.rooms.model import Room, Seat
from rounds.rooms.queries import room_by_id, seats_of
from rounds.visits.agreed import may_read
from rounds.visits.model import Visit, VisitState
from rounds.visits.queries import visit_of_room

CANCELLED = "cancelled"
"""What a link says of itself when its visit was called off, beside the words of `Standing`."""


@dataclass(frozen=True, slots=True)
class Peek:
    """What a link tells without being bound; names only where no PIN stands before them."""

    clinic: Clinic
    standing: str
    starts_at: datetime
    bound_here: bool
    invitation: str
    host: Person | None
    host_role: str | None


@dataclass(frozen=True, slots=True)
class GuestVisit:
    """A visit as its guest's page shows it."""

    clinic: Clinic
    visit: Visit
    room: Room
    invitation: Invitation
    seat: Seat
    me: Person
    hosts: Sequence[tuple[Person, str]]
    reads_agreed: bool
    """Whether the guest may read what was agreed, now."""
    reads_plan: bool
    """Whether any of the care plan is open to the guest once they are in the call."""
    phone_hint: str
    """The last digits of the number we know, so that its owner need not type it."""

    @property
    def start(self) -> datetime:
        """The appointment in the clinic's time."""
        return self.visit.starts_at.astimezone(ZoneInfo(self.clinic.time_zone))


async def peek(unit: Unit, token: str) -> Peek:
    """Look at a link without any effect. Raises NotFound when it is none of ours."""
    row = await find(unit, token)
    visit = await visit_of_room(unit.session, row.room_id)
    clinic = await unit.session.get(Clinic, row.clinic_id)
    if visit is None or clinic is None:
        raise NotFound("There is nothing here for you.")
    now = standing(row, unit.now)
    host = None
    # Before the PIN: clinic and time only. A locked or finished link says no more either.
    if row.pin_hash is None and now in (Standing.READY, Standing.EARLY):
        hosts = await _hosts(unit, await seats_of(unit.session, row.room_id))
        host = hosts[0] if hosts else None
    return Peek(
        clinic=clinic,
        standing=CANCELLED if visit.state == VisitState.CANCELLED else now,
        starts_at=visit.starts_at.astimezone(ZoneInfo(clinic.time_zone)),
        bound_here=is_bound_to(row, unit.actor),
        invitation=row.id,
        host=host[0] if host else None,
        host_role=host[1] if host else None,
    )


async def read_guest_visit(unit: Unit, invitation: str) -> GuestVisit:
    """Return the visit of the guest's own link; for everybody else there is nothing."""
    row = await invitation_by_id(unit.session, invitation)
    patient = row.patient_id if row else None
    require(unit, Action.GUEST_PAGE, Thing("invitation", invitation, patient=patient))
    visit = await visit_of_room(unit.session, row.room_id) if row else None
    room = await room_by_id(unit.session, row.room_id) if row else None
    clinic = await unit.session.get(Clinic, row.clinic_id) if row else None
    me = await unit.session.get(Person, row.person_id) if row else None
    if row is None or visit is None or room is None or clinic is None or me is None:
        raise NotFound("There is nothing here for you.")
    seats = await seats_of(unit.session, room.id)
    seat = next(one for one in seats if one.person_id == row.person_id)
    await trail.record_reading(unit, Action.GUEST_PAGE, "visit", visit.id, visit.patient_id)
    phone_hint = ending(next(iter(await phone_numbers(unit.session, me.id)), ""))
    reads = await may_read(unit, visit, room)
    hosts = await _hosts(unit, seats)
    tie = await relation_to(unit, visit.patient_id)
    reads_plan = bool(rights_of(unit.actor.role, tie, {}))
    return GuestVisit(clinic, visit, room, row, seat, me, hosts, reads, reads_plan, phone_hint)


async def clinic_behind(unit: Unit, token: str) -> Clinic | None:
    """Return the clinic whose guest a device is, or was when its time was not over."""
    found = await session_by_token(unit.session, fingerprint(token))
    return await unit.session.get(Clinic, found[0].clinic_id) if found else None


async def _hosts(unit: Unit, seats: Sequence[Seat]) -> list[tuple[Person, str]]:
    people: Mapping[str, Person] = await people_by_id(
        unit.session, [seat.person_id for seat in seats]
    )
    return [(people[one.person_id], str(one.role)) for one in seats if one.role in CLINICIANS]
