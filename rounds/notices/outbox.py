"""Queues a notice inside the caller's transaction: it goes out if, and only if, the deed stands."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rounds.kernel.errors import Invalid
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.notices.events import NoticeQueued
from rounds.notices.model import Channel, Notice, NoticeState
from rounds.notices.queries import notice_by_key, waiting_about, waiting_for
from rounds.people.model import ContactPoint, Person, System
from rounds.people.queries import contact_points

Values = Mapping[str, str | int | None]
CHANNEL = {System.EMAIL: Channel.EMAIL, System.SMS: Channel.SMS}


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said: the template's name, its facts, what it is about, from when to when."""

    kind: str
    values: Values
    about: tuple[str, str] | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None
    key: str | None = None


async def queue(
    unit: Unit, person: Person, message: Message, contact: ContactPoint | None = None
) -> Notice | None:
    """Queue a message to a person at `contact`, or at the first address that was proved.

    An address that nobody proved is used only when it is given: to prove it, or for a link that
    a colleague typed for this visit. Returns nothing for a person without any address; a
    message that was queued under the same key before is returned as it is.
    """
    if message.key is not None:
        known = await notice_by_key(unit.session, message.key)
        if known is not None:
            return known
    contact = contact or await _proved(unit, person.id)
    if contact is None:
        return None
    if contact.person_id != person.id:
        raise Invalid("This address belongs to somebody else.")
    return await _add(unit, person, message, CHANNEL[System(contact.system)], contact.id)


async def queue_push(unit: Unit, person: Person, message: Message) -> Notice:
    """Queue a push to every browser in which a member of staff allowed it."""
    return await _add(unit, person, message, Channel.PUSH, None)


async def cancel_about(unit: Unit, about_id: str) -> None:
    """Take back what waits to be sent about a thing that is no longer true."""
    for row in await waiting_about(unit.session, about_id):
        take_back(row)


def requeue(unit: Unit, row: Notice, message: Message) -> None:
    """Let a message that waits, or was taken back, wait to say `message` instead."""
    row.values = _as_text(message.values)
    row.due_at, row.expires_at = message.due_at or row.due_at, message.expires_at
    row.rests_until, row.tries, row.fault = None, 0, ""
    row.state = NoticeState.WAITING
    unit.tell(NoticeQueued(row.id))


def take_back(row: Notice, reason: str = "") -> None:
    """Let a waiting message never go out; what it would have said is forgotten."""
    row.state = NoticeState.CANCELLED
    row.fault = reason
    row.values = forgotten(row.values)


def forgotten(values: str) -> str:
    """Return a message's values without anything that opens something.

    Moments stay: they tell which appointment somebody was told of.
    """
    kept = {key: one for key, one in json.loads(values).items() if key.endswith("_at")}
    return json.dumps(kept)


def _as_text(values: Values) -> str:
    return json.dumps(dict(values), ensure_ascii=False)


async def cancel_to(unit: Unit, person: str, about_kind: str) -> None:
    """Take back what waits to be sent to a person about one kind of thing."""
    for row in await waiting_for(unit.session, person, about_kind):
        take_back(row)


async def _proved(unit: Unit, person: str) -> ContactPoint | None:
    known = await contact_points(unit.session, person)
    return next((one for one in known if one.verified_at is not None), None)


async def _add(
    unit: Unit, person: Person, message: Message, channel: Channel, contact: str | None
) -> Notice:
    kind, thing = message.about or (None, None)
    row = Notice(
        id=new_id(),
        clinic_id=person.clinic_id,
        person_id=person.id,
        contact_id=contact,
        channel=channel,
        kind=message.kind,
        values=_as_text(message.values),
        key=message.key,
        about_kind=kind,
        about_id=thing,
        created_at=unit.now,
        due_at=message.due_at or unit.now,
        expires_at=message.expires_at,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.tell(NoticeQueued(row.id))
    return row
