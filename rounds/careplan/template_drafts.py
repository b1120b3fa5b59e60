"""What a clinic has written of a template's next version, kept until it is published."""

from rounds.audit import trail
from rounds.careplan.template_model import PlanTemplateDraft
from rounds.careplan.template_queries import template_draft
from rounds.careplan.template_sheet import Sheet, written
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.people.queries import locked_clinic


async def draft_of(unit: Unit, pathway: str) -> PlanTemplateDraft | None:
    """Return the draft of a pathway that the actor's clinic has."""
    require(unit, Action.TEMPLATE_WRITE, Thing("template", clinic=unit.actor.clinic))
    return await template_draft(unit.session, str(unit.actor.clinic), pathway)


async def keep_draft(
    unit: Unit, pathway: str, mark: str, sheet: Sheet, looked_at: str
) -> PlanTemplateDraft:
    """Keep a form as it was typed in place of the draft that was looked at ("" for none).

    `mark` is that of the version whose form it is. Raises Conflict when another draft stands
    there, which is not overwritten.
    """
    row = await _locked(unit, pathway)
    content = written(sheet)
    if row is not None and (row.begun_from, row.content) == (mark, content):
        return row
    await take_away(unit, pathway, looked_at)
    row = PlanTemplateDraft(
        id=new_id(),
        clinic_id=unit.actor.clinic,
        pathway=pathway,
        begun_from=mark,
        kept_at=unit.now,
        kept_by=unit.actor.person,
        content=content,
    )
    unit.session.add(row)
    await unit.session.flush()
    await trail.record(unit, "template.draft", "template", row.id, clinic=row.clinic_id)
    return row


async def throw_away(unit: Unit, pathway: str, looked_at: str) -> None:
    """Throw away the draft that was looked at; one that is gone is no fault.

    Raises Conflict when somebody went on writing meanwhile.
    """
    row = await _locked(unit, pathway)
    await take_away(unit, pathway, looked_at)
    if row is not None:
        await trail.record(unit, "template.draft_away", "template", row.id, clinic=row.clinic_id)


async def take_away(unit: Unit, pathway: str, looked_at: str) -> None:
    """Delete the draft that was looked at, in a unit that holds the clinic's lock.

    Raises Conflict when another stands there.
    """
    row = await template_draft(unit.session, str(unit.actor.clinic), pathway)
    if row is None:
        return
    if row.id != looked_at:
        raise Conflict("Another draft of this template was kept meanwhile. Look at it first.")
    await unit.session.delete(row)
    await unit.session.flush()


async def _locked(unit: Unit, pathway: str) -> PlanTemplateDraft | None:
    require(unit, Action.TEMPLATE_WRITE, Thing("template", clinic=unit.actor.clinic))
    # Two who keep at once pass one after the other: the second sees what the first kept.
    await locked_clinic(unit.session, unit.actor.clinic)
    return await template_draft(unit.session, str(unit.actor.clinic), pathway)
