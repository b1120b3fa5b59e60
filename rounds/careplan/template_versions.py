"""A clinic's templates in their versions: which is in use, publishing one, going back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from rounds.audit import trail
from rounds.careplan.template_content import Template, read_template, told_of
from rounds.careplan.template_drafts import take_away
from rounds.careplan.template_files import Shipped, shipped
from rounds.careplan.template_model import PlanTemplate
from rounds.careplan.template_queries import template_versions
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, NotFound
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.people.queries import locked_clinic


@dataclass(frozen=True, slots=True)
class InUse:
    """The template of a pathway as a clinic uses it now.

    `version` is None while it is the shipped one and no plan began from this edition yet.
    """

    shipped: Shipped
    template: Template
    version: PlanTemplate | None
    versions: Sequence[PlanTemplate]

    @property
    def mark(self) -> str:
        """Return what tells this from every other content of the template: for forms."""
        return str(self.version.number) if self.version else f"shipped-{self.shipped.edition}"

    @property
    def is_behind(self) -> bool:
        """Say whether the clinic's own was made from an older edition than ships now."""
        return self.version is not None and self.version.edition < self.shipped.edition


async def template_in_use(unit: Unit, pathway: str) -> InUse:
    """Return a pathway's template for the actor's clinic. Raises NotFound."""
    require(unit, Action.TEMPLATE_READ, Thing("template", clinic=unit.actor.clinic))
    return await in_use(unit, str(unit.actor.clinic), pathway)


async def in_use(unit: Unit, clinic: str, pathway: str) -> InUse:
    """Return what a clinic uses, whoever asks: the rule to ask is another's. Raises NotFound."""
    ships = shipped().get(pathway)
    if ships is None:
        raise NotFound("There is nothing here for you.")
    versions = await template_versions(unit.session, clinic, pathway)
    newest = versions[0] if versions else None
    if newest is None or (newest.shipped and newest.edition != ships.edition):
        return InUse(ships, ships.template, None, versions)
    return InUse(ships, content_of(newest), newest, versions)


def content_of(version: PlanTemplate) -> Template:
    """Return what a version says."""
    return read_template(json.loads(version.content))


async def publish(
    unit: Unit, pathway: str, mark: str, template: Template, note: str, draft: str = ""
) -> None:
    """Make a template the clinic's next version, which is in use from now on.

    `mark` is that of the version it was made from, `draft` the id of the clinic's draft that it
    was, which ends with it. Raises NotFound, or Conflict when another was published meanwhile,
    another draft stands there, or nothing is different.
    """
    found = await _locked(unit, pathway)
    if found.mark != mark:
        raise Conflict("Somebody else has published a version meanwhile. Look at it first.")
    if told_of(template) == told_of(found.template):
        raise Conflict("This says what the version in use says.")
    await take_away(unit, pathway, draft)
    row = _add(unit, found, template, found.shipped.edition, False, note)
    await _told(unit, row)


async def publish_again(unit: Unit, pathway: str, number: int) -> None:
    """Make an older version, or with 0 the shipped one, the clinic's next version.

    Raises NotFound, or Conflict when it is the one in use.
    """
    found = await _locked(unit, pathway)
    if number == 0:
        if found.version is None or found.version.shipped:
            raise Conflict("This is the version in use.")
        row = _add(unit, found, found.shipped.template, found.shipped.edition, True, "")
    else:
        old = version_of(found, number)
        if old is found.version:
            raise Conflict("This is the version in use.")
        row = _add(unit, found, content_of(old), old.edition, False, old.note)
    await _told(unit, row)


def version_of(found: InUse, number: int) -> PlanTemplate:
    """Return one version by its number. Raises NotFound."""
    for one in found.versions:
        if one.number == number:
            return one
    raise NotFound("There is nothing here for you.")


async def kept(unit: Unit, clinic: str, found: InUse) -> PlanTemplate:
    """Return the version in use; the shipped one is kept as it is when a plan begins from it."""
    if found.version is not None:
        return found.version
    await locked_clinic(unit.session, clinic)
    again = await in_use(unit, clinic, found.shipped.pathway)
    if again.version is not None:
        return again.version
    row = _add(unit, again, again.template, again.shipped.edition, True, "", clinic, by_itself=True)
    await unit.session.flush()
    return row


async def _locked(unit: Unit, pathway: str) -> InUse:
    require(unit, Action.TEMPLATE_WRITE, Thing("template", clinic=unit.actor.clinic))
    # Two who publish at once pass one after the other: the second sees what the first made.
    await locked_clinic(unit.session, unit.actor.clinic)
    return await in_use(unit, str(unit.actor.clinic), pathway)


def _add(
    unit: Unit,
    found: InUse,
    template: Template,
    edition: int,
    as_shipped: bool,
    note: str,
    clinic: str | None = None,
    by_itself: bool = False,
) -> PlanTemplate:
    row = PlanTemplate(
        id=new_id(),
        clinic_id=clinic or unit.actor.clinic,
        pathway=found.shipped.pathway,
        number=found.versions[0].number + 1 if found.versions else 1,
        made_at=unit.now,
        made_by=None if by_itself else unit.actor.person,
        shipped=as_shipped,
        edition=edition,
        note=note,
        content=json.dumps(told_of(template), ensure_ascii=False),
    )
    unit.session.add(row)
    return row


async def _told(unit: Unit, row: PlanTemplate) -> None:
    await unit.session.flush()
    await trail.record(unit, Action.TEMPLATE_WRITE, "template", row.id, clinic=row.clinic_id)
