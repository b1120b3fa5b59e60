"""How long what people write, tell and show at a visit, and the figures of its lines, are kept.

Words and the place where somebody was a day, since what matters goes into the note; the figures
and self-tests a month, to find out what was the matter (security design: media statistics 30 days).
When a screen was shared stands in the trail, too, which is kept longer.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select

from rounds.kernel.retention import Rule
from rounds.kernel.words import N_
from rounds.rooms.arrivals_model import CheckIn, DoorNote, SelfTest
from rounds.rooms.model import ChatMessage, Room, ScreenShare
from rounds.rooms.records_model import ConnectionRecord, Joining

KEEPS = timedelta(hours=24)
# Of a room that nobody closed, as when the visit never began.
KEEPS_UNCLOSED = timedelta(days=7)
KEEPS_RECORDS = timedelta(days=30)


def _messages(clinic: str, before: datetime) -> Select[str]:
    unclosed = Room.closed_at.is_(None) & (ChatMessage.at < before - (KEEPS_UNCLOSED - KEEPS))
    return (
        select(ChatMessage.id)
        .join(Room, Room.id == ChatMessage.room_id)
        .where(ChatMessage.clinic_id == clinic, or_(Room.closed_at < before, unclosed))
    )


def _door_notes(clinic: str, before: datetime) -> Select[str]:
    unclosed = Room.closed_at.is_(None) & (DoorNote.at < before - (KEEPS_UNCLOSED - KEEPS))
    return (
        select(DoorNote.id)
        .join(Room, Room.id == DoorNote.room_id)
        .where(DoorNote.clinic_id == clinic, or_(Room.closed_at < before, unclosed))
    )


def _records(clinic: str, before: datetime) -> Select[str]:
    # The last time something was added: a visit that nobody ended does not keep them longer.
    return select(ConnectionRecord.id).where(
        ConnectionRecord.clinic_id == clinic, ConnectionRecord.written_at < before
    )


def _joinings(clinic: str, before: datetime) -> Select[str]:
    return select(Joining.id).where(Joining.clinic_id == clinic, Joining.at < before)


def _shares(clinic: str, before: datetime) -> Select[str]:
    unclosed = Room.closed_at.is_(None) & (ScreenShare.asked_at < before)
    return (
        select(ScreenShare.id)
        .join(Room, Room.id == ScreenShare.room_id)
        .where(ScreenShare.clinic_id == clinic, or_(Room.closed_at < before, unclosed))
    )


def _check_ins(clinic: str, before: datetime) -> Select[str]:
    unclosed = Room.closed_at.is_(None) & (CheckIn.answered_at < before - (KEEPS_UNCLOSED - KEEPS))
    return (
        select(CheckIn.id)
        .join(Room, Room.id == CheckIn.room_id)
        .where(CheckIn.clinic_id == clinic, or_(Room.closed_at < before, unclosed))
    )


def _self_tests(clinic: str, before: datetime) -> Select[str]:
    return select(SelfTest.id).where(SelfTest.clinic_id == clinic, SelfTest.at < before)


RULES = (
    Rule("chat", N_("Chat of a visit"), N_("after the visit ends"), KEEPS, ChatMessage, _messages),
    Rule(
        "door_notes",
        N_("Messages at the waiting room"),
        N_("after the visit ends"),
        KEEPS,
        DoorNote,
        _door_notes,
    ),
    Rule(
        "connections",
        N_("How connections to a visit were"),
        N_("after the visit"),
        KEEPS_RECORDS,
        ConnectionRecord,
        _records,
    ),
    Rule(
        "joinings",
        N_("How people got into a visit, and what was in the way"),
        N_("after the visit"),
        KEEPS_RECORDS,
        Joining,
        _joinings,
    ),
    Rule(
        "shares",
        N_("When screens were shared in a visit"),
        N_("after the visit"),
        KEEPS_RECORDS,
        ScreenShare,
        _shares,
    ),
    Rule(
        "check_ins",
        N_("What people told on arriving: where they are, how to reach them"),
        N_("after the visit ends"),
        KEEPS,
        CheckIn,
        _check_ins,
    ),
    Rule(
        "self_tests",
        N_("Self-tests of browser, devices and line"),
        N_("after the test"),
        KEEPS_RECORDS,
        SelfTest,
        _self_tests,
    ),
)
