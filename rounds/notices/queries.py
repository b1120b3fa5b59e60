"""Finding notices."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.notices.model import Channel, Meaning, Notice, NoticeState, Reply, Subscription
from rounds.people.model import Person


async def notice_by_key(session: AsyncSession, key: str) -> Notice | None:
    """Return the notice that was queued under a key."""
    found = await session.execute(select(Notice).where(Notice.key == key))
    return found.scalar_one_or_none()


async def notice_by_id(session: AsyncSession, id: str) -> Notice | None:
    """Return a notice, locked for the caller's transaction."""
    found = await session.execute(select(Notice).where(Notice.id == id).with_for_update())
    return found.scalar_one_or_none()


def _due(now: datetime) -> ColumnElement[bool]:
    rested = or_(Notice.rests_until.is_(None), Notice.rests_until <= now)
    return and_(Notice.state == NoticeState.WAITING, Notice.due_at <= now, rested)


async def something_is_due(session: AsyncSession, now: datetime) -> bool:
    """Tell whether there is anything to send, without locking it."""
    found = await session.execute(select(Notice.id).where(_due(now)).limit(1))
    return found.scalar_one_or_none() is not None


async def due_notices(session: AsyncSession, now: datetime, most: int) -> Sequence[Notice]:
    """Return what should be sent by now and rests no more, the longest due first.

    The rows are locked; those that another sender has locked are left to it.
    """
    found = await session.execute(
        select(Notice)
        .where(_due(now))
        .order_by(Notice.due_at, Notice.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return found.scalars().all()


async def next_due(session: AsyncSession, clinic: str, now: datetime) -> datetime | None:
    """Return when the next waiting message of a clinic is due after `now`."""
    found = await session.execute(
        select(func.min(Notice.due_at)).where(
            Notice.clinic_id == clinic, Notice.state == NoticeState.WAITING, Notice.due_at > now
        )
    )
    return found.scalar_one_or_none()


async def notices_of(
    session: AsyncSession, clinic: str, state: NoticeState | None, most: int
) -> Sequence[tuple[Notice, Person]]:
    """Return a clinic's messages with whom they go to, the newest first."""
    statement = select(Notice, Person).join(Person, Person.id == Notice.person_id)
    statement = statement.where(Notice.clinic_id == clinic)
    if state is not None:
        statement = statement.where(Notice.state == state)
    found = await session.execute(statement.order_by(Notice.id.desc()).limit(most))
    return [(notice, person) for notice, person in found]


async def count_by_state(session: AsyncSession, clinic: str) -> Mapping[NoticeState, int]:
    """Return how many messages of a clinic are in which state."""
    found = await session.execute(
        select(Notice.state, func.count()).where(Notice.clinic_id == clinic).group_by(Notice.state)
    )
    return {NoticeState(state): count for state, count in found}


async def count_unattended(session: AsyncSession, clinic: str) -> int:
    """Return how many given-up messages and answers nobody of the clinic took care of yet."""
    given_up = await session.execute(
        select(func.count())
        .select_from(Notice)
        .where(
            Notice.clinic_id == clinic,
            Notice.state == NoticeState.GIVEN_UP,
            Notice.channel != Channel.PUSH,
            Notice.seen_at.is_(None),
        )
    )
    answers = await session.execute(
        select(func.count())
        .select_from(Reply)
        .where(Reply.clinic_id == clinic, Reply.meaning != Meaning.YES, Reply.seen_at.is_(None))
    )
    return int(given_up.scalar_one()) + int(answers.scalar_one())


async def notices_about(session: AsyncSession, about_id: str) -> Sequence[Notice]:
    """Return every message about one thing, the oldest first."""
    found = await session.execute(
        select(Notice).where(Notice.about_id == about_id).order_by(Notice.id)
    )
    return found.scalars().all()


async def last_sent_to(
    session: AsyncSession, contacts: Iterable[str], about_kind: str, since: datetime
) -> Notice | None:
    """Return the newest message about a kind of thing that went to one of these addresses."""
    found = await session.execute(
        select(Notice)
        .where(
            Notice.contact_id.in_(list(contacts)),
            Notice.about_kind == about_kind,
            Notice.state == NoticeState.SENT,
            Notice.sent_at >= since,
        )
        .order_by(Notice.sent_at.desc(), Notice.id.desc())
        .limit(1)
    )
    return found.scalar_one_or_none()


async def waiting_for_contact(session: AsyncSession, contact: str) -> Sequence[Notice]:
    """Return what waits to be sent to one address."""
    found = await session.execute(
        select(Notice).where(Notice.contact_id == contact, Notice.state == NoticeState.WAITING)
    )
    return found.scalars().all()


async def subscriptions_of(
    session: AsyncSession, person: str, now: datetime
) -> Sequence[Subscription]:
    """Return the browsers that take pushes for a person now."""
    found = await session.execute(
        select(Subscription)
        .where(Subscription.person_id == person, Subscription.ended_at > now)
        .order_by(Subscription.id)
    )
    return found.scalars().all()


async def subscriptions_in(session: AsyncSession, login: str) -> Sequence[Subscription]:
    """Return the browsers that take pushes within one session."""
    found = await session.execute(select(Subscription).where(Subscription.session_id == login))
    return found.scalars().all()


async def subscription_by_index(session: AsyncSession, index: str) -> Subscription | None:
    """Return the subscription of an endpoint by its blind index."""
    found = await session.execute(select(Subscription).where(Subscription.endpoint_index == index))
    return found.scalar_one_or_none()


async def reply_by_source(session: AsyncSession, source: str) -> Reply | None:
    """Return an answer by its name at its origin."""
    found = await session.execute(select(Reply).where(Reply.source == source))
    return found.scalar_one_or_none()


async def replies_of(
    session: AsyncSession, clinic: str, most: int
) -> Sequence[tuple[Reply, Person]]:
    """Return what people answered and nobody took care of, the newest first, without yeses."""
    found = await session.execute(
        select(Reply, Person)
        .join(Person, Person.id == Reply.person_id)
        .where(Reply.clinic_id == clinic, Reply.meaning != Meaning.YES, Reply.seen_at.is_(None))
        .order_by(Reply.id.desc())
        .limit(most)
    )
    return [(reply, person) for reply, person in found]


async def reply_by_id(session: AsyncSession, id: str) -> Reply | None:
    """Return an answer."""
    return await session.get(Reply, id)


async def waiting_about(session: AsyncSession, about_id: str) -> Sequence[Notice]:
    """Return what waits to be sent about one thing."""
    found = await session.execute(
        select(Notice).where(Notice.about_id == about_id, Notice.state == NoticeState.WAITING)
    )
    return found.scalars().all()


async def answers_about(
    session: AsyncSession, about_ids: Iterable[str]
) -> Mapping[tuple[str, str], Meaning]:
    """Return the newest clear answer per thing and person."""
    found = await session.execute(
        select(Reply)
        .where(Reply.about_id.in_(list(about_ids)), Reply.meaning.in_([Meaning.YES, Meaning.NO]))
        .order_by(Reply.received_at, Reply.id)
    )
    return {
        (row.about_id, row.person_id): Meaning(row.meaning)
        for row in found.scalars()
        if row.about_id is not None
    }


async def waiting_for(session: AsyncSession, person: str, about_kind: str) -> Sequence[Notice]:
    """Return what waits to be sent to a person about one kind of thing."""
    found = await session.execute(
        select(Notice).where(
            Notice.person_id == person,
            Notice.about_kind == about_kind,
            Notice.state == NoticeState.WAITING,
        )
    )
    return found.scalars().all()


async def sent_about_visits(
    session: AsyncSession, people: Iterable[str], most: int
) -> Sequence[Notice]:
    """Return what was sent about the visits of a family, to whomever, the newest first.

    A visit counts as theirs when one of `people` was written to about it.
    """
    theirs = select(Notice.about_id).where(
        Notice.person_id.in_(set(people)), Notice.about_kind == "visit"
    )
    found = await session.execute(
        select(Notice)
        .where(
            Notice.about_kind == "visit",
            Notice.about_id.in_(theirs),
            Notice.sent_at.is_not(None),
        )
        .order_by(Notice.sent_at.desc(), Notice.id.desc())
        .limit(most)
    )
    return found.scalars().all()
