"""What tasks ask of the care plan, which stands above them: the roof puts the answer in."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from rounds.kernel.unit import Unit
from rounds.tasks.model import Task


@dataclass(frozen=True, slots=True)
class Draft:
    """What an entry of a plan says of a task to be made of it.

    `owner` is a person's id, "" for nobody; `due` a day, None for none.
    """

    words: str
    owner: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """The entry that a task was made of: the heading of its section, its words, the way there."""

    section: str
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Noting:
    """How far a task came on its way into the plan, in words; `may` that it can be put there."""

    words: str
    may: bool
    url: str


class Entries(Protocol):
    """The entries of care plans, as far as the actor of a unit may read them now."""

    async def draft(self, unit: Unit, patient: str, origin: str) -> Draft:
        """Return what an entry of a patient's plan says. Raises NotFound for whoever may not."""

    async def entry_of(self, unit: Unit, task: Task) -> Entry | None:
        """Return the entry that a task was made of; None for whoever may not read it."""

    async def noting_of(self, unit: Unit, task: Task) -> Noting | None:
        """Return how a task that was done stands in the plan; None where nothing is to be said."""
