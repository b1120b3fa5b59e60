"""What people answer to our text messages: taken once, understood or left for a person to read."""

import hmac
from datetime import timedelta
from hashlib import sha256

from rounds.kernel.errors import Invalid
from rounds.kernel.signing import Signer
from rounds.kernel.unit import Unit
from rounds.notices.model import Meaning
from rounds.notices.outbox import take_back
from rounds.notices.parcel import NO_CONSENT
from rounds.notices.queries import last_sent_to, reply_by_source, waiting_for_contact
from rounds.notices.replies import note_reply
from rounds.people.contacts import INDEX, normal, remove_contact
from rounds.people.model import Person, System
from rounds.people.queries import contacts_by_index
from rounds.visits.confirming import note_answer
from rounds.visits.model import VisitState
from rounds.visits.queries import visit_by_id
from rounds.visits.reminders import ABOUT
from rounds.visits.words import meaning_of

FRESH = timedelta(minutes=5)
ANSWERS_WITHIN = timedelta(days=7)
SHORTEST_SECRET = 32


def is_signed(secret: str, header: str, body: bytes, now: float) -> bool:
    """Say whether our gateway sent this within the last five minutes (pure).

    `header` is `t=SECONDS,v1=HEX` over `SECONDS.BODY`, HMAC-SHA256.
    """
    if len(secret) < SHORTEST_SECRET:
        return False
    parts = dict(part.strip().partition("=")[::2] for part in header[:300].split(","))
    told, given = parts.get("t", ""), parts.get("v1", "")
    if not (told.isascii() and told.isdigit() and given.isascii()):
        return False
    fresh = abs(now - int(told[:12])) <= FRESH.total_seconds()
    made = hmac.new(secret.encode(), told.encode() + b"." + body, sha256).hexdigest()
    return hmac.compare_digest(made, given.lower()) and fresh


async def take_reply(unit: Unit, signer: Signer, id: str, number: str, text: str) -> None:
    """Take one answer; one that was taken before, or of a number nobody has, changes nothing."""
    source = f"sms:{id}"
    if await reply_by_source(unit.session, source) is not None:
        return
    try:
        index = signer.index(INDEX, normal(System.SMS, number, ""))
    except Invalid:
        return
    contacts = await contacts_by_index(unit.session, index)
    if not contacts:
        return
    about = await last_sent_to(
        unit.session, [one.id for one in contacts], ABOUT, unit.now - ANSWERS_WITHIN
    )
    # A family may share a telephone: whoever was written to last is who answers.
    whose = about.person_id if about is not None else contacts[0].person_id
    person = await unit.session.get_one(Person, whose)
    meaning = meaning_of(text)
    if meaning is Meaning.STOP:
        for one in contacts:
            for waiting in await waiting_for_contact(unit.session, one.id):
                take_back(waiting, NO_CONSENT)
            await remove_contact(unit, one)
        await note_reply(unit, person, source, meaning)
        return
    visit = await visit_by_id(unit.session, about.about_id) if about and about.about_id else None
    if visit is None or visit.state != VisitState.PLANNED or visit.planned_end <= unit.now:
        # Nothing is asked any more: a "yes" would be a yes to nothing.
        await note_reply(unit, person, source, Meaning.UNCLEAR, text)
        return
    await note_answer(unit, visit, person, meaning, source, text)
