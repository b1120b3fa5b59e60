"""CheckIn, SelfTest, DoorNote and PhoneCall: what people tell, try out and ask for on arriving."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.database import Base, Identified, Moment, Sealed


class CheckIn(Identified, Base):
    """What somebody told the clinic on arriving: where they are, how to reach them, who is near.

    `safe` is their answer to whether they can talk freely. `left_at` is when they last went by the
    quick way out. Asked anew for each visit (APA/ATA Best Practices 2018, section on safety).
    """

    __tablename__ = "check_ins"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"))
    seat_id: Mapped[str] = mapped_column(ForeignKey("seats.id"), unique=True)
    place: Mapped[str | None] = mapped_column(Sealed)
    phone: Mapped[str | None] = mapped_column(Sealed)
    company: Mapped[str | None] = mapped_column(Sealed)
    companions: Mapped[str | None] = mapped_column(Sealed)
    safe: Mapped[str | None] = mapped_column(Sealed)
    answered_at: Mapped[datetime] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index(None, "room_id"),)


class SelfTest(Identified, Base):
    """How somebody's browser, devices and line did when they tried them out before a visit.

    `report` is JSON of outcomes and numbers (see `self_test.Report`): no address, no device. The
    `code` of four letters finds it when its owner reads it to the clinic on the telephone.
    """

    __tablename__ = "self_tests"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"))
    seat_id: Mapped[str] = mapped_column(ForeignKey("seats.id"))
    code: Mapped[str] = mapped_column(String(4))
    result: Mapped[str] = mapped_column(String(4))
    report: Mapped[str] = mapped_column(Sealed)
    browser: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("clinic_id", "code"),
        Index(None, "room_id"),
        Index(None, "seat_id"),
        Index(None, "clinic_id", "at"),
    )


class DoorNote(Identified, Base):
    """A line between the clinic and one person who waits, or from the clinic to all who do.

    `seat_id` is the guest it is written to or by; without it, everybody who waits now or later. A
    `preset` is said in each reader's language, `minutes` belong to it.
    """

    __tablename__ = "door_notes"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"))
    seat_id: Mapped[str | None] = mapped_column(ForeignKey("seats.id"))
    author_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    key: Mapped[str] = mapped_column(String(64))
    preset: Mapped[str | None] = mapped_column(String(16))
    minutes: Mapped[int | None]
    text: Mapped[str] = mapped_column(Sealed, default="")
    at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("room_id", "author_id", "key"),
        Index(None, "room_id", "at"),
    )


class PhoneCall(Identified, Base):
    """A guest's wish to be called instead, and the part of the meeting that went by telephone.

    Asked for, begun, ended; each of them may be missing but the last, which closes it.
    """

    __tablename__ = "phone_calls"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"))
    seat_id: Mapped[str] = mapped_column(ForeignKey("seats.id"))
    number: Mapped[str] = mapped_column(Sealed)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    began_at: Mapped[datetime | None] = mapped_column(Moment)
    began_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (
        Index(
            "uq_phone_calls_open",
            "seat_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "room_id"),
    )
