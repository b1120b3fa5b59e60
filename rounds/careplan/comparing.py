"""Compares what a plan said at two moments: items by their ids, texts word by word (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from rounds.careplan.content import Content, ItemContent, SectionContent
from rounds.sync.words import Piece, compare


class Fate(StrEnum):
    """What became of an item."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one item: values as (before, after), None for none, and texts by words.

    `item` is as it stands afterwards, or as it stood when it is gone.
    """

    fate: Fate
    item: ItemContent
    values: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    texts: Mapping[str, Sequence[Piece]] = field(default_factory=dict)
    moved: bool = False


def changes(before: Content, after: Content) -> dict[str, list[Change]]:
    """Return what changed by section; sections that say the same are left out."""
    kinds = [*after, *(kind for kind in before if kind not in after)]
    found = {kind: in_section(before.get(kind, ()), after.get(kind, ())) for kind in kinds}
    return {kind: told for kind, told in found.items() if told}


def in_section(before: SectionContent, after: SectionContent) -> list[Change]:
    """Return what became of the items of a section: those that stand, then those that are gone."""
    old = {one.id: one for one in before}
    there = {one.id for one in after}
    found = []
    for item in after:
        change = _of(old.get(item.id), item)
        if change is not None:
            found.append(change)
    return found + [
        Change(Fate.GONE, one, texts={name: compare(text, "") for name, text in one.texts.items()})
        for one in before
        if one.id not in there
    ]


def _of(before: ItemContent | None, after: ItemContent) -> Change | None:
    old_values = before.values if before else {}
    old_texts = before.texts if before else {}
    values = {
        name: (old_values.get(name), after.values.get(name))
        for name in [*after.values, *(one for one in old_values if one not in after.values)]
        if old_values.get(name) != after.values.get(name)
    }
    texts = {
        name: compare(old_texts.get(name, ""), after.texts.get(name, ""))
        for name in [*after.texts, *(one for one in old_texts if one not in after.texts)]
        if old_texts.get(name, "") != after.texts.get(name, "")
    }
    if before is None:
        return Change(Fate.NEW, after, values, texts)
    moved = before.rank != after.rank
    return Change(Fate.CHANGED, after, values, texts, moved) if values or texts or moved else None
