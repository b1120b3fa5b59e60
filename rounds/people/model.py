"""Clinic, Person, what a person can be, how to reach them, and who cares for whom."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.actor import Role
from rounds.kernel.database import Base, Identified, Moment, Sealed


class Clinic(Identified, Base):
    """The organisation; crisis help is its own data with source and date of review.

    `revision` counts its changes, so that of two administrators at once none loses anything.
    From `on_hold_since` on nothing of it is deleted, however old (legal hold). `record_years` is
    how long it keeps the plans of those it cares for no more; none is for good.
    """

    __tablename__ = "clinics"

    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(40))
    time_zone: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(16))
    country: Mapped[str] = mapped_column(String(2))
    crisis_number: Mapped[str] = mapped_column(String(40))
    crisis_text: Mapped[str] = mapped_column(String(400))
    crisis_source: Mapped[str] = mapped_column(String(400))
    crisis_reviewed_on: Mapped[date | None] = mapped_column(Date)
    is_demo: Mapped[bool] = mapped_column(default=False)
    second_factor: Mapped[bool] = mapped_column(default=True)

    @property
    def needs_second_factor(self) -> bool:
        """Say whether staff sign in with a second factor; a demo may be looked at without."""
        return self.second_factor and not self.is_demo

    revision: Mapped[int] = mapped_column(default=0)
    on_hold_since: Mapped[datetime | None] = mapped_column(Moment)
    record_years: Mapped[int | None]


class Person(Identified, Base):
    """Any human the clinic knows, with the language they are spoken to in."""

    __tablename__ = "people"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    prefix: Mapped[str | None] = mapped_column(Sealed)
    given_name: Mapped[str] = mapped_column(Sealed)
    family_name: Mapped[str] = mapped_column(Sealed)
    language: Mapped[str] = mapped_column(String(16))
    portrait: Mapped[str | None] = mapped_column(String(120))

    __table_args__ = (Index(None, "clinic_id"),)

    @property
    def name(self) -> str:
        """The name in full, as others address the person."""
        return " ".join(part for part in (self.prefix, self.given_name, self.family_name) if part)


class Patient(Base):
    """A person in the clinic's care (FHIR Patient).

    `number` is the clinic's own; `number_index` finds it without reading it, once per clinic;
    `likeness` finds those of the same name and date of birth (see `rounds.people.likeness`).
    `interpreter` is the language an interpreter is needed for, if one is.
    """

    __tablename__ = "patients"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    born: Mapped[str] = mapped_column(Sealed)
    number: Mapped[str] = mapped_column(Sealed)
    number_index: Mapped[str | None] = mapped_column(String(32))
    likeness: Mapped[str | None] = mapped_column(String(32))
    interpreter: Mapped[str | None] = mapped_column(String(16))

    __table_args__ = (
        Index(None, "clinic_id", "number_index", unique=True),
        Index(None, "clinic_id", "likeness"),
    )


class StaffMember(Base):
    """A person who works for the clinic, in one role (FHIR PractitionerRole)."""

    __tablename__ = "staff_members"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    role: Mapped[Role] = mapped_column(String(16))


class RelatedPerson(Base):
    """A relative or friend of one patient (FHIR RelatedPerson).

    Who is none any more keeps the row: `ended_at` says since when.
    """

    __tablename__ = "related_people"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.person_id"))
    relationship: Mapped[str] = mapped_column(Sealed)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class System(StrEnum):
    """Ways to reach a person, in FHIR's own words (ContactPoint.system, R4)."""

    EMAIL = "email"
    SMS = "sms"


class ContactPoint(Identified, Base):
    """An address of a person; `value_index` finds it without reading it.

    `verified_at` says when somebody proved that it reaches them. A family may share one.
    """

    __tablename__ = "contact_points"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    system: Mapped[System] = mapped_column(String(8))
    value: Mapped[str] = mapped_column(Sealed)
    value_index: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(Moment)
    verified_at: Mapped[datetime | None] = mapped_column(Moment)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index(None, "person_id"), Index(None, "value_index"))


class Membership(Identified, Base):
    """A period in which a member of staff belongs to a patient's care team (FHIR CareTeam).

    Who was a member and is none any more keeps the row: it says until when.
    """

    __tablename__ = "memberships"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.person_id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    begins_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        Index(
            "uq_memberships_open",
            "patient_id",
            "person_id",
            unique=True,
            sqlite_where=text("ends_at IS NULL"),
            postgresql_where=text("ends_at IS NULL"),
        ),
        Index(None, "person_id"),
    )


class Matter(StrEnum):
    """What somebody is responsible for in a patient's care; each has exactly one person."""

    LEAD = "lead"
    COORDINATION = "coordination"
    ALERTS = "alerts"


class Responsibility(Identified, Base):
    """From when to when one person answers for one matter of one patient.

    The open row of a matter is unique: a new holder begins in the very moment the old one ends.
    """

    __tablename__ = "responsibilities"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.person_id"))
    matter: Mapped[Matter] = mapped_column(String(16))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    begins_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Sealed, default="")
    given_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (
        Index(
            "uq_responsibilities_open",
            "patient_id",
            "matter",
            unique=True,
            sqlite_where=text("ends_at IS NULL"),
            postgresql_where=text("ends_at IS NULL"),
        ),
        Index(None, "person_id"),
    )
