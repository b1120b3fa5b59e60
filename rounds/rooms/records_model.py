"""ConnectionRecord and Joining: how a person's connection to a room was, and how they got in."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.database import Base, Identified, Moment

ADDED = (
    "present_ms",
    "weak_ms",
    "lost_ms",
    "reconnections",
    "up_packets",
    "up_lost",
    "down_packets",
    "down_lost",
    "freezes",
    "frozen_ms",
    "watched_ms",
    "heard_ms",
    "concealed_ms",
)
"""Columns of a record that only grow, under the names they have in a tally."""
SUMMED = (*ADDED, "delays", "path")
"""Columns of a record from which many are added up."""


class ConnectionRecord(Identified, Base):
    """How one person's connection to one room was: sums, no address, no device, no content.

    `present_ms` is the time in the call, of which the connection was weak or lost for the other
    two; `up` is the way to us, `down` the way from us; `voiced` says that their voice reached us.
    `delays` counts round trips by class (see `tally.Delays`). `ended_at` is when the person went;
    without it the record may still grow, or the server ended before they did.
    """

    __tablename__ = "connection_records"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"))
    seat_id: Mapped[str] = mapped_column(ForeignKey("seats.id"), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    began_at: Mapped[datetime] = mapped_column(Moment)
    written_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    present_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    weak_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    lost_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    reconnections: Mapped[int] = mapped_column(default=0)
    up_packets: Mapped[int] = mapped_column(BigInteger, default=0)
    up_lost: Mapped[int] = mapped_column(BigInteger, default=0)
    down_packets: Mapped[int] = mapped_column(BigInteger, default=0)
    down_lost: Mapped[int] = mapped_column(BigInteger, default=0)
    freezes: Mapped[int] = mapped_column(BigInteger, default=0)
    frozen_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    watched_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    heard_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    concealed_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    delays: Mapped[str] = mapped_column(String(120), default="")
    height: Mapped[int] = mapped_column(default=0)
    codecs: Mapped[str] = mapped_column(String(60), default="")
    path: Mapped[str] = mapped_column(String(8), default="")
    protocol: Mapped[str] = mapped_column(String(8), default="")
    browser: Mapped[str] = mapped_column(String(40), default="")
    voiced: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (
        Index(None, "room_id"),
        Index(None, "person_id"),
        Index(None, "clinic_id", "began_at"),
    )


LONGEST_CAUSES = 400


class Joining(Identified, Base):
    """How one person got into one room, as their page measured it: times, tries and what hindered.

    `voice_ms` is the time from being let in to the first sound of somebody else, `link_ms` from
    tapping the link to the same; None where it was not measured. `causes` are what was in the way
    (see `joining.hindrance_of`), in order, each once. No address, no device, no content.
    """

    __tablename__ = "joinings"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"))
    seat_id: Mapped[str] = mapped_column(ForeignKey("seats.id"), unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    voice_ms: Mapped[int | None]
    link_ms: Mapped[int | None]
    causes: Mapped[str] = mapped_column(String(LONGEST_CAUSES), default="")
    browser: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index(None, "room_id"), Index(None, "clinic_id", "at"))
