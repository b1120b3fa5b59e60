"""VisitSummary and Agreement: what a visit came to, and what of it its patient can read."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.database import Base, Identified, Moment, Sealed


class Closing:
    """Next step, owner and date; or that nothing further is planned, and why."""

    next_step: Mapped[str] = mapped_column(Sealed, default="")
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    due_on: Mapped[date | None] = mapped_column(Date)
    nothing: Mapped[bool] = mapped_column("nothing_further", default=False)
    reason: Mapped[str] = mapped_column(Sealed, default="")
    agreed: Mapped[str] = mapped_column(Sealed, default="")
    """What was agreed, in words for the patient; never taken from the note of the team."""


class VisitSummary(Identified, Closing, Base):
    """What the hosts of a visit write at its end: one decision, and words for the patient.

    `revision` counts what was saved, as that of a note. `decided_at` is empty while the decision
    is open or was changed since. `happened` keeps what was known of the visit when it was decided
    (JSON, see `rounds.visits.sources`). `ended_by` is whose it is to finish; `quiet` says that
    nobody may write to the patient, who could not talk freely.
    """

    __tablename__ = "visit_summaries"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"), unique=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.person_id"))
    revision: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime | None] = mapped_column(Moment)
    saved_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    happened: Mapped[str] = mapped_column(Sealed, default="")
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    quiet: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index(None, "clinic_id", "decided_at"), Index(None, "patient_id"))


class Agreement(Identified, Closing, Base):
    """What a patient can read of a visit since a host pressed a button; a correction is a new one.

    `version` counts from 1. What was published is never changed and never taken away unseen.
    """

    __tablename__ = "agreements"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.person_id"))
    version: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(Moment)
    published_by: Mapped[str] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (UniqueConstraint("visit_id", "version"), Index(None, "patient_id"))
