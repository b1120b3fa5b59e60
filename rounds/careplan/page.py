"""One open page of a plan, and the sections it has open."""

from collections.abc import Container
from dataclasses import dataclass, field

from rounds.careplan.rights import Right
from rounds.kernel.actor import Role
from rounds.kernel.ids import new_id
from rounds.sync.live import Live
from rounds.sync.log import Entry
from rounds.sync.presence import Presence

NOTHING: frozenset[bytes] = frozenset()


@dataclass(eq=False, slots=True)
class Plan:
    """A plan that somebody has open: its sections by kind, its pages, and who is where.

    `people` are those whom its pages know by name: their names and roles.
    """

    id: str
    patient: str
    sections: dict[str, str]
    pages: set["Page"] = field(default_factory=set)
    presence: Presence = field(default_factory=Presence)
    people: dict[str, "Named"] = field(default_factory=dict)
    is_due: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A person as others in the plan are told of them."""

    name: str
    role: Role


@dataclass(eq=False, slots=True)
class Page:
    """One connection of a person to one plan.

    `stale` says that its rights may have changed and are being read anew, `asleep` that its
    screen is locked: until then it is told nothing. `turn` counts what made it stale, `read_at` is
    the monotonic second in which its rights were read.
    """

    sid: str
    plan: Plan
    person: str
    rights: dict[str, Right]
    read_at: float = 0.0
    stale: bool = False
    asleep: bool = False
    gone: bool = False
    turn: int = 0
    opened: dict[str, "Opened"] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    id: str = field(default_factory=new_id)

    @property
    def is_shut(self) -> bool:
        """Say whether nothing may be told or taken now."""
        return self.stale or self.asleep

    def right(self, kind: str) -> Right:
        """Return the right in a section, as far as it is known to hold now."""
        return Right.NONE if self.is_shut else self.rights.get(kind, Right.NONE)


@dataclass(eq=False, slots=True)
class Opened:
    """A section that a page has open: the Editor of `rounds.sync.live`.

    Rows that come while the page is still being answered are `held`; it has those up to `seq`.
    `missed` says that it was not told of some and has to open anew, `told` that it knows.
    """

    page: Page
    kind: str
    live: Live = field(init=False)
    seq: int = 0
    held: list[Entry] | None = field(default_factory=list)
    missed: bool = False
    told: bool = False

    @property
    def clients(self) -> Container[int]:
        """Return the client ids bound to this person in this section, also of earlier pages."""
        return _Own(self.live.clients, self.page.person)

    def writable(self, fields: set[bytes]) -> Container[bytes]:
        """Return every field to who may edit, none to anybody else."""
        return fields if self.page.right(self.kind) >= Right.EDIT else NOTHING


class _Own:
    __slots__ = ("_bound", "_person")

    def __init__(self, bound: dict[int, str], person: str) -> None:
        self._bound, self._person = bound, person

    def __contains__(self, client: object) -> bool:
        return isinstance(client, int) and self._bound.get(client) == self._person
