"""What a plan says at one moment, in one canonical form, and the hashes that bind it (pure)."""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from rounds.careplan.kinds import COMMENT
from rounds.sync.items import Items, Shape, name_of


@dataclass(frozen=True, slots=True)
class ItemContent:
    """One item as it stands: values by name, and the texts that are not empty."""

    id: str
    kind: str
    rank: str
    values: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


SectionContent = tuple[ItemContent, ...]
"""The items of a section that are not put away, in their order."""
Content = Mapping[str, SectionContent]
"""The sections of a plan by their kind."""


def section_content(shape: Shape, items: Items, text: Callable[[bytes], str]) -> SectionContent:
    """Return what a section says; `text` returns what stands in a field.

    Comments speak about a plan and are no part of what it says.
    """
    return tuple(
        ItemContent(
            one.id,
            one.kind,
            one.rank,
            dict(one.values),
            {
                name: there
                for name in shape[one.kind].texts
                if (there := unicodedata.normalize("NFC", text(name_of(one.id, name))))
            },
        )
        for one in items.in_order()
        if one.kind != COMMENT
    )


def canonical(content: Content) -> bytes:
    """Return a content as bytes that are the same wherever it is the same: JSON, keys sorted.

    Sections without an item are left out: that a section exists says nothing.
    """
    told = {
        kind: [
            {
                "id": one.id,
                "kind": one.kind,
                "rank": one.rank,
                "texts": dict(one.texts),
                "values": dict(one.values),
            }
            for one in items
        ]
        for kind, items in content.items()
        if items
    }
    return as_bytes(told)


def read(data: bytes) -> dict[str, SectionContent]:
    """Return the content that `canonical` wrote."""
    return {
        kind: tuple(
            ItemContent(one["id"], one["kind"], one["rank"], one["values"], one["texts"])
            for one in items
        )
        for kind, items in json.loads(data).items()
    }


def only(content: Content, kinds: Sequence[str]) -> dict[str, SectionContent]:
    """Return the sections named, in the order named, without those that have no item."""
    return {kind: content[kind] for kind in kinds if content.get(kind)}


def hash_of(data: bytes) -> str:
    """Return the SHA-256 of bytes as hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """What a version is beside its content; each binds the one before it by its hash."""

    plan: str
    number: int
    made_at: datetime
    made_by: str | None
    reason: str
    title: str
    content: str
    """Hash of the content."""
    previous: str
    """Hash of the version before, empty for the first."""

    def hash(self) -> str:
        """Return the hash that the next version and every signature name."""
        return hash_of(
            as_bytes(
                {
                    "content": self.content,
                    "made_at": self.made_at.astimezone(UTC).isoformat(timespec="microseconds"),
                    "made_by": self.made_by or "",
                    "number": self.number,
                    "plan": self.plan,
                    "previous": self.previous,
                    "reason": self.reason,
                    "title": self.title,
                }
            )
        )


def first_broken(chain: Sequence[tuple[Head, str, bytes]]) -> int | None:
    """Return the number of the first version that is not as it was made, None when all are.

    `chain` holds each version's head, its stored hash and its stored content, from the first on.
    """
    previous = ""
    for number, (head, stored, content) in enumerate(chain, 1):
        if (
            head.number != number
            or head.previous != previous
            or head.content != hash_of(content)
            or head.hash() != stored
        ):
            return number
        previous = stored
    return None


def check_word(digits: str) -> str:
    """Return the start of a hash as people compare it on paper: two groups of four."""
    return f"{digits[:4]} {digits[4:8]}".upper()


def as_bytes(told: object) -> bytes:
    """Return JSON in the one form that is hashed."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
