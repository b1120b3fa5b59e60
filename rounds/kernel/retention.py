"""The shape of a rule that says how long something is kept; each package has its own rules."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select

from rounds.kernel.unit import Unit

AT_A_TIME = 500
"""Rows that one transaction deletes at most, so that no visit waits for it."""

Ids = Callable[[str, datetime], Select[str]]
"""Takes a clinic and a moment; selects the ids of what was over before that moment."""

LetGo = Callable[[Unit, Sequence[str]], Awaitable[None]]
"""Takes the ids about to be deleted, and loosens what still refers to them."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of thing and how long it is kept: `keeps` after `begins` (words for people).

    `kind` goes to the trail (at most 24 letters); `model` is the package's own table. `most` is how
    many one transaction deletes. `by_clinic` says that each clinic chooses: then `keeps` is the
    shortest time, `ids` knows the clinic's own, and nothing goes where none was chosen.
    """

    kind: str
    name: str
    begins: str
    keeps: timedelta
    model: type[Any]
    ids: Ids
    let_go: LetGo | None = None
    most: int = AT_A_TIME
    by_clinic: bool = False

    async def count(self, unit: Unit, clinic: str) -> int:
        """Return how many are over now."""
        over = self.ids(clinic, unit.now - self.keeps).subquery()
        return int(await unit.session.scalar(select(func.count()).select_from(over)) or 0)

    async def delete(self, unit: Unit, clinic: str) -> int:
        """Delete at most `most` of them; fewer than that means that none is left."""
        over = self.ids(clinic, unit.now - self.keeps).limit(self.most)
        found = (await unit.session.execute(over)).scalars().all()
        if found:
            if self.let_go is not None:
                await self.let_go(unit, found)
            await unit.session.execute(delete(self.model).where(self.model.id.in_(found)))
        return len(found)
