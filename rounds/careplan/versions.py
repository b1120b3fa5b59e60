"""Keeps what a plan says as a version: by itself, by name, or because somebody signs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rounds.audit import trail
from rounds.careplan.content import (
    Content,
    Head,
    canonical,
    first_broken,
    hash_of,
    section_content,
)
from rounds.careplan.model import CarePlan
from rounds.careplan.queries import sections_of
from rounds.careplan.stored import read_all_stored
from rounds.careplan.version_model import PlanVersion, Reason
from rounds.careplan.version_queries import locked_plan, newest_version
from rounds.kernel.database import AsyncSession
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.sync.live import Live, Shapes
from rounds.sync.log import Lock


@dataclass(frozen=True, slots=True)
class Present:
    """What a plan says now, as far as it is on the disk: that is what anybody was told."""

    content: Content
    rows: int
    """How many rows its sections have together."""
    locks: Mapping[str, Lock]
    """Those that are locked, by their kind. A version holds nothing of that."""

    @property
    def hash(self) -> str:
        """Return the hash of the whole content."""
        return hash_of(canonical(self.content))


async def present(session: AsyncSession, plan: str, shapes: Shapes) -> Present:
    """Return what a plan says now."""
    found, locks = {}, {}
    rows = 0
    sections = await sections_of(session, plan)
    stored = await read_all_stored(session, [one for one in sections if one.kind in shapes])
    for section in sections:
        if section.id in stored:
            live = Live(section.id, shapes[section.kind], stored[section.id])
            found[section.kind] = section_content(
                shapes[section.kind], live.items, live.section.text
            )
            if live.lock is not None:
                locks[section.kind] = live.lock
        rows += section.seq
    return Present(found, rows, locks)


async def keep_version(
    unit: Unit, plan_id: str, shapes: Shapes, reason: Reason, title: str = ""
) -> PlanVersion:
    """Keep what a plan says now as its next version and return it.

    When it says what the last version says, nothing new is made unless it is given a title.
    Raises NotFound.
    """
    plan = await locked_plan(unit.session, plan_id)
    if plan is None:
        raise NotFound("There is nothing here for you.")
    now = await present(unit.session, plan.id, shapes)
    last = await newest_version(unit.session, plan.id)
    if last is not None and last.content_hash == now.hash and not title:
        # Something moved and moved back, or was only spoken about: that is looked at once.
        last.rows = now.rows
        return last
    version = _made(unit, plan, now, last, reason, title)
    unit.session.add(version)
    await unit.session.flush()
    await trail.record(
        unit, "plan.version", "plan_version", version.id, plan.patient_id, plan.clinic_id
    )
    return version


def broken(versions: Sequence[PlanVersion]) -> int | None:
    """Return the number of the first version that is not as it was made; see `first_broken`."""
    return first_broken([(_head(one), one.hash, one.content) for one in versions])


def _made(
    unit: Unit,
    plan: CarePlan,
    now: Present,
    last: PlanVersion | None,
    reason: Reason,
    title: str,
) -> PlanVersion:
    content = canonical(now.content)
    version = PlanVersion(
        id=new_id(),
        clinic_id=plan.clinic_id,
        plan_id=plan.id,
        number=last.number + 1 if last else 1,
        made_at=unit.now,
        made_by=unit.actor.person,
        reason=reason,
        title=title,
        rows=now.rows,
        content=content,
        content_hash=hash_of(content),
        previous=last.hash if last else "",
    )
    version.hash = _head(version).hash()
    return version


def _head(version: PlanVersion) -> Head:
    return Head(
        plan=version.plan_id,
        number=version.number,
        made_at=version.made_at,
        made_by=version.made_by,
        reason=version.reason,
        title=version.title,
        content=version.content_hash,
        previous=version.previous,
    )
