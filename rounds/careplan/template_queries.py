"""What is read of templates: a clinic's versions and drafts, and where they were used."""

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from rounds.careplan.model import PlanPending
from rounds.careplan.template_model import PlanTemplate, PlanTemplateDraft, PlanTemplateUse
from rounds.kernel.database import AsyncSession


async def template_versions(
    session: AsyncSession, clinic: str, pathway: str
) -> Sequence[PlanTemplate]:
    """Return a clinic's versions of a template, the newest first."""
    found = await session.scalars(
        select(PlanTemplate)
        .where(PlanTemplate.clinic_id == clinic, PlanTemplate.pathway == pathway)
        .order_by(PlanTemplate.number.desc())
    )
    return found.all()


async def template_version(
    session: AsyncSession, clinic: str, pathway: str, number: int
) -> PlanTemplate | None:
    """Return one version of a clinic's template."""
    row: PlanTemplate | None = await session.scalar(
        select(PlanTemplate).where(
            PlanTemplate.clinic_id == clinic,
            PlanTemplate.pathway == pathway,
            PlanTemplate.number == number,
        )
    )
    return row


async def template_draft(
    session: AsyncSession, clinic: str, pathway: str
) -> PlanTemplateDraft | None:
    """Return what a clinic has written of a template and not published."""
    row: PlanTemplateDraft | None = await session.scalar(
        select(PlanTemplateDraft).where(
            PlanTemplateDraft.clinic_id == clinic, PlanTemplateDraft.pathway == pathway
        )
    )
    return row


async def uses_in(
    session: AsyncSession, plan: str
) -> Sequence[tuple[PlanTemplateUse, PlanTemplate]]:
    """Return where templates were used in a plan, the newest first, each with its version."""
    found = await session.execute(
        select(PlanTemplateUse, PlanTemplate)
        .join(PlanTemplate, PlanTemplate.id == PlanTemplateUse.template_id)
        .where(PlanTemplateUse.plan_id == plan)
        .order_by(PlanTemplateUse.id.desc())
    )
    return [(use, version) for use, version in found]


async def items_coming(session: AsyncSession, sections: Iterable[str]) -> set[tuple[str, str]]:
    """Return sections and items of edits that the plan's door has not carried out yet."""
    found = await session.execute(
        select(PlanPending.section_id, PlanPending.edit).where(
            PlanPending.section_id.in_(list(sections)),
            PlanPending.seq.is_(None),
            PlanPending.refused.is_(None),
        )
    )
    return {(section, json.loads(edit)["command"]["item"]) for section, edit in found}
