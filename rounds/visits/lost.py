"""A lost link: a new one goes to the address it belongs to, and nobody learns whether it did."""

from collections.abc import Collection
from datetime import timedelta

from rounds.accounts import links
from rounds.accounts.links import invitee_of
from rounds.accounts.model import Invitation
from rounds.accounts.queries.invitations import invitations_of_room
from rounds.accounts.queries.sessions import open_sessions_of_invitation
from rounds.accounts.reaching import contacts_behind, may_write
from rounds.audit import trail
from rounds.consent.queries import exclusions_for
from rounds.kernel.actor import STRANGER
from rounds.kernel.signing import Signer
from rounds.kernel.unit import Unit, Units
from rounds.notices.outbox import Message, queue
from rounds.people.model import ContactPoint, Person
from rounds.rooms.model import Room
from rounds.visits.at_home import OVER
from rounds.visits.model import Visit
from rounds.visits.queries import visits_with

# A visit that runs late is still asked for; one that nobody closed for half a day is not.
STILL_OPEN = timedelta(hours=12)
AHEAD = timedelta(days=1)


async def send_lost_links(units: Units, signer: Signer, typed: Collection[str]) -> None:
    """Send new links for what is open, or coming up within a day, to a known address.

    An address need not be proved: the first link went there as well. The PIN, and the tries
    that were made on it, stay; a link that was taken back or locked is the clinic's to replace.
    """
    async with units(STRANGER) as unit:
        contacts = await contacts_behind(unit, signer, typed)
        sent = 0
        if contacts and await may_write(unit, contacts):
            for contact in contacts:
                sent += await _send_to(unit, contact)
        clinic = contacts[0].clinic_id if contacts else None
        outcome = trail.DONE if sent else trail.DENIED
        await trail.record(unit, "link.lost", "contact", clinic=clinic, outcome=outcome)


async def _send_to(unit: Unit, contact: ContactPoint) -> int:
    person = await unit.session.get_one(Person, contact.person_id)
    span = (unit.now - STILL_OPEN, unit.now + AHEAD)
    sent = 0
    for visit, room in await visits_with(unit.session, person.id, *span):
        old = await _replaceable(unit, visit, room, person.id)
        if old is None:
            continue
        token = await _replace(unit, old)
        values: dict[str, str | int | None] = {
            "link": f"/j#t={token}",
            "starts_at": visit.starts_at.isoformat(),
            "pin_elsewhere": 0,
        }
        about = ("visit", visit.id)
        message = Message("visit_link", values, about, expires_at=unit.now + AHEAD)
        await queue(unit, person, message, contact)
        sent += 1
    return sent


async def _replaceable(unit: Unit, visit: Visit, room: Room, person: str) -> Invitation | None:
    if not room.is_open or visit.state in OVER:
        return None
    kept_out = await exclusions_for(unit.session, visit.patient_id, person)
    if person != visit.patient_id and any(one.section is None for one in kept_out):
        return None
    known = [
        one
        for one in await invitations_of_room(unit.session, room.id)
        if one.person_id == person and one.revoked_at is None
    ]
    if not known or any(one.locked_at is not None for one in known):
        return None
    return known[-1]


async def _replace(unit: Unit, old: Invitation) -> str:
    """Make a link in the place of `old`; one that a browser holds ends when the new one is opened.

    Else whoever knows somebody's number could end a visit they are in.
    """
    fresh, token = await links.invite(unit, invitee_of(old), pin_hash=old.pin_hash)
    fresh.pin_tries = old.pin_tries
    for other in await invitations_of_room(unit.session, old.room_id):
        if other.person_id != old.person_id or other.id == fresh.id:
            continue
        if not await open_sessions_of_invitation(unit.session, other.id):
            await links.revoke(unit, other.id)
    return token
