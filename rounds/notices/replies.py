"""What people answer to our messages: noted once, told to the clinic when it must be read."""

from rounds.audit import trail
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.notices.events import NoticesTended, ReplyReceived
from rounds.notices.model import Meaning, Reply
from rounds.notices.queries import reply_by_source
from rounds.people.model import Person


async def note_reply(
    unit: Unit,
    person: Person,
    source: str,
    meaning: Meaning,
    text: str = "",
    about: tuple[str, str] | None = None,
) -> Reply:
    """Note an answer; a later one from the same source takes its place.

    The words are kept only where they were not understood, for somebody to read.
    """
    kind, thing = about or (None, None)
    row = await reply_by_source(unit.session, source)
    if row is None:
        row = Reply(id=new_id(), clinic_id=person.clinic_id, person_id=person.id, source=source)
        row.about_kind, row.about_id = kind, thing
        unit.session.add(row)
    row.meaning, row.text = meaning, text if meaning is Meaning.UNCLEAR else ""
    row.received_at, row.seen_at = unit.now, None
    await unit.session.flush()
    if meaning is Meaning.YES:
        unit.tell(NoticesTended(person.clinic_id))
    else:
        unit.tell(ReplyReceived(row.id, person.clinic_id))
    await trail.record(unit, f"reply.{meaning}", "reply", row.id, clinic=person.clinic_id)
    return row
