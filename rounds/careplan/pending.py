"""Leaves an edit of a plan to the plan's door: it stands with the deed, and is carried out once."""

import json
from collections.abc import Mapping

from rounds.careplan.events import PlanEditDecided
from rounds.careplan.model import PlanPending, PlanSection
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.sync.commands import Command, written


async def leave_edit(
    unit: Unit,
    section: PlanSection,
    writer: str,
    command: Command,
    texts: Mapping[str, str] | None = None,
    origin: str | None = None,
) -> str:
    """Leave a command in a person's name, and the first words of its item's texts; return its id.

    It is carried out after the commit, or at the next start. Whether the person may is for the
    rule to ask that decides on it. `origin` is what it came from, where that is to be found again.
    """
    edit = PlanPending(
        id=new_id(),
        clinic_id=section.clinic_id,
        section_id=section.id,
        writer_id=writer,
        at=unit.now,
        edit=json.dumps(
            {"command": json.loads(written(command)), "texts": dict(texts or {})},
            ensure_ascii=False,
        ),
        origin=origin,
    )
    unit.session.add(edit)
    await unit.session.flush()
    unit.tell(PlanEditDecided(section.id))
    return edit.id
