"""Consent and Exclusion: what a patient agreed to, and whom or what they keep out."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.database import Base, Identified, Moment, Sealed


class Purpose(StrEnum):
    """What is agreed to; the texts of each are in `rounds.consent.texts`."""

    TREATMENT = "treatment"
    FAMILY = "family"
    CONFERENCE = "conference"
    HANDOFF = "handoff"
    MESSAGES = "messages"
    TEACHING = "teaching"


class Scope(StrEnum):
    """Parts of a record that can be opened to family one by one (clinical.md C-06)."""

    VISITS = "visits"
    GOALS = "goals"
    TASKS = "tasks"
    EDUCATION = "education"
    DIARY = "diary"
    SCORES = "scores"


class Section(StrEnum):
    """Parts of a record that a patient can keep from somebody."""

    VISITS = "visits"
    NOTES = "notes"
    PLAN = "plan"
    MEASURES = "measures"
    DIARY = "diary"


SECTION_OF: Mapping[Scope, Section] = {
    Scope.VISITS: Section.VISITS,
    Scope.GOALS: Section.PLAN,
    Scope.TASKS: Section.PLAN,
    Scope.DIARY: Section.DIARY,
    Scope.SCORES: Section.MEASURES,
}
"""The section a part belongs to: what is kept from somebody is not opened to them either."""


class Consent(Identified, Base):
    """One agreement of a patient (FHIR Consent): to what, for whom, why, until when.

    `grantee_id` empty means the whole care team. `scopes` lists Scope words by commas. The text
    that was agreed to is named by `text_version` in `language` and stays readable. Withdrawn is
    not deleted: the row keeps both moments; `replaced_at` says that a newer row stands for it.
    `explained_by` is who of the staff explained it, `said_back` whether the patient then told it
    in their own words (teach-back, AHRQ tool 5); both are empty for what was agreed at home.
    """

    __tablename__ = "consents"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.person_id"))
    purpose: Mapped[Purpose] = mapped_column(String(16))
    grantee_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    scopes: Mapped[str] = mapped_column(String(120), default="")
    text_version: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime] = mapped_column(Moment)
    given_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    until: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    replaced_at: Mapped[datetime | None] = mapped_column(Moment)
    explained_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    said_back: Mapped[bool | None]

    __table_args__ = (Index(None, "patient_id"), Index(None, "grantee_id"))

    def holds(self, now: datetime) -> bool:
        """Say whether the agreement counts at `now`."""
        stands = self.withdrawn_at is None and self.replaced_at is None
        return stands and (self.until is None or now < self.until)

    @property
    def opened(self) -> frozenset[Scope]:
        """The parts this agreement opens."""
        return frozenset(Scope(word) for word in self.scopes.split(",") if word)


class Exclusion(Identified, Base):
    """A person or a section that the patient keeps out; it wins over role, team and consent.

    Without `person_id` the section is kept from everybody but its author and the patient;
    without `section` the person is kept from everything.
    """

    __tablename__ = "exclusions"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.person_id"))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    section: Mapped[Section | None] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Sealed, default="")
    begins_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index(None, "patient_id"), Index(None, "person_id"))
