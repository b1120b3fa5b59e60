"""Finding rooms, seats and chat."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.rooms.model import (
    IN_LINE,
    SUMMED,
    ChatMessage,
    ConnectionRecord,
    Room,
    ScreenShare,
    Seat,
    Standing,
)

MESSAGES_SHOWN = 200


async def room_by_id(session: AsyncSession, id: str) -> Room | None:
    """Return a room."""
    return await session.get(Room, id)


async def room_of_occasion(session: AsyncSession, occasion_id: str) -> Room | None:
    """Return the room of a visit."""
    found = await session.execute(select(Room).where(Room.occasion_id == occasion_id))
    return found.scalar_one_or_none()


async def locked_room(session: AsyncSession, id: str) -> Room | None:
    """Return a room, locked for the caller's transaction, so that moves in it are in order."""
    found = await session.execute(select(Room).where(Room.id == id).with_for_update(key_share=True))
    return found.scalar_one_or_none()


async def open_rooms_of(session: AsyncSession, patient: str) -> Sequence[Room]:
    """Return the open rooms about a patient, locked for the caller's transaction, in order."""
    found = await session.execute(
        select(Room)
        .where(Room.patient_id == patient, Room.closed_at.is_(None))
        .order_by(Room.id)
        .with_for_update(key_share=True)
    )
    return found.scalars().all()


async def seats_of(session: AsyncSession, room: str) -> Sequence[Seat]:
    """Return every seat of a room in the order they were set."""
    found = await session.execute(select(Seat).where(Seat.room_id == room).order_by(Seat.id))
    return found.scalars().all()


async def seat_of_person(session: AsyncSession, room: str, person: str | None) -> Seat | None:
    """Return a person's seat in a room."""
    found = await session.execute(
        select(Seat).where(Seat.room_id == room, Seat.person_id == person)
    )
    return found.scalar_one_or_none()


async def seats_of_person(session: AsyncSession, person: str) -> Sequence[Seat]:
    """Return every seat of a person."""
    found = await session.execute(select(Seat).where(Seat.person_id == person))
    return found.scalars().all()


async def seats_about(session: AsyncSession, patient: str, person: str) -> Sequence[Seat]:
    """Return a person's seats in the open rooms about one patient."""
    found = await session.execute(
        select(Seat)
        .join(Room, Room.id == Seat.room_id)
        .where(Room.patient_id == patient, Room.closed_at.is_(None), Seat.person_id == person)
    )
    return found.scalars().all()


async def occupied_seats(session: AsyncSession) -> Sequence[Seat]:
    """Return the seats of open rooms whose people wait or are inside."""
    found = await session.execute(
        select(Seat)
        .join(Room, Room.id == Seat.room_id)
        .where(Room.closed_at.is_(None), Seat.standing.in_([*IN_LINE, Standing.ADMITTED]))
    )
    return found.scalars().all()


async def last_messages(session: AsyncSession, room: str) -> Sequence[ChatMessage]:
    """Return the newest lines of the chat, oldest first."""
    found = await session.execute(
        select(ChatMessage)
        .where(ChatMessage.room_id == room)
        .order_by(ChatMessage.at.desc(), ChatMessage.id.desc())
        .limit(MESSAGES_SHOWN)
    )
    return list(reversed(found.scalars().all()))


async def message_by_key(session: AsyncSession, seat: str, key: str) -> ChatMessage | None:
    """Return the line a seat sent under `key`, if it came before."""
    found = await session.execute(
        select(ChatMessage).where(ChatMessage.seat_id == seat, ChatMessage.key == key)
    )
    return found.scalar_one_or_none()


async def open_shares(session: AsyncSession, room: str) -> Sequence[ScreenShare]:
    """Return who shares a screen in a room, was let, or asked for it, the earliest first."""
    found = await session.execute(
        select(ScreenShare)
        .where(ScreenShare.room_id == room, ScreenShare.ended_at.is_(None))
        .order_by(ScreenShare.asked_at, ScreenShare.id)
    )
    return found.scalars().all()


async def running_shares(session: AsyncSession) -> Sequence[ScreenShare]:
    """Return the screens that are shared now, in all rooms."""
    found = await session.execute(
        select(ScreenShare).where(ScreenShare.began_at.is_not(None), ScreenShare.ended_at.is_(None))
    )
    return found.scalars().all()


async def shares_of_room(session: AsyncSession, room: str) -> Sequence[ScreenShare]:
    """Return every time a screen was shared in a room, the earliest first."""
    found = await session.execute(
        select(ScreenShare)
        .where(ScreenShare.room_id == room, ScreenShare.began_at.is_not(None))
        .order_by(ScreenShare.began_at, ScreenShare.id)
    )
    return found.scalars().all()


async def seats_by_id(session: AsyncSession, ids: Iterable[str]) -> Mapping[str, Seat]:
    """Return seats by id."""
    found = await session.execute(select(Seat).where(Seat.id.in_(set(ids))))
    return {seat.id: seat for seat in found.scalars()}


async def record_of_seat(session: AsyncSession, seat: str) -> ConnectionRecord | None:
    """Return the record of a seat's connection, locked for the caller's transaction."""
    found = await session.execute(
        select(ConnectionRecord)
        .where(ConnectionRecord.seat_id == seat)
        .with_for_update(key_share=True)
    )
    return found.scalar_one_or_none()


async def records_of_room(
    session: AsyncSession, room: str
) -> Sequence[tuple[ConnectionRecord, Seat]]:
    """Return the records of everybody's connection to a room, those who may admit first."""
    found = await session.execute(
        select(ConnectionRecord, Seat)
        .join(Seat, Seat.id == ConnectionRecord.seat_id)
        .where(ConnectionRecord.room_id == room)
        .order_by(Seat.may_admit.desc(), Seat.id)
    )
    return [(record, seat) for record, seat in found]


async def records_since(session: AsyncSession, clinic: str, after: datetime) -> Sequence[Row[Any]]:
    """Return what `summarise` adds up of a clinic's records that began after a moment.

    Columns, not objects: an administrator's page adds up a month of them.
    """
    columns = [getattr(ConnectionRecord, name) for name in SUMMED]
    found = await session.execute(
        select(*columns).where(
            ConnectionRecord.clinic_id == clinic, ConnectionRecord.began_at > after
        )
    )
    return found.all()
