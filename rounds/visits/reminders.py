"""Which reminders of a visit wait for whom: planned, moved with it, taken back with it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rounds.accounts.events import InvitationChanged
from rounds.accounts.model import Invitation
from rounds.accounts.queries.invitations import invitation_by_id, invitations_of_room
from rounds.kernel.unit import Unit
from rounds.notices.model import Notice, NoticeState
from rounds.notices.outbox import Message, Values, cancel_about, queue, requeue, take_back
from rounds.notices.queries import notice_by_key, notices_about
from rounds.people.model import ContactPoint, Person, System
from rounds.people.queries import contact_points
from rounds.rooms.arrival import is_unsafe
from rounds.rooms.events import GuestAnswered
from rounds.rooms.model import Seat
from rounds.rooms.queries import check_in_at
from rounds.visits.events import VisitChanged
from rounds.visits.model import Visit, VisitState
from rounds.visits.queries import visit_of_room

ABOUT = "visit"
LINK, MOVED, CANCELLED = "visit_link", "visit_moved", "visit_cancelled"
TELLS_TIME = frozenset({LINK, MOVED})


@dataclass(frozen=True, slots=True)
class Step:
    """One reminder: its name among the others, its kind, from when to when, and if it asks."""

    name: str
    kind: str
    due_at: datetime
    expires_at: datetime
    asks: bool = False


def steps(starts_at: datetime, now: datetime) -> list[Step]:
    """Return the reminders that a visit planned `now` still gets (pure).

    Two days before: try your devices, while there is time to mend what does not work. One day
    before: can you come? One hour before: the link at hand.
    """
    day, hour = timedelta(days=1), timedelta(hours=1)
    planned = (
        Step("test", "visit_test", starts_at - 2 * day, starts_at - day),
        Step("day", "visit_reminder", starts_at - day, starts_at - 2 * hour, asks=True),
        Step("hour", "visit_reminder", starts_at - hour, starts_at),
    )
    return [one for one in planned if one.due_at > now]


async def visit_changed(unit: Unit, fact: VisitChanged) -> None:
    """Let the reminders follow the visit, in the transaction that changes it."""
    visit = await unit.session.get(Visit, fact.visit)
    if visit is None:
        return
    if visit.state == VisitState.PLANNED:
        await follow(unit, visit, await invitations_of_room(unit.session, fact.room))
    elif visit.state == VisitState.CANCELLED:
        await _call_off(unit, visit, await invitations_of_room(unit.session, fact.room))
    else:
        await cancel_about(unit, visit.id)


async def link_changed(unit: Unit, fact: InvitationChanged) -> None:
    """Take back what would carry a link that was taken back; its successor is reminded of."""
    row = await invitation_by_id(unit.session, fact.invitation)
    visit = await visit_of_room(unit.session, fact.room)
    if row is None or visit is None or row.revoked_at is None:
        return
    for notice in await notices_about(unit.session, visit.id):
        if notice.state == NoticeState.WAITING and belongs_to(notice, row):
            take_back(notice)
    if visit.state == VisitState.PLANNED:
        await follow(unit, visit, await invitations_of_room(unit.session, fact.room))


async def keep_quiet(unit: Unit, fact: GuestAnswered) -> None:
    """Let nothing that still waits go out to somebody who cannot talk freely."""
    visit = await visit_of_room(unit.session, fact.room)
    seat = await unit.session.get(Seat, fact.seat)
    if visit is None or seat is None:
        return
    if not is_unsafe(await check_in_at(unit.session, visit.id, seat.person_id)):
        return
    for notice in await notices_about(unit.session, visit.id):
        if notice.person_id == seat.person_id and notice.state == NoticeState.WAITING:
            take_back(notice)


async def follow(unit: Unit, visit: Visit, invitations: Sequence[Invitation]) -> None:
    """Queue what every open link still lacks; tell the new time to whoever knew another."""
    known = await notices_about(unit.session, visit.id)
    for row in invitations:
        if row.revoked_at is not None or row.ended_at is not None:
            continue
        contact = await address_of(unit, visit, row.person_id)
        if contact is None:
            continue
        theirs = [one for one in known if one.person_id == row.person_id]
        link = _link_in(one for one in theirs if belongs_to(one, row))
        if await _moved(unit, visit, theirs):
            person = await unit.session.get_one(Person, row.person_id)
            values = {"starts_at": visit.starts_at.isoformat(), "link": link, "any_way": 1}
            key = f"moved:{row.id}:{_stamp(visit)}"
            await _place(unit, person, Message(MOVED, values, _about(visit), key=key), contact)
        await place(unit, visit, row, contact, link)


async def place(
    unit: Unit, visit: Visit, row: Invitation, contact: ContactPoint, link: str | None
) -> None:
    """Queue the reminders of one link; with `link` they carry it until they have gone out."""
    person = await unit.session.get_one(Person, row.person_id)
    for step in steps(visit.starts_at, unit.now):
        values: Values = {
            "starts_at": visit.starts_at.isoformat(),
            "link": link,
            "asks": int(step.asks),
            "any_way": 1,
        }
        message = Message(
            step.kind,
            values,
            _about(visit),
            step.due_at,
            step.expires_at,
            f"{step.name}:{row.id}:{_stamp(visit)}",
        )
        await _place(unit, person, message, contact)


async def address_of(unit: Unit, visit: Visit, person: str) -> ContactPoint | None:
    """Return where a guest is written to: a proved address first, a telephone before a mailbox.

    Nowhere, once they said on arriving that they cannot talk freely: whoever reads messages
    beside them must not learn of the visit. Staff hand over what there is to know.
    """
    if is_unsafe(await check_in_at(unit.session, visit.id, person)):
        return None
    known = await contact_points(unit.session, person)
    ranked = sorted(known, key=lambda one: (one.verified_at is None, one.system != System.SMS))
    return ranked[0] if ranked else None


def belongs_to(notice: Notice, row: Invitation) -> bool:
    """Say whether a message carries, or reminds of, this very link."""
    return notice.key is not None and row.id in notice.key


async def _moved(unit: Unit, visit: Visit, theirs: Sequence[Notice]) -> bool:
    """Take back what names another time; say whether somebody has been told that time."""
    told = False
    for one in theirs:
        named = json.loads(one.values).get("starts_at")
        if named is None or named == visit.starts_at.isoformat():
            continue
        if one.state == NoticeState.WAITING:
            if one.kind == LINK:
                # Not gone out yet: it may as well say the right time.
                kept = json.loads(one.values) | {"starts_at": visit.starts_at.isoformat()}
                requeue(unit, one, Message(LINK, kept, _about(visit), None, visit.planned_end))
            else:
                take_back(one)
        elif one.state == NoticeState.SENT and one.kind in TELLS_TIME:
            told = True
    return told and _last_told(theirs) != visit.starts_at.isoformat()


def _last_told(theirs: Sequence[Notice]) -> str | None:
    sent = [one for one in theirs if one.kind in TELLS_TIME and one.state == NoticeState.SENT]
    newest = max(sent, key=lambda one: (one.sent_at or one.created_at, one.id), default=None)
    return None if newest is None else json.loads(newest.values).get("starts_at")


async def _call_off(unit: Unit, visit: Visit, invitations: Sequence[Invitation]) -> None:
    await cancel_about(unit, visit.id)
    if visit.starts_at <= unit.now:
        return
    told = [one for one in await notices_about(unit.session, visit.id) if one.sent_at is not None]
    guests = {row.person_id for row in invitations} | {one.person_id for one in told}
    values: Values = {"starts_at": visit.starts_at.isoformat(), "any_way": 1}
    for id in sorted(guests):
        contact = await address_of(unit, visit, id)
        if contact is not None:
            person = await unit.session.get_one(Person, id)
            key = f"cancelled:{visit.id}:{id}"
            message = Message(CANCELLED, values, _about(visit), None, visit.starts_at, key)
            await _place(unit, person, message, contact)


async def _place(unit: Unit, person: Person, message: Message, contact: ContactPoint) -> None:
    """Queue a message, or bring the one that waits or was taken back to what it says now."""
    known = await notice_by_key(unit.session, message.key or "")
    if known is None:
        await queue(unit, person, message, contact)
    elif known.state in (NoticeState.WAITING, NoticeState.CANCELLED):
        requeue(unit, known, message)


def _link_in(notices: Iterable[Notice]) -> str | None:
    for one in notices:
        link = json.loads(one.values).get("link")
        if link:
            return str(link)
    return None


def _about(visit: Visit) -> tuple[str, str]:
    return (ABOUT, visit.id)


def _stamp(visit: Visit) -> int:
    return int(visit.starts_at.timestamp())
