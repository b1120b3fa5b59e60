"""Sends a visit's link to whom it is for, and its PIN another way."""

from dataclasses import dataclass

from rounds.accounts.model import Invitation
from rounds.kernel.unit import Unit
from rounds.notices.model import Channel
from rounds.notices.outbox import CHANNEL, Message, queue
from rounds.people.model import ContactPoint, Person, System
from rounds.people.queries import contact_points
from rounds.visits.model import Visit


@dataclass(frozen=True, slots=True)
class Sent:
    """How link and PIN travel; without a way they are shown to staff, who hand them over."""

    link: Channel | None
    pin: Channel | None


async def send_link(
    unit: Unit, visit: Visit, invitation: Invitation, token: str, pin: str | None = None
) -> Sent:
    """Queue the link, and the PIN by a way of another kind if there is one."""
    person = await unit.session.get_one(Person, invitation.person_id)
    known = sorted(
        await contact_points(unit.session, person.id), key=lambda one: one.verified_at is None
    )
    if not known:
        return Sent(None, None)
    first = known[0]
    other = next((one for one in known if one.system != first.system), None)
    values = {"starts_at": visit.starts_at.isoformat(), "link": f"/j#t={token}"}
    about = ("visit", visit.id)
    key = f"link:{invitation.id}"
    message = Message("visit_link", values, about, expires_at=visit.planned_end, key=key)
    await queue(unit, person, message, first)
    if pin is not None and other is not None:
        told = Message("visit_pin", {"pin": pin}, about, expires_at=visit.planned_end)
        await queue(unit, person, told, other)
    return Sent(_channel(first), _channel(other) if pin and other else None)


def _channel(contact: ContactPoint) -> Channel:
    return CHANNEL[System(contact.system)]
