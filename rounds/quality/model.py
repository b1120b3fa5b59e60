"""VisitFigure and ExperienceCount: what is kept of visits for numbers that name nobody."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.database import Base, Identified


class VisitFigure(Identified, Base):
    """How the technology of one visit was for one person: no person, no visit, no day.

    `week` is the Monday of the visit's week where the clinic is. `opened` says that the link was
    opened on a device, `came` that the person reached the waiting room, `voiced` that their voice
    reached us, `phoned` that a part of the visit went by telephone. `guest` tells patients and
    relatives from staff. Times as in `rooms.records_model`; None, or an empty word, where nothing
    was measured. `tested` is the light of the last self-test.
    """

    __tablename__ = "visit_figures"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    week: Mapped[date]
    language: Mapped[str] = mapped_column(String(16))
    guest: Mapped[bool]
    opened: Mapped[bool]
    came: Mapped[bool]
    voiced: Mapped[bool]
    phoned: Mapped[bool]
    browser: Mapped[str] = mapped_column(String(40), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    voice_ms: Mapped[int | None]
    link_ms: Mapped[int | None]
    present_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    weak_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    lost_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    reconnections: Mapped[int] = mapped_column(default=0)
    path: Mapped[str] = mapped_column(String(8), default="")
    tested: Mapped[str] = mapped_column(String(4), default="")
    causes: Mapped[str] = mapped_column(String(400), default="")

    __table_args__ = (Index(None, "clinic_id", "week"),)


class ExperienceCount(Identified, Base):
    """How many people of a month gave one answer; `question` "people" counts who said anything.

    `month` is its first day, of the visits and where the clinic is.
    """

    __tablename__ = "experience_counts"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    month: Mapped[date]
    language: Mapped[str] = mapped_column(String(16))
    question: Mapped[str] = mapped_column(String(12))
    answer: Mapped[str] = mapped_column(String(16))
    people: Mapped[int]

    __table_args__ = (UniqueConstraint("clinic_id", "month", "language", "question", "answer"),)
