"""Visit with its note, and the visits that nobody came to."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.database import Base, Identified, Moment, Sealed

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 240


class VisitState(StrEnum):
    """States of a visit, in FHIR's own words (Encounter.status, R4)."""

    PLANNED = "planned"
    ARRIVED = "arrived"
    IN_PROGRESS = "in-progress"
    FINISHED = "finished"
    CANCELLED = "cancelled"


ORDER = (
    VisitState.PLANNED,
    VisitState.ARRIVED,
    VisitState.IN_PROGRESS,
    VisitState.FINISHED,
)


class Visit(Identified, Base):
    """An appointment of one patient with the clinic, and what became of it (FHIR Encounter).

    `booking_key` is made by the form it was booked with, so that a form sent twice books once.
    """

    __tablename__ = "visits"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.person_id"))
    starts_at: Mapped[datetime] = mapped_column(Moment)
    minutes: Mapped[int]
    purpose: Mapped[str] = mapped_column(Sealed)
    state: Mapped[VisitState] = mapped_column(String(12), default=VisitState.PLANNED)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    booking_key: Mapped[str | None] = mapped_column(String(64))
    booked_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)
    cancel_reason: Mapped[str | None] = mapped_column(Sealed)
    note: Mapped[str] = mapped_column(Sealed, default="")
    note_revision: Mapped[int] = mapped_column(default=0)
    note_saved_at: Mapped[datetime | None] = mapped_column(Moment)
    note_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (
        Index(None, "clinic_id", "starts_at"),
        Index(None, "patient_id"),
        UniqueConstraint("patient_id", "booking_key"),
    )

    @property
    def planned_end(self) -> datetime:
        """When the appointment should be over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    def reach(self, state: VisitState, now: datetime) -> bool:
        """Go forward to `state`; never back, never past a cancellation. Tell if it moved."""
        if self.state == VisitState.CANCELLED:
            return False
        if ORDER.index(state) <= ORDER.index(VisitState(self.state)):
            return False
        self.state = state
        if state is VisitState.IN_PROGRESS:
            self.started_at = now
        if state is VisitState.FINISHED:
            self.ended_at = now
        return True


class MissedVisit(Identified, Base):
    """A patient who was not there ten minutes after the beginning, for somebody to follow up.

    `tried` names what was done by itself. It is over when the patient came after all, or when
    somebody of the clinic says what became of it.
    """

    __tablename__ = "missed_visits"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"), unique=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.person_id"))
    noticed_at: Mapped[datetime] = mapped_column(Moment)
    tried: Mapped[str] = mapped_column(String(80), default="")
    came_at: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    done_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(Sealed, default="")

    __table_args__ = (Index(None, "clinic_id", "done_at"), Index(None, "patient_id"))

    @property
    def is_open(self) -> bool:
        """Say whether somebody still has to follow it up."""
        return self.done_at is None and self.came_at is None
