"""Clinic, Person and what a person can be: patient, relative or member of staff."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.actor import Role
from rounds.kernel.database import Base, Identified, Sealed


class Clinic(Identified, Base):
    """The organisation; crisis help is its own data with source and date of review."""

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
    """A person in the clinic's care (FHIR Patient)."""

    __tablename__ = "patients"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    born: Mapped[str] = mapped_column(Sealed)
    number: Mapped[str] = mapped_column(Sealed)


class StaffMember(Base):
    """A person who works for the clinic, in one role (FHIR PractitionerRole)."""

    __tablename__ = "staff_members"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    role: Mapped[Role] = mapped_column(String(16))


class RelatedPerson(Base):
    """A relative or friend of one patient (FHIR RelatedPerson)."""

    __tablename__ = "related_people"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.person_id"))
    relationship: Mapped[str] = mapped_column(Sealed)
