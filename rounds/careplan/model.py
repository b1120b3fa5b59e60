"""CarePlan and its sections, with the log of everything that was ever written in them."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.database import Base, Identified, Moment, Sealed, SealedBytes


class CarePlan(Identified, Base):
    """The plan of one patient: there is one, and it goes on."""

    __tablename__ = "care_plans"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.person_id"))
    begun_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("patient_id"),)


class PlanSection(Identified, Base):
    """A part of a plan with a right and a log of its own.

    `kind` names its shape, `seq` is the number of its last row, and `epoch` changes when it begins
    anew with another history, which no copy of the old one may be merged into. Up to row `archived`
    the log was gone through for keystrokes that can be kept as one.
    """

    __tablename__ = "plan_sections"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    plan_id: Mapped[str] = mapped_column(ForeignKey("care_plans.id"))
    kind: Mapped[str] = mapped_column(String(32))
    epoch: Mapped[int] = mapped_column(default=1)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    archived: Mapped[int] = mapped_column(BigInteger, default=0)

    __table_args__ = (UniqueConstraint("plan_id", "kind"),)


class PlanEntry(Base):
    """One row of a section's log: what a person wrote.

    Rows are only ever added. Old ones that were written in one go become one, which begins with
    number `first_seq` at `begun_at` (see `rounds.careplan.coalescing`).
    """

    __tablename__ = "plan_entries"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    section_id: Mapped[str] = mapped_column(ForeignKey("plan_sections.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    writer_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    data: Mapped[bytes] = mapped_column(SealedBytes)
    first_seq: Mapped[int | None] = mapped_column(BigInteger)
    begun_at: Mapped[datetime | None] = mapped_column(Moment)


class PlanSnapshot(Base):
    """A section as it stood after row `seq`, so that it opens fast."""

    __tablename__ = "plan_snapshots"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    section_id: Mapped[str] = mapped_column(ForeignKey("plan_sections.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    state: Mapped[bytes] = mapped_column(SealedBytes)
    items: Mapped[str] = mapped_column(Sealed)


class PlanClient(Base):
    """Whose writing stands under a client id in a section; bound once and for good."""

    __tablename__ = "plan_clients"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    section_id: Mapped[str] = mapped_column(ForeignKey("plan_sections.id"), primary_key=True)
    client: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    writer_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    bound_at: Mapped[datetime] = mapped_column(Moment)


class PlanRight(Identified, Base):
    """A lower right in a kind of section than somebody's role would give, set for one plan."""

    __tablename__ = "plan_rights"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    plan_id: Mapped[str] = mapped_column(ForeignKey("care_plans.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(32))
    right: Mapped[int]
    set_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("plan_id", "person_id", "kind"),)


class PlanPending(Identified, Base):
    """An edit of a section that a rule decided on: the plan's door carries it out after the commit.

    `edit` is a command and the texts of its item, as `rounds.careplan.pending` writes them; `seq`
    is the number of the row that holds it, `refused` why there is none. `origin` names the visit or
    task that it came from, once for each, as `rounds.careplan.origins` reads it.
    """

    __tablename__ = "plan_pending"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    section_id: Mapped[str] = mapped_column(ForeignKey("plan_sections.id"))
    writer_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    edit: Mapped[str] = mapped_column(Sealed)
    seq: Mapped[int | None] = mapped_column(BigInteger)
    refused: Mapped[str | None] = mapped_column(String(32))
    origin: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (Index(None, "seq", "refused"), Index(None, "section_id", "origin"))
