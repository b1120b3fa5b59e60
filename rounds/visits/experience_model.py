"""Experience: what somebody said about a visit after it, in their own time."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.database import Base, Identified, Moment, Sealed


class Experience(Identified, Base):
    """One person's answers about one visit; a question that was skipped has none.

    `problems` are the names of what went wrong, in order, between blanks; `words` what the person
    wrote. `until` is when nothing can be changed any more, `counted_at` when the answers went into
    the clinic's sums, which name nobody.
    """

    __tablename__ = "experiences"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.person_id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    heard: Mapped[str | None] = mapped_column(Sealed)
    onward: Mapped[str | None] = mapped_column(Sealed)
    way: Mapped[str | None] = mapped_column(Sealed)
    problems: Mapped[str | None] = mapped_column(Sealed)
    words: Mapped[str | None] = mapped_column(Sealed)
    given_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    counted_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("visit_id", "person_id"),
        Index(None, "clinic_id", "given_at"),
        Index(None, "patient_id"),
        Index(None, "person_id"),
    )
