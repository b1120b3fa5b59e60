"""What is structured in a section: items with checked values, changed by commands (pure).

Clinical fields need one winner, a reason to refuse, and a right for each value; so these are not
merged like text but ordered by the log. An item is never removed: it is put away, and its text with
it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rounds.sync.commands import Command, Op
from rounds.sync.refused import Refused

MOST_ITEMS = 500

_ID = re.compile(r"[a-z0-9]{1,24}")
_RANK = re.compile(r"[0-9a-z]{0,31}[1-9a-z]")

Check = Callable[[object], bool]
"""Says whether a value is one that a name may have; None is always one: it takes the value away."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What an item of a kind holds: names of its texts, and of its values with their checks."""

    texts: tuple[str, ...]
    values: Mapping[str, Check] = field(default_factory=dict)


Shape = Mapping[str, Kind]
"""The kinds of items that a section has."""


@dataclass(slots=True)
class Item:
    """One item, added `by` a person; `seq` is the number of the last command that changed it."""

    id: str
    kind: str
    rank: str
    values: dict[str, Any]
    by: str = ""
    archived: bool = False
    seq: int = 0


class Items:
    """The items of a section, and the names of the texts they hold."""

    __slots__ = ("_shape", "all", "fields")

    def __init__(self, shape: Shape) -> None:
        """Begin without an item; `fields` are the texts that may be written in now."""
        self._shape = shape
        self.all: dict[str, Item] = {}
        self.fields: set[bytes] = set()

    def in_order(self) -> list[Item]:
        """Return what is not put away, by rank; equal ranks in the order of their ids."""
        return sorted(
            (one for one in self.all.values() if not one.archived),
            key=lambda one: (one.rank, one.id),
        )

    def check(self, command: Command) -> None:
        """Raise Refused when a command may not be done now; `apply` does what was checked."""
        item = self.all.get(command.item)
        if command.op is Op.ADD:
            if item is not None:
                raise Refused("exists")
            if len(self.all) >= MOST_ITEMS:
                raise Refused("too_many")
            if not _ID.fullmatch(command.item) or command.kind not in self._shape:
                raise Refused("item")
        elif item is None:
            raise Refused("item")
        elif command.if_seq is not None and item.seq > command.if_seq:
            raise Refused("precondition")
        if command.op in (Op.ADD, Op.RANK) and not _RANK.fullmatch(command.rank):
            raise Refused("rank")
        kind = self._shape[item.kind if item is not None else command.kind]
        for name, value in command.values.items():
            allowed = kind.values.get(name)
            if allowed is None or not (value is None or allowed(value)):
                raise Refused("value")

    def apply(self, command: Command, seq: int, writer: str) -> None:
        """Do a command of `writer` that was checked, or that the log holds."""
        if command.op is Op.ADD:
            item = self.all[command.item] = Item(
                command.item, command.kind, command.rank, {}, writer
            )
        else:
            item = self.all[command.item]
        item.seq = seq
        if command.op is Op.RANK:
            item.rank = command.rank
        if command.op in (Op.ARCHIVE, Op.RESTORE):
            item.archived = command.op is Op.ARCHIVE
        for name, value in command.values.items():
            if value is None:
                item.values.pop(name, None)
            else:
                item.values[name] = value
        names = {name_of(item.id, text) for text in self._shape[item.kind].texts}
        self.fields = self.fields - names if item.archived else self.fields | names

    def told(self) -> list[dict[str, Any]]:
        """Return all items as JSON holds them, in an order that is always the same."""
        return [
            {
                "id": one.id,
                "kind": one.kind,
                "rank": one.rank,
                "values": dict(sorted(one.values.items())),
                "by": one.by,
                "archived": one.archived,
                "seq": one.seq,
            }
            for _, one in sorted(self.all.items())
        ]

    @classmethod
    def read(cls, shape: Shape, told: list[dict[str, Any]]) -> "Items":
        """Return the items that were told. Raises Refused when the shape has no such kind."""
        items = cls(shape)
        for one in told:
            if one["kind"] not in shape:
                raise Refused("item")
            item = items.all[one["id"]] = Item(**one)
            if not item.archived:
                items.fields |= {name_of(item.id, text) for text in shape[item.kind].texts}
        return items


def name_of(item: str, text: str) -> bytes:
    """Return the name of the root value that holds a text of an item."""
    return f"t:{item}.{text}".encode()
