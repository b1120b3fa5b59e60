"""Every message of the demo clinic, as whom it goes to would see it."""

import re

from rounds.kernel.unit import Unit
from rounds.notices.model import Channel, Notice, NoticeState
from rounds.notices.queries import notices_of
from rounds.notices.texts import NoText, Texts
from rounds.people.model import Clinic, ContactPoint, Person
from rounds.people.queries import staff_member

MOST = 100
LINK = re.compile(r"(https?://\S+)")


async def read_messages(unit: Unit, clinic: Clinic, texts: Texts) -> list[dict[str, object]]:
    """Return the newest messages to guests: to whom, by which way, when, and what they say."""
    found = []
    for row, person in await notices_of(unit.session, clinic.id, None, MOST):
        if row.channel != Channel.PUSH:
            found.append(await _shown(unit, row, person, clinic, texts))
    return found


async def _shown(
    unit: Unit, row: Notice, person: Person, clinic: Clinic, texts: Texts
) -> dict[str, object]:
    contact = await unit.session.get(ContactPoint, row.contact_id) if row.contact_id else None
    subject, pieces = "", list[dict[str, object]]()
    # A message that was taken back has forgotten what it would have said.
    if row.state != NoticeState.CANCELLED:
        try:
            text = texts.write(row, person, clinic)
        except (NoText, LookupError):
            text = None
        if text is not None:
            is_text = row.channel == Channel.SMS
            subject = "" if is_text else text.subject
            pieces = _pieces(text.short if is_text else text.body)
    return {
        "id": row.id,
        "person": person.name,
        "is_staff": await staff_member(unit.session, person.id) is not None,
        "channel": str(row.channel),
        "address": contact.value if contact is not None else "",
        "state": str(row.state),
        "due_at": row.due_at.isoformat(),
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
        "subject": subject,
        "pieces": pieces,
    }


def _pieces(text: str) -> list[dict[str, object]]:
    """Return a text in pieces, links apart."""
    return [
        {"text": piece, "link": LINK.fullmatch(piece) is not None}
        for piece in LINK.split(text)
        if piece
    ]
