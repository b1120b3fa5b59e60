"""How long the chat of a visit is kept: a day, since what matters goes into the note."""

from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select

from rounds.kernel.retention import Rule
from rounds.kernel.words import N_
from rounds.rooms.model import ChatMessage, Room

KEEPS = timedelta(hours=24)
# Of a room that nobody closed, as when the visit never began.
KEEPS_UNCLOSED = timedelta(days=7)


def _messages(clinic: str, before: datetime) -> Select[str]:
    unclosed = Room.closed_at.is_(None) & (ChatMessage.at < before - (KEEPS_UNCLOSED - KEEPS))
    return (
        select(ChatMessage.id)
        .join(Room, Room.id == ChatMessage.room_id)
        .where(ChatMessage.clinic_id == clinic, or_(Room.closed_at < before, unclosed))
    )


RULES = (
    Rule("chat", N_("Chat of a visit"), N_("after the visit ends"), KEEPS, ChatMessage, _messages),
)
