"""Versions, changes, events and signatures as templates take them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from rounds.careplan.acknowledging import Standing
from rounds.careplan.closed import closed_value
from rounds.careplan.comparing import Change, Fate
from rounds.careplan.content import ItemContent, check_word
from rounds.careplan.history import Event, first_words, origin_named
from rounds.careplan.kinds import SECTIONS
from rounds.careplan.looking import Kept, Plan
from rounds.careplan.plain import Part
from rounds.careplan.section_words import Translate, title_of, value_label, value_words
from rounds.careplan.sentences import sentence
from rounds.careplan.values import day
from rounds.careplan.version_model import Meaning, Reason
from rounds.kernel.words import N_
from rounds.people.roles import role_label

REASONS: Mapping[str, str] = {
    Reason.PAUSE: N_("Kept after a pause"),
    Reason.VISIT: N_("Kept after a visit"),
    Reason.NAMED: N_("Kept by name"),
    Reason.SIGNED: N_("Signed"),
    Reason.RETURN: N_("Kept before an earlier version came back"),
}
MEANINGS: Mapping[str, str] = {
    Meaning.AUTHORED: N_("wrote it"),
    Meaning.REVIEWED: N_("looked through it"),
    Meaning.AGREED: N_("agreed to it"),
}
FATES: Mapping[Fate, str] = {
    Fate.NEW: N_("New"),
    Fate.GONE: N_("Put away"),
    Fate.CHANGED: N_("Changed"),
}
DAYS = frozenset(
    name
    for section in SECTIONS.values()
    for kind in section.shape.values()
    for name, check in kind.values.items()
    if check is day
)
"""Names of values that are days."""
MOVED = N_("Moved to another place.")
NAMELESS = N_("An entry")


def event_values(
    kind: str,
    event: Event,
    names: Mapping[str, str],
    origins: Mapping[str, Mapping[str, str]],
    zone: ZoneInfo,
    words: Translate,
    own: bool,
) -> dict[str, Any]:
    """Return an event as a sentence, with the words that changed, and where it came from."""
    return {
        "at": event.ends.astimezone(zone),
        "sentence": sentence(event, title_of(kind, words, own), names, words),
        "origin": origins.get(str(origin_named(event))),
        "pieces": [
            {"sign": str(one.sign), "text": one.text, "writer": names.get(one.writer, "")}
            for one in event.pieces
        ],
    }


def version_values(
    kept: Kept, names: Mapping[str, str], zone: ZoneInfo, words: Translate
) -> dict[str, Any]:
    """Return a version with who signed it."""
    version = kept.version
    return {
        "id": version.id,
        "number": version.number,
        "at": version.made_at.astimezone(zone),
        "title": version.title,
        "reason": words(REASONS[version.reason]),
        "by": names.get(version.made_by or "", ""),
        "word": check_word(version.hash),
        "signatures": [
            {
                "name": names.get(one.person_id, ""),
                "meaning": words(MEANINGS[one.meaning]),
                "at": one.signed_at.astimezone(zone),
            }
            for one in kept.signatures
        ],
    }


def change_values(
    changes: Mapping[str, Sequence[Change]],
    names: Mapping[str, str],
    words: Translate,
    own: bool,
) -> list[dict[str, Any]]:
    """Return what changed between two versions, section by section."""
    return [
        {
            "title": title_of(kind, words, own),
            "items": [_change(one, names, words) for one in found],
        }
        for kind, found in changes.items()
    ]


def reader_values(
    readers: Sequence[Standing], zone: ZoneInfo, words: Translate
) -> list[dict[str, Any]]:
    """Return who has read a version, and who has not."""
    return [
        {
            "name": one.person.name,
            "role_label": role_label(one.role, words),
            "at": one.read_at.astimezone(zone) if one.read_at else None,
            "meanings": [words(MEANINGS[meaning]) for meaning in one.meanings],
        }
        for one in readers
    ]


def part_values(
    plan: Plan, parts: Sequence[Part], words: Translate, own: bool
) -> list[dict[str, Any]]:
    """Return parts of the plan in plain words as templates take them."""
    return [
        {
            "kind": part.kind,
            "title": title_of(part.kind, words, own),
            "closed": closed_value(plan.closed.get(part.kind), words),
            "statements": [
                {
                    "words": one.words,
                    "plain": one.plain,
                    "more": one.more,
                    "facts": [
                        _fact(name, value, words, plan.names)
                        for name, value in (one.facts or {}).items()
                    ],
                }
                for one in part.statements
            ],
        }
        for part in parts
    ]


def section_values(
    content: Mapping[str, Sequence[ItemContent]], names: Mapping[str, str], words: Translate
) -> list[dict[str, Any]]:
    """Return everything that a plan says, as somebody who signs it reads it."""
    return [
        {
            "title": title_of(kind, words),
            "statements": [
                {
                    "texts": list(one.texts.values()),
                    "facts": [
                        _fact(name, value, words, names) for name, value in one.values.items()
                    ],
                }
                for one in items
            ],
        }
        for kind, items in content.items()
    ]


def _fact(
    name: str, value: Any, words: Translate, names: Mapping[str, str]
) -> tuple[str, str | date]:
    """Return how a value is called and what it says, of a day the day itself."""
    if isinstance(value, str) and name in DAYS and day(value):
        return value_label(name, words), date.fromisoformat(value)
    return value_label(name, words), value_words(name, value, words, names)


def _change(change: Change, names: Mapping[str, str], words: Translate) -> dict[str, Any]:
    texts = change.item.texts.values()
    name = next((one for one in texts if one.strip()), str(change.item.values.get("name", "")))
    return {
        "fate": words(FATES[change.fate]),
        "name": first_words(name) or words(NAMELESS),
        "moved": words(MOVED) if change.moved else "",
        "values": [
            {
                "label": value_label(label, words),
                "before": "" if was is None else value_words(label, was, words, names),
                "after": "" if now is None else value_words(label, now, words, names),
            }
            for label, (was, now) in change.values.items()
        ],
        "texts": [
            [{"sign": str(one.sign), "text": one.text, "writer": ""} for one in pieces]
            for pieces in change.texts.values()
        ],
    }
