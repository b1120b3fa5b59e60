"""Task and the steps it went through."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.actor import Role
from rounds.kernel.database import Base, Identified, Moment, Sealed

LONGEST_SUBJECT, LONGEST_WORDS, LONGEST_ORIGIN = 200, 300, 200
MOST_DAYS = 250
"""Working days: about a year. What is further away is planned again before."""


class TaskState(StrEnum):
    """How far a task is; in FHIR (Task.status, R4) requested, accepted, rejected, completed,
    cancelled."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"
    CANCELLED = "cancelled"


class Deed(StrEnum):
    """What is done to a task; each leaves a step."""

    GIVE = "give"
    ACCEPT = "accept"
    DECLINE = "decline"
    DONE = "done"
    REOPEN = "reopen"
    DUE = "due"
    HAND = "hand"
    CANCEL = "cancel"


class OriginKind(StrEnum):
    """Where a task came from."""

    PLAN = "plan"
    VISIT = "visit"
    ALERT = "alert"
    DECISION = "decision"
    HANDOFF = "handoff"


class Task(Identified, Base):
    """Something somebody is to do for one patient (FHIR Task).

    It has an owner: a person, or, until one of them takes it up, everybody of `owner_role` who
    works for the patient. `asks` says that it binds its owner only once they accepted. `due_on`
    is a day of the clinic, so many working days after it was given. The origin is named by kind
    and id, and `origin_words` say it to people. `given_by` is empty for what a rule gave; `key`
    keeps what was sent twice, or found twice by a rule, one task. `reminded_at` and `raised_at`
    are when its owner and who coordinates were told that it is overdue.
    """

    __tablename__ = "tasks"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.person_id"))
    subject: Mapped[str] = mapped_column(Sealed)
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    owner_role: Mapped[Role | None] = mapped_column(String(16))
    state: Mapped[TaskState] = mapped_column(String(12), default=TaskState.OPEN)
    asks: Mapped[bool] = mapped_column(default=False)
    due_on: Mapped[date] = mapped_column(Date)
    origin_kind: Mapped[OriginKind | None] = mapped_column(String(12))
    origin_id: Mapped[str | None] = mapped_column(String(64))
    origin_words: Mapped[str] = mapped_column(Sealed, default="")
    given_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    given_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
    raised_at: Mapped[datetime | None] = mapped_column(Moment)
    key: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        UniqueConstraint("patient_id", "key"),
        Index(None, "clinic_id", "state", "due_on"),
        Index(None, "owner_id"),
        Index(None, "given_by"),
        Index(None, "origin_kind", "origin_id"),
    )

    @property
    def is_active(self) -> bool:
        """Say whether somebody still has to do it."""
        return self.state in (TaskState.OPEN, TaskState.ACCEPTED)

    @property
    def is_over(self) -> bool:
        """Say whether nothing more is expected of anybody; one declined needs another owner."""
        return self.state in (TaskState.DONE, TaskState.CANCELLED)


class TaskStep(Identified, Base):
    """One line of a task's history: who did what to it, and in which words.

    `to_id` or `to_role` is whose it is since then, `due_on` the day it is due since then; both
    are empty where the step changed neither. `by_id` is empty for what happened by itself.
    """

    __tablename__ = "task_steps"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    task_id: Mapped[str] = mapped_column(ForeignKey("tasks.id"))
    deed: Mapped[Deed] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    to_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    to_role: Mapped[Role | None] = mapped_column(String(16))
    due_on: Mapped[date | None] = mapped_column(Date)
    words: Mapped[str] = mapped_column(Sealed, default="")

    __table_args__ = (Index(None, "task_id"),)
