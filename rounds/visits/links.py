"""The links of a visit: made for a participant, replaced, taken back."""

from dataclasses import dataclass

from rounds.accounts import links
from rounds.accounts.links import Invitee
from rounds.accounts.model import Invitation
from rounds.accounts.queries import invitation_by_id
from rounds.consent.access import Action, require
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.rooms.lobby import thing_of
from rounds.rooms.model import Room
from rounds.rooms.queries import room_of_occasion, seat_of_person
from rounds.visits.lifecycle import Participant
from rounds.visits.model import Visit


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that can be handed over once: its token, and the PIN that goes another way."""

    invitation: str
    token: str
    pin: str | None


async def invite(
    unit: Unit,
    visit: Visit,
    room: Room,
    participant: Participant,
    token: str | None = None,
    pin_hash: str | None = None,
) -> tuple[Invitation, str]:
    """Make the link of one participant."""
    invitee = Invitee(
        clinic=visit.clinic_id,
        person=participant.person,
        role=participant.role,
        patient=visit.patient_id,
        room=room.id,
        starts_at=visit.starts_at,
    )
    return await links.invite(unit, invitee, token, pin_hash)


async def reissue(unit: Unit, visit_id: str, invitation: str, pin: str, pin_hash: str) -> NewLink:
    """Replace a participant's link; one that asked for a PIN asks for the new `pin`."""
    row = await _managed(unit, visit_id, invitation)
    asks = row.pin_hash is not None
    fresh, token = await links.reissue(unit, invitation, pin_hash if asks else None)
    return NewLink(fresh.id, token, pin if asks else None)


async def revoke(unit: Unit, visit_id: str, invitation: str) -> None:
    """Take a participant's link back; what it opened closes at once."""
    await _managed(unit, visit_id, invitation)
    await links.revoke(unit, invitation)


async def _managed(unit: Unit, visit_id: str, invitation: str) -> Invitation:
    room = await room_of_occasion(unit.session, visit_id)
    seat = await seat_of_person(unit.session, room.id, unit.actor.person) if room else None
    require(unit, Action.LINK_MANAGE, thing_of(room, seat, room.id if room else visit_id))
    row = await invitation_by_id(unit.session, invitation)
    if row is None or room is None or row.room_id != room.id:
        raise NotFound("There is nothing here for you.")
    return row
