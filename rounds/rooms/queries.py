"""Finding rooms, seats and chat."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.rooms.arrivals_model import CheckIn, DoorNote, PhoneCall, SelfTest
from rounds.rooms.model import IN_LINE, Channel, ChatMessage, Room, ScreenShare, Seat, Standing
from rounds.rooms.records_model import SUMMED, ConnectionRecord, Joining

MESSAGES_SHOWN = 200


async def room_by_id(session: AsyncSession, id: str) -> Room | None:
    """Return a room."""
    return await session.get(Room, id)


async def room_of_occasion(session: AsyncSession, occasion_id: str) -> Room | None:
    """Return the room of a visit."""
    found = await session.execute(select(Room).where(Room.occasion_id == occasion_id))
    return found.scalar_one_or_none()


async def locked_room(session: AsyncSession, id: str) -> Room | None:
    """Return a room, locked for the caller's transaction, so that moves in it are in order.

    It is read anew: what was known of it before the lock may be over.
    """
    found = await session.execute(
        select(Room)
        .where(Room.id == id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
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
    """Return the newest lines of each channel of the chat, oldest first.

    Of each: what one channel holds must not be told by what is missing in another.
    """
    lines: list[ChatMessage] = []
    for channel in Channel:
        found = await session.execute(
            select(ChatMessage)
            .where(ChatMessage.room_id == room, ChatMessage.channel == channel)
            .order_by(ChatMessage.at.desc(), ChatMessage.id.desc())
            .limit(MESSAGES_SHOWN)
        )
        lines += found.scalars()
    return sorted(lines, key=lambda line: (line.at, line.id))


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


async def door_notes(session: AsyncSession, room: str) -> Sequence[DoorNote]:
    """Return the newest lines written at the door of a room, oldest first."""
    found = await session.execute(
        select(DoorNote)
        .where(DoorNote.room_id == room)
        .order_by(DoorNote.at.desc(), DoorNote.id.desc())
        .limit(MESSAGES_SHOWN)
    )
    return list(reversed(found.scalars().all()))


async def door_note_by_key(
    session: AsyncSession, room: str, author: str | None, key: str
) -> DoorNote | None:
    """Return the line that a person wrote at a room's door under `key`, if it came before."""
    found = await session.execute(
        select(DoorNote).where(
            DoorNote.room_id == room, DoorNote.author_id == author, DoorNote.key == key
        )
    )
    return found.scalar_one_or_none()


async def count_door_notes(session: AsyncSession, room: str, author: str | None) -> int:
    """Return how many lines a person wrote at a room's door."""
    found = await session.execute(
        select(func.count()).where(DoorNote.room_id == room, DoorNote.author_id == author)
    )
    return int(found.scalar_one())


async def calls_of_room(session: AsyncSession, room: str) -> Sequence[PhoneCall]:
    """Return every wish for a call and every call of a room, in order."""
    found = await session.execute(
        select(PhoneCall).where(PhoneCall.room_id == room).order_by(PhoneCall.id)
    )
    return found.scalars().all()


async def open_call(session: AsyncSession, seat: str) -> PhoneCall | None:
    """Return the wish or the call of a seat that is not over."""
    found = await session.execute(
        select(PhoneCall).where(PhoneCall.seat_id == seat, PhoneCall.ended_at.is_(None))
    )
    return found.scalar_one_or_none()


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


async def check_in_of(session: AsyncSession, seat: str) -> CheckIn | None:
    """Return what somebody told on arriving."""
    found = await session.execute(select(CheckIn).where(CheckIn.seat_id == seat))
    return found.scalar_one_or_none()


async def check_in_at(session: AsyncSession, occasion: str, person: str) -> CheckIn | None:
    """Return what a person told on arriving at a visit."""
    found = await session.execute(
        select(CheckIn)
        .join(Seat, Seat.id == CheckIn.seat_id)
        .join(Room, Room.id == Seat.room_id)
        .where(Room.occasion_id == occasion, Seat.person_id == person)
    )
    return found.scalar_one_or_none()


async def check_ins_of_room(session: AsyncSession, room: str) -> Mapping[str, CheckIn]:
    """Return what everybody told on arriving, by seat."""
    found = await session.execute(select(CheckIn).where(CheckIn.room_id == room))
    return {row.seat_id: row for row in found.scalars()}


async def self_tests_of_room(session: AsyncSession, room: str) -> Mapping[str, SelfTest]:
    """Return everybody's newest self-test, by seat."""
    found = await session.execute(
        select(SelfTest).where(SelfTest.room_id == room).order_by(SelfTest.at, SelfTest.id)
    )
    return {row.seat_id: row for row in found.scalars()}


async def self_test_by_id(session: AsyncSession, id: str) -> SelfTest | None:
    """Return a self-test."""
    return await session.get(SelfTest, id)


async def self_test_by_code(session: AsyncSession, clinic: str, code: str) -> SelfTest | None:
    """Return the self-test of a clinic that goes by this code."""
    found = await session.execute(
        select(SelfTest).where(SelfTest.clinic_id == clinic, SelfTest.code == code)
    )
    return found.scalar_one_or_none()


async def seat_by_id(session: AsyncSession, id: str) -> Seat | None:
    """Return a seat."""
    return await session.get(Seat, id)


async def joining_of(session: AsyncSession, seat: str) -> Joining | None:
    """Return how a seat's person got in, locked for the caller's transaction."""
    found = await session.execute(
        select(Joining).where(Joining.seat_id == seat).with_for_update(key_share=True)
    )
    return found.scalar_one_or_none()


async def joinings_of_room(session: AsyncSession, room: str) -> Mapping[str, Joining]:
    """Return how everybody got into a room, by seat."""
    found = await session.execute(select(Joining).where(Joining.room_id == room))
    return {row.seat_id: row for row in found.scalars()}


async def uncounted_rooms(
    session: AsyncSession, after: datetime, before: datetime, most: int
) -> Sequence[Room]:
    """Return rooms closed in a span of time whose technology was not counted yet, oldest first."""
    found = await session.execute(
        select(Room)
        .where(Room.closed_at >= after, Room.closed_at < before, Room.counted_at.is_(None))
        .order_by(Room.closed_at, Room.id)
        .limit(most)
        .with_for_update(key_share=True)
    )
    return found.scalars().all()
