"""The plan in plain words, and what the team has not put plainly yet (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rounds.careplan.content import Content, ItemContent
from rounds.careplan.kinds import SECTIONS
from rounds.web.reading import grade

FIRST = ("my_goals", "explanation", "preferences")
"""What is in the patient's words, or in words found together."""
PLAIN = "plain"
SHOWN = ("owner", "who", "whom", "due", "at", "target_date", "next_contact", "urgency", "duty")
"""Values that a reader needs to know who does what until when."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One item in words: `plain` says whether they were written for the patient.

    `more` are its further texts (what helps, how it went), `facts` its values to be shown.
    """

    id: str
    words: str
    plain: bool
    more: Sequence[str] = ()
    facts: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the plain plan."""

    kind: str
    statements: Sequence[Statement]


def plain(content: Content) -> list[Part]:
    """Return the sections for a patient, the patient's words first; private ones are left out."""
    order = [*FIRST, *(kind for kind in SECTIONS if kind not in FIRST)]
    parts = []
    for kind in order:
        if SECTIONS[kind].private:
            continue
        found = [said for one in content.get(kind, ()) if (said := _said(kind, one)) is not None]
        if found:
            parts.append(Part(kind, found))
    return parts


def not_plain(parts: Sequence[Part]) -> list[tuple[str, Statement]]:
    """Return what the team still has to put into plain words, with its section."""
    return [(part.kind, one) for part in parts for one in part.statements if not one.plain]


def reading_level(parts: Sequence[Part]) -> int | None:
    """Return the school grade of what is in plain words; None when there is nothing to measure."""
    words = [one.words for part in parts for one in part.statements if one.plain]
    text = "\n".join(one if one.rstrip().endswith((".", "!", "?")) else f"{one}." for one in words)
    return grade(text) if text.strip() else None


def _said(kind: str, item: ItemContent) -> Statement | None:
    shape = SECTIONS[kind].shape.get(item.kind)
    if shape is None:
        return None
    names = [name for name in shape.texts if name != PLAIN]
    main = names[0] if names else ""
    own = item.texts.get(PLAIN, "") if PLAIN in shape.texts else item.texts.get(main, "")
    clinical = item.texts.get(main) or str(
        item.values.get("name") or item.values.get("observation") or ""
    )
    facts = {name: item.values[name] for name in SHOWN if item.values.get(name)}
    more = [item.texts[name] for name in names[1:] if item.texts.get(name)]
    words = own.strip() or clinical.strip()
    name = str(item.values.get("name") or "")
    if name and name not in words:
        words = f"{name}: {words}"
    if not words and not facts:
        return None
    return Statement(item.id, words, bool(own.strip()) or not words, more, facts)
