"""PlanTemplate, the versions of a clinic's templates, their drafts, and where one was used."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.database import Base, Identified, Moment, Sealed


class PlanTemplate(Identified, Base):
    """What a clinic's template of a pathway said in one version; versions are only ever added.

    `shipped` says that it is the one that ships with rounds, of edition `edition`: then a newer
    edition comes into use by itself. Otherwise `edition` is what the clinic's own goes back to.
    `made_by` is empty where it was kept because a plan began from it as it shipped.
    """

    __tablename__ = "plan_templates"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    pathway: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    shipped: Mapped[bool]
    edition: Mapped[int]
    note: Mapped[str] = mapped_column(Sealed, default="")
    content: Mapped[str] = mapped_column(Sealed)

    __table_args__ = (UniqueConstraint("clinic_id", "pathway", "number"),)


class PlanTemplateDraft(Identified, Base):
    """What somebody has written of a template's next version; a clinic has one of a pathway.

    `content` is the form as it was typed (see `rounds.careplan.template_sheet`), `begun_from` the
    mark of the version whose form it was. Each time it is kept it gets another id.
    """

    __tablename__ = "plan_template_drafts"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    pathway: Mapped[str] = mapped_column(String(32))
    begun_from: Mapped[str] = mapped_column(String(32))
    kept_at: Mapped[datetime] = mapped_column(Moment)
    kept_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    content: Mapped[str] = mapped_column(Sealed)

    __table_args__ = (UniqueConstraint("clinic_id", "pathway"),)


class PlanTemplateUse(Identified, Base):
    """A template's version was used in a plan; `brought` is a JSON list of the items it left there.

    `stayed` counts what was in use by others when the rest of it was put away.
    """

    __tablename__ = "plan_template_uses"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    plan_id: Mapped[str] = mapped_column(ForeignKey("care_plans.id"))
    template_id: Mapped[str] = mapped_column(ForeignKey("plan_templates.id"))
    used_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    used_at: Mapped[datetime] = mapped_column(Moment)
    brought: Mapped[str] = mapped_column(Sealed)
    put_away_at: Mapped[datetime | None] = mapped_column(Moment)
    put_away_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    stayed: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index(None, "plan_id"),)
