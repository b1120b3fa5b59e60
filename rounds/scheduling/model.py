"""Hours, days off, shifts on call and protected minutes."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.database import Base, Identified, Moment, Sealed


class Hours(Identified, Base):
    """A span of a weekday in which the clinic, or one person, works; in the clinic's time.

    `weekday` 0 is Monday; `begins` and `ends` are minutes since midnight, `ends` at most 1440.
    """

    __tablename__ = "hours"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    weekday: Mapped[int]
    begins: Mapped[int]
    ends: Mapped[int]

    __table_args__ = (Index(None, "clinic_id", "person_id"),)


class Holiday(Identified, Base):
    """A day on which the clinic is closed."""

    __tablename__ = "holidays"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    day: Mapped[date] = mapped_column(Date)
    name: Mapped[str] = mapped_column(String(120))

    __table_args__ = (UniqueConstraint("clinic_id", "day"),)


class TimeOff(Identified, Base):
    """A span in which one person is away; why is theirs alone."""

    __tablename__ = "time_off"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    begins_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    words: Mapped[str] = mapped_column(Sealed, default="")

    __table_args__ = (Index(None, "person_id"),)


class Shift(Identified, Base):
    """A span in which one person is on call for safety alerts."""

    __tablename__ = "shifts"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    begins_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index(None, "clinic_id", "begins_at"),)


class ProtectedTime(Identified, Base):
    """Minutes of a weekday that one person keeps free for same-day handoffs.

    They are released to ordinary booking `release` minutes before they begin.
    """

    __tablename__ = "protected_times"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    weekday: Mapped[int]
    begins: Mapped[int]
    minutes: Mapped[int]
    release: Mapped[int] = mapped_column(default=120)

    __table_args__ = (Index(None, "clinic_id", "person_id"),)
