"""PlanVersion, with who signed it and who has read it: what a plan said, kept for good."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.database import Base, Identified, Moment, Sealed, SealedBytes


class Reason(StrEnum):
    """Why a version was made."""

    PAUSE = "pause"
    """Nobody had changed anything for a while."""
    VISIT = "visit"
    NAMED = "named"
    SIGNED = "signed"
    RETURN = "return"
    """An earlier version was about to come back."""


class Meaning(StrEnum):
    """What somebody says of a version by signing it."""

    AUTHORED = "authored"
    REVIEWED = "reviewed"
    AGREED = "agreed"


class PlanVersion(Identified, Base):
    """What a plan said at one moment; versions are only ever added.

    `content` is the canonical JSON of all sections (see `rounds.careplan.content`), `hash` binds
    it with everything else and with the version before. `rows` is how many rows the sections' logs
    had together, by which a change since is seen. `made_by` is empty when it was made by itself.
    """

    __tablename__ = "plan_versions"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    plan_id: Mapped[str] = mapped_column(ForeignKey("care_plans.id"))
    number: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(Sealed, default="")
    rows: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[bytes] = mapped_column(SealedBytes)
    content_hash: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (UniqueConstraint("plan_id", "number"),)


class PlanSignature(Identified, Base):
    """Somebody signed a version, which `hash` names, in a role and with a meaning; for good."""

    __tablename__ = "plan_signatures"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    version_id: Mapped[str] = mapped_column(ForeignKey("plan_versions.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(String(16))
    meaning: Mapped[str] = mapped_column(String(16))
    hash: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("version_id", "person_id", "meaning"),)


class PlanAcknowledgement(Identified, Base):
    """Somebody said that they have read a version."""

    __tablename__ = "plan_acknowledgements"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    version_id: Mapped[str] = mapped_column(ForeignKey("plan_versions.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    acknowledged_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("version_id", "person_id"), Index(None, "person_id"))
