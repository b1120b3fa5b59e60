"""Decides what of a version comes back: what would change by it, and whether the actor may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rounds.audit import trail
from rounds.careplan.comparing import Change, in_section
from rounds.careplan.content import Content, SectionContent, canonical, hash_of, read
from rounds.careplan.kinds import SECTIONS, SHAPES
from rounds.careplan.looking import Plan, look
from rounds.careplan.opening import may_open, open_plan
from rounds.careplan.rights import Right
from rounds.careplan.version_model import PlanVersion, Reason
from rounds.careplan.versions import keep_version
from rounds.kernel.errors import Conflict, Forbidden, NotFound
from rounds.kernel.unit import Unit

CHANGED = "Somebody changed the plan while you were reading. Please look at it again."
NOT_YOURS = "You may read this, but not change it."
DAMAGED = "This version is not as it was kept, and cannot come back."
NONE_CHOSEN = "Please choose at least one section."


@dataclass(frozen=True, slots=True)
class Differing:
    """A section that says something else than it did: what would change, in its order.

    `id` is the section's, `wanted` what it said, `seen` the hash of what it says now, `may` whether
    the actor may write in it.
    """

    kind: str
    id: str
    wanted: SectionContent
    changes: Sequence[Change]
    seen: str
    may: bool


@dataclass(frozen=True, slots=True)
class Return:
    """A version as it would come back, as far as the actor may read it."""

    plan: Plan
    version: PlanVersion
    sections: Sequence[Differing]


async def look_at_return(unit: Unit, patient_id: str, version_id: str) -> Return:
    """Return what would change if a version came back.

    Raises NotFound or Forbidden, and Conflict for a version that is not as it was kept.
    """
    plan = await look(unit, patient_id)
    version = await unit.session.get(PlanVersion, version_id)
    if not unit.actor.is_staff or version is None or version.plan_id != plan.opened.plan.id:
        raise NotFound("There is nothing here for you.")
    if hash_of(version.content) != version.content_hash:
        raise Conflict(DAMAGED)
    then = read(version.content)
    return Return(plan, version, _differing(plan, then))


async def decide_return(
    unit: Unit, patient_id: str, version_id: str, chosen: Mapping[str, str]
) -> tuple[PlanVersion, Sequence[Differing]]:
    """Return the version that holds how it is now, and the chosen sections with what comes back.

    `chosen` names sections by kind with the hash of what the actor saw there. A section that says
    it already is left out. Raises as `look_at_return`, Forbidden for one that is not theirs to
    write, Conflict when one changed meanwhile.
    """
    found = await look_at_return(unit, patient_id, version_id)
    differing = {one.kind: one for one in found.sections}
    if not chosen:
        raise Conflict(NONE_CHOSEN)
    if any(kind not in found.plan.opened.rights for kind in chosen):
        raise NotFound("There is nothing here for you.")
    wanted = [differing[kind] for kind in chosen if kind in differing]
    if not all(found.plan.opened.rights[kind] >= Right.EDIT for kind in chosen):
        raise Forbidden(NOT_YOURS)
    if any(one.seen != chosen[one.kind] for one in wanted):
        raise Conflict(CHANGED)
    before = await keep_version(unit, found.plan.opened.plan.id, SHAPES, Reason.RETURN)
    await trail.record(
        unit, "plan.restore", "plan_version", version_id, patient_id, found.plan.clinic.id
    )
    return before, wanted


async def may_still(unit: Unit, patient_id: str, kind: str) -> bool:
    """Say whether the actor may write in a section now, as they might when it was decided."""
    if not await may_open(unit, patient_id):
        return False
    opened = await open_plan(unit, patient_id)
    return opened.rights.get(kind, Right.NONE) >= Right.EDIT


def _differing(plan: Plan, then: Content) -> list[Differing]:
    found = []
    for kind in SECTIONS:
        if kind not in plan.opened.rights:
            continue
        now, wanted = plan.content.get(kind, ()), then.get(kind, ())
        changes = in_section(now, wanted)
        if changes:
            seen = hash_of(canonical({kind: now}))
            may = plan.opened.rights[kind] >= Right.EDIT
            found.append(Differing(kind, plan.opened.sections[kind], wanted, changes, seen, may))
    return found
