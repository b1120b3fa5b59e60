"""A caseload sheet on its way in: what was read from it, row by row, and what became of each."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Delete, ForeignKey, Index, String, delete
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.database import Base, Identified, Moment, Sealed


class Stage(StrEnum):
    """How far a sheet has come."""

    CHECKING = "checking"
    CHECKED = "checked"
    ENTERING = "entering"
    DONE = "done"
    STOPPED = "stopped"


class Verdict(StrEnum):
    """What becomes of one row of a sheet."""

    NEW = "new"
    KNOWN = "known"
    ALIKE = "alike"
    FAULTY = "faulty"
    ADDED = "added"


class CaseloadImport(Identified, Base):
    """One sheet that somebody of the office brought; `trouble` says why it was stopped.

    `with_alike`: whoever confirmed it wants rows added that look like a patient known already.
    """

    __tablename__ = "caseload_imports"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    made_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    stage: Mapped[Stage] = mapped_column(String(12), default=Stage.CHECKING)
    trouble: Mapped[str | None] = mapped_column(String(200))
    total: Mapped[int] = mapped_column(default=0)
    with_alike: Mapped[bool] = mapped_column(default=False)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index(None, "clinic_id"),)


class CaseloadRow(Base):
    """One row of a sheet: its fields as JSON, its verdict, and for a faulty one where and why.

    `line` is the line of the sheet where the row begins, the heading being line 1.
    """

    __tablename__ = "caseload_rows"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    import_id: Mapped[str] = mapped_column(ForeignKey("caseload_imports.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fields: Mapped[str] = mapped_column(Sealed)
    verdict: Mapped[Verdict] = mapped_column(String(8))
    column: Mapped[str | None] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (Index(None, "import_id", "verdict", "line"),)


def without_rows(imports: Sequence[str]) -> Delete:
    """Return the statement that empties sheets, which must come before these are deleted."""
    return delete(CaseloadRow).where(CaseloadRow.import_id.in_(imports))
