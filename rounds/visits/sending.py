"""Sends a visit's link to whom it is for, its PIN another way, and the reminders with it."""

from dataclasses import dataclass

from rounds.accounts.model import Invitation
from rounds.kernel.unit import Unit
from rounds.notices.model import Channel
from rounds.notices.outbox import CHANNEL, Message, Values, queue
from rounds.people.model import ContactPoint, Person, System
from rounds.people.queries import contact_points
from rounds.visits.model import Visit
from rounds.visits.reminders import ABOUT, LINK, address_of, place

PIN = "visit_pin"


@dataclass(frozen=True, slots=True)
class Sent:
    """How link and PIN travel; without a way they are shown to staff, who hand them over."""

    link: Channel | None
    pin: Channel | None


async def send_link(
    unit: Unit, visit: Visit, invitation: Invitation, token: str, pin: str | None = None
) -> Sent:
    """Queue the link now and with each reminder; the token is kept only until those are out.

    The PIN travels by e-mail when the link goes by text message or the other way round. Who has
    no second address gets no PIN by message: whoever read the link could read it as well.
    """
    person = await unit.session.get_one(Person, invitation.person_id)
    contact, other = await _ways(unit, visit, person, pin is not None)
    if contact is None:
        return Sent(None, None)
    link = f"/j#t={token}"
    values: Values = {
        "starts_at": visit.starts_at.isoformat(),
        "link": link,
        "pin_elsewhere": int(pin is not None),
        # A link and its PIN never end up in one mailbox.
        "any_way": int(pin is None),
    }
    about = (ABOUT, visit.id)
    key = f"link:{invitation.id}:{int(unit.now.timestamp() * 1000)}"
    message = Message(LINK, values, about, None, visit.planned_end, key)
    await queue(unit, person, message, contact)
    if pin is not None and other is not None:
        await queue(unit, person, Message(PIN, {"pin": pin}, about, None, visit.planned_end), other)
    await place(unit, visit, invitation, contact, link)
    return Sent(
        CHANNEL[System(contact.system)], CHANNEL[System(other.system)] if pin and other else None
    )


async def _ways(
    unit: Unit, visit: Visit, person: Person, with_pin: bool
) -> tuple[ContactPoint | None, ContactPoint | None]:
    """Return where the link goes and, of another kind, where the PIN goes."""
    first = await address_of(unit, visit, person.id)
    if first is None or not with_pin:
        return first, None
    known = sorted(
        await contact_points(unit.session, person.id), key=lambda one: one.verified_at is None
    )
    mail = next((one for one in known if one.system == System.EMAIL), None)
    phone = next((one for one in known if one.system == System.SMS), None)
    if mail is None or phone is None:
        return first, None
    # A code is typed from a text message more easily than a link.
    return mail, phone
