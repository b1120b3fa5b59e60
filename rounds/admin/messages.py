"""The outgoing messages as the clinic's desk sees them: whom, what, how far; never the words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import is_id
from rounds.kernel.unit import Unit
from rounds.notices import desk
from rounds.notices.model import Notice, NoticeState, Reply
from rounds.notices.queries import (
    count_by_state,
    notice_by_id,
    notices_of,
    replies_of,
    reply_by_id,
)
from rounds.people.model import Clinic, Person

MOST = 200


@dataclass(frozen=True, slots=True)
class Desk:
    """What the page shows: how many in which state, the newest of one, and unread answers."""

    clinic: Clinic
    counts: Mapping[NoticeState, int]
    notices: Sequence[tuple[Notice, Person]]
    replies: Sequence[tuple[Reply, Person]]


async def read_desk(unit: Unit, state: NoticeState | None) -> Desk:
    """Return the messages of the actor's clinic."""
    require(unit, Action.NOTICES_READ, Thing("clinic", unit.actor.clinic, unit.actor.clinic))
    clinic = await unit.session.get_one(Clinic, unit.actor.clinic)
    return Desk(
        clinic,
        await count_by_state(unit.session, clinic.id),
        await notices_of(unit.session, clinic.id, state, MOST),
        await replies_of(unit.session, clinic.id, MOST),
    )


async def tend(unit: Unit, id: str, deed: str) -> None:
    """Do `again`, `cancel` or `done` to a message. Raises NotFound or Conflict."""
    row = await notice_by_id(unit.session, id) if is_id(id) else None
    _ask(unit, "notice", id, row)
    if row is None:
        raise NotFound("There is nothing here for you.")
    if deed == "again":
        await desk.try_again(unit, row)
    elif deed == "cancel":
        await desk.call_off(unit, row)
    else:
        await desk.take_care(unit, row)


async def read_answer(unit: Unit, id: str) -> None:
    """Note that an answer was read. Raises NotFound."""
    row = await reply_by_id(unit.session, id) if is_id(id) else None
    _ask(unit, "reply", id, row)
    if row is None:
        raise NotFound("There is nothing here for you.")
    await desk.answer_read(unit, row)


def _ask(unit: Unit, kind: str, id: str, row: Notice | Reply | None) -> None:
    known = id if row is not None else None
    clinic = row.clinic_id if row is not None else unit.actor.clinic
    require(unit, Action.NOTICES_READ, Thing(kind, known, clinic))
