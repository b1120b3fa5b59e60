"""Which sections of a plan are closed for changes: by whom, when and why, for a reader."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rounds.careplan.section_words import SOMEBODY
from rounds.kernel.database import AsyncSession
from rounds.people.queries import people_by_id
from rounds.sync.log import Lock


@dataclass(frozen=True, slots=True)
class Closed:
    """Who closed a section, by name ("" for nobody known), when on the clinic's clock, and why."""

    by: str
    at: datetime
    reason: str


async def closed_in(
    session: AsyncSession, locks: Mapping[str, Lock], kinds: Collection[str], zone: ZoneInfo
) -> dict[str, Closed]:
    """Return which of these sections are closed; who closed one may have left the team since."""
    locks = {kind: one for kind, one in locks.items() if kind in kinds}
    people = await people_by_id(session, {one.by for one in locks.values()}) if locks else {}
    return {
        kind: Closed(
            people[one.by].name if one.by in people else "", one.at.astimezone(zone), one.reason
        )
        for kind, one in locks.items()
    }


def closed_value(closed: Closed | None, translate: Callable[[str], str]) -> dict[str, Any] | None:
    """Return it as templates take it."""
    if closed is None:
        return None
    return {"by": closed.by or translate(SOMEBODY), "at": closed.at, "reason": closed.reason}
