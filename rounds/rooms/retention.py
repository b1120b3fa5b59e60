"""How long the chat of a visit, the figures of its connections and the times of screens are kept.

The chat a day, since what matters goes into the note; the figures a month, to find out what was
the matter (security design: media statistics 30 days). When a screen was shared stands in the
trail, too, which is kept longer.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select

from rounds.kernel.retention import Rule
from rounds.kernel.words import N_
from rounds.rooms.model import ChatMessage, ConnectionRecord, Room, ScreenShare

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


def _records(clinic: str, before: datetime) -> Select[str]:
    # The last time something was added: a visit that nobody ended does not keep them longer.
    return select(ConnectionRecord.id).where(
        ConnectionRecord.clinic_id == clinic, ConnectionRecord.written_at < before
    )


def _shares(clinic: str, before: datetime) -> Select[str]:
    unclosed = Room.closed_at.is_(None) & (ScreenShare.asked_at < before)
    return (
        select(ScreenShare.id)
        .join(Room, Room.id == ScreenShare.room_id)
        .where(ScreenShare.clinic_id == clinic, or_(Room.closed_at < before, unclosed))
    )


RULES = (
    Rule("chat", N_("Chat of a visit"), N_("after the visit ends"), KEEPS, ChatMessage, _messages),
    Rule(
        "connections",
        N_("How connections to a visit were"),
        N_("after the visit"),
        KEEPS_RECORDS,
        ConnectionRecord,
        _records,
    ),
    Rule(
        "shares",
        N_("When screens were shared in a visit"),
        N_("after the visit"),
        KEEPS_RECORDS,
        ScreenShare,
        _shares,
    ),
)
