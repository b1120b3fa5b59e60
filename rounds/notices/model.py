"""Notice: an outgoing message; Subscription: a browser that takes pushes; Reply: what came back."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.database import Base, Identified, Moment, Sealed


class Channel(StrEnum):
    """How a notice travels."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"


class NoticeState(StrEnum):
    """How far a notice has come; `given_up` is told to the clinic, never silent."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"


class Notice(Identified, Base):
    """A message to one person by one channel, rendered in their language when it is sent.

    `kind` names the template, `values` its facts as JSON; no clinical word is among them.
    `key` makes queueing idempotent. `about_kind` and `about_id` name what it is about, such as
    a visit, so that what is no longer true can be cancelled. Until `rests_until` no sender
    touches it: one is sending it now, or the last try failed. `seen_at` says when somebody of
    the clinic took care of one that was given up.
    """

    __tablename__ = "notices"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contact_points.id"))
    channel: Mapped[Channel] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(40))
    values: Mapped[str] = mapped_column(Sealed)
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    about_kind: Mapped[str | None] = mapped_column(String(24))
    about_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    state: Mapped[NoticeState] = mapped_column(String(12), default=NoticeState.WAITING)
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    rests_until: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    fault: Mapped[str] = mapped_column(String(120), default="")
    seen_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "clinic_id", "created_at"),
        Index(None, "about_id"),
    )


class Subscription(Identified, Base):
    """A browser of staff that takes pushes (RFC 8030), with its keys (RFC 8291).

    It belongs to the session it was made in: `ended_at` is that session's end, planned or early.
    """

    __tablename__ = "subscriptions"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    session_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    endpoint: Mapped[str] = mapped_column(Sealed)
    endpoint_index: Mapped[str] = mapped_column(String(32), unique=True)
    key: Mapped[str] = mapped_column(Sealed)
    secret: Mapped[str] = mapped_column(Sealed)
    created_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index(None, "person_id"), Index(None, "session_id"))


class Meaning(StrEnum):
    """What an answer was understood as."""

    YES = "yes"
    NO = "no"
    STOP = "stop"
    UNCLEAR = "unclear"


class Reply(Identified, Base):
    """What somebody answered to a message: by text, or by a button on the page for it.

    `source` names the answer at its origin and is taken once. `meaning` is what was understood;
    the words themselves are kept only where they were not.
    """

    __tablename__ = "replies"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    about_kind: Mapped[str | None] = mapped_column(String(24))
    about_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    source: Mapped[str] = mapped_column(String(160), unique=True)
    meaning: Mapped[Meaning] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Sealed)
    received_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index(None, "clinic_id", "received_at"), Index(None, "about_id"))
