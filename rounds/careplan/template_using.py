"""Brings a template into a plan through the plan's own door, and puts away what it brought."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from rounds.audit import trail
from rounds.careplan.kinds import COMMENT, SHAPES
from rounds.careplan.model import PlanSection
from rounds.careplan.opening import Opened, open_plan
from rounds.careplan.pending import leave_edit
from rounds.careplan.template_model import PlanTemplate, PlanTemplateUse
from rounds.careplan.template_offers import Offer, Standing, is_open, offers, sections_now
from rounds.careplan.template_queries import items_coming, uses_in
from rounds.careplan.template_versions import in_use, kept
from rounds.careplan.version_queries import locked_plan
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.sync.commands import Command, Op
from rounds.sync.items import name_of
from rounds.sync.live import Live

CAN_COME = frozenset({Standing.NEW, Standing.AWAY})


@dataclass(frozen=True, slots=True)
class Brought:
    """An item that a template left in a plan, as it was then."""

    section: str
    item: str
    values: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


async def use_template(
    unit: Unit, patient: str, pathway: str, mark: str, chosen: Collection[str]
) -> PlanTemplateUse:
    """Leave the chosen entries of a template for the plan's door; what is there stays as it is.

    `mark` is that of the version that was looked at. Raises NotFound or Forbidden, Invalid when
    nothing was chosen, Conflict when the template changed or nothing of it can come any more.
    """
    opened = await open_plan(unit, patient, Action.PLAN_TEMPLATE)
    # Two who use it at once pass one after the other: the second finds what the first left.
    await locked_plan(unit.session, opened.plan.id)
    found = await in_use(unit, opened.plan.clinic_id, pathway)
    if found.mark != mark:
        raise Conflict("The template was changed meanwhile. Please look at it again.")
    if not chosen:
        raise Invalid("Choose at least one entry.")
    version = await kept(unit, opened.plan.clinic_id, found)
    # Offered once more as the version that is kept now, whose number the items name.
    found = await in_use(unit, opened.plan.clinic_id, pathway)
    told = [one for one in await offers(unit, opened, found) if one.entry.key in chosen]
    coming = [one for one in told if one.standing in CAN_COME]
    if not coming:
        raise Conflict("Everything you chose is in the plan already, or cannot come now.")
    brought = [await _leave(unit, opened, one) for one in coming]
    use = PlanTemplateUse(
        id=new_id(),
        clinic_id=opened.plan.clinic_id,
        plan_id=opened.plan.id,
        template_id=version.id,
        used_by=unit.actor.person,
        used_at=unit.now,
        brought=_written(brought),
        stayed=0,
    )
    unit.session.add(use)
    await unit.session.flush()
    await trail.record(unit, "plan.template", "plan", opened.plan.id, patient, use.clinic_id)
    return use


async def put_away(unit: Unit, patient: str, use_id: str) -> PlanTemplateUse:
    """Put away what a template brought, save what somebody has changed or answered since.

    Raises NotFound or Forbidden, Conflict when that was done already or some is still on its way.
    """
    opened = await open_plan(unit, patient, Action.PLAN_TEMPLATE)
    await locked_plan(unit.session, opened.plan.id)
    uses = {use.id: use for use, _ in await uses_in(unit.session, opened.plan.id)}
    use = uses.get(use_id)
    if use is None:
        raise NotFound("There is nothing here for you.")
    if use.put_away_at is not None:
        raise Conflict("This was put away already.")
    brought = [one for one in brought_by(use) if one.section in opened.sections]
    now = await sections_now(unit, opened, {one.section for one in brought})
    coming = await items_coming(unit.session, [opened.sections[one] for one in now])
    if any((opened.sections[one.section], one.item) in coming for one in brought):
        raise Conflict("Some of it is still on its way. Please try again in a moment.")
    for one in brought:
        live = now[one.section]
        item = live.items.all.get(one.item)
        if item is None or item.archived:
            continue
        command = Command(new_id(), Op.ARCHIVE, one.item)
        if not _untouched(live, one) or not is_open(unit, opened, live, one.section, command):
            use.stayed += 1
            continue
        section = await unit.session.get_one(PlanSection, opened.sections[one.section])
        await leave_edit(unit, section, str(unit.actor.person), command)
    use.put_away_at, use.put_away_by = unit.now, unit.actor.person
    await unit.session.flush()
    await trail.record(unit, "plan.template_away", "plan", opened.plan.id, patient, use.clinic_id)
    return use


async def uses_of(unit: Unit, opened: Opened) -> list[tuple[PlanTemplateUse, PlanTemplate]]:
    """Return where templates were used in a plan, the newest first."""
    return list(await uses_in(unit.session, opened.plan.id))


def brought_by(use: PlanTemplateUse) -> list[Brought]:
    """Return what a use left in the plan."""
    return [Brought(**one) for one in json.loads(use.brought)]


async def _leave(unit: Unit, opened: Opened, offer: Offer) -> Brought:
    command, entry = offer.command, offer.entry
    if command is None:
        raise Conflict("Everything you chose is in the plan already, or cannot come now.")
    section = await unit.session.get_one(PlanSection, opened.sections[entry.section])
    texts = dict(entry.texts) if offer.standing is Standing.NEW else {}
    await leave_edit(unit, section, str(unit.actor.person), command, texts)
    if offer.standing is Standing.NEW:
        return Brought(entry.section, command.item, dict(command.values), texts)
    live = (await sections_now(unit, opened, {entry.section}))[entry.section]
    return _as_it_stands(live, entry.section, command.item)


def _as_it_stands(live: Live, section: str, item: str) -> Brought:
    there = live.items.all[item]
    names = SHAPES[section][there.kind].texts
    texts = {name: live.section.text(name_of(item, name)) for name in names}
    told = {name: text for name, text in texts.items() if text}
    return Brought(section, item, dict(there.values), told)


def _untouched(live: Live, brought: Brought) -> bool:
    """Say whether nobody has changed an item since, nor answered or spoken about it."""
    spoken = (
        one.values.get("about") == brought.item or one.values.get("answers") == brought.item
        for one in live.items.in_order()
        if one.kind == COMMENT
    )
    return _as_it_stands(live, brought.section, brought.item) == brought and not any(spoken)


def _written(brought: list[Brought]) -> str:
    told = [
        {"section": one.section, "item": one.item, "values": one.values, "texts": one.texts}
        for one in brought
    ]
    return json.dumps(told, ensure_ascii=False)
