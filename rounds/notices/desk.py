"""What the clinic does about a message: try it again, take it back, take care of it otherwise."""

from rounds.audit import trail
from rounds.kernel.errors import Conflict
from rounds.kernel.unit import Unit
from rounds.notices.events import NoticeQueued, NoticesTended
from rounds.notices.model import Notice, NoticeState, Reply
from rounds.notices.outbox import take_back
from rounds.notices.parcel import TOO_LATE


async def try_again(unit: Unit, row: Notice) -> None:
    """Let a message that was given up wait anew, with a whole day of tries.

    Raises Conflict for one that is not given up or would come too late.
    """
    if row.state != NoticeState.GIVEN_UP:
        raise Conflict("This message is not given up any more. Look at the list again.")
    if (row.expires_at is not None and row.expires_at <= unit.now) or row.fault == TOO_LATE:
        raise Conflict("This message would come too late. Please phone instead.")
    row.state, row.due_at, row.rests_until = NoticeState.WAITING, unit.now, None
    row.tries, row.fault, row.seen_at = 0, "", None
    unit.tell(NoticeQueued(row.id))
    await _note(unit, "notice.again", row)


async def call_off(unit: Unit, row: Notice) -> None:
    """Take back a message that waits. Raises Conflict when it waits no more."""
    if row.state != NoticeState.WAITING:
        raise Conflict("This message does not wait any more. Look at the list again.")
    take_back(row)
    await _note(unit, "notice.cancel", row)


async def take_care(unit: Unit, row: Notice) -> None:
    """Note that somebody of the clinic knows and does what is needed, such as a call."""
    if row.state != NoticeState.GIVEN_UP:
        raise Conflict("This message is not given up any more. Look at the list again.")
    row.seen_at = row.seen_at or unit.now
    await _note(unit, "notice.take_care", row)


async def answer_read(unit: Unit, row: Reply) -> None:
    """Note that somebody of the clinic read an answer and does what is needed."""
    row.seen_at = row.seen_at or unit.now
    unit.tell(NoticesTended(row.clinic_id))
    await trail.record(unit, "reply.take_care", "reply", row.id, clinic=row.clinic_id)


async def _note(unit: Unit, action: str, row: Notice) -> None:
    unit.tell(NoticesTended(row.clinic_id))
    await trail.record(unit, action, "notice", row.id, clinic=row.clinic_id)
