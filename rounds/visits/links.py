"""The links of a visit: made for a participant, replaced, taken back."""

from dataclasses import dataclass

from rounds.accounts import links
from rounds.accounts.links import Invitee
from rounds.accounts.model import Invitation
from rounds.accounts.queries.invitations import invitation_by_id
from rounds.consent.access import require
from rounds.consent.actions import Action
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.rooms.lobby import take_out, thing_of
from rounds.rooms.model import Room, Standing
from rounds.rooms.queries import room_by_id, room_of_occasion, seat_of_person
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


async def asks_for_pin(unit: Unit, visit_id: str, invitation: str) -> bool:
    """Tell whoever may replace the link whether the new one needs a PIN as well."""
    return (await _managed(unit, visit_id, invitation)).pin_hash is not None


async def reissue(
    unit: Unit, visit_id: str, invitation: str, pin: str | None, pin_hash: str | None
) -> NewLink:
    """Replace a participant's link by one that asks for `pin`, if there is one."""
    await _managed(unit, visit_id, invitation)
    fresh, token = await links.reissue(unit, invitation, pin_hash)
    return NewLink(fresh.id, token, pin)


async def revoke(unit: Unit, visit_id: str, invitation: str) -> None:
    """Take a participant's link back; what it opened closes at once."""
    row = await _managed(unit, visit_id, invitation)
    await links.revoke(unit, invitation)
    # One that was asked for again and not opened yet may stand beside the one in use.
    await links.revoke_others(unit, row)
    room = await room_by_id(unit.session, row.room_id)
    seat = await seat_of_person(unit.session, row.room_id, row.person_id)
    if room is None or seat is None or not room.is_open:
        return
    if seat.in_line or seat.standing == Standing.ADMITTED:
        await take_out(unit, room, seat)
        seat.begin_anew(unit.now)


async def _managed(unit: Unit, visit_id: str, invitation: str) -> Invitation:
    room = await room_of_occasion(unit.session, visit_id)
    seat = await seat_of_person(unit.session, room.id, unit.actor.person) if room else None
    thing = await thing_of(unit, room, seat, room.id if room else visit_id)
    require(unit, Action.LINK_MANAGE, thing)
    row = await invitation_by_id(unit.session, invitation)
    if row is None or room is None:
        raise NotFound("There is nothing here for you.")
    # A link of another visit is asked for as what it is: a thing of that other room.
    seat = await seat_of_person(unit.session, row.room_id, unit.actor.person)
    there = await room_by_id(unit.session, row.room_id)
    require(unit, Action.LINK_MANAGE, await thing_of(unit, there, seat, row.room_id))
    if row.room_id != room.id:
        raise NotFound("There is nothing here for you.")
    return row
