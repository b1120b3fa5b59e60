"""Templates, their versions and what of them can come into a plan, as pages take them."""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from rounds.careplan.fields import TEXTS
from rounds.careplan.kinds import SECTIONS
from rounds.careplan.section_words import (
    CHOICES,
    Translate,
    title_of,
    value_label,
    value_words,
)
from rounds.careplan.template_content import ROLES, Entry, Template, fields_in
from rounds.careplan.template_model import PlanTemplate
from rounds.careplan.template_offers import Offer, Standing
from rounds.kernel.actor import Role
from rounds.kernel.words import N_
from rounds.people.roles import role_label

STANDINGS: Mapping[Standing, str] = {
    Standing.NEW: "",
    Standing.COMING: N_("On its way into the plan"),
    Standing.THERE: N_("In the plan"),
    Standing.AWAY: N_("Was put away: it comes back as it was"),
    Standing.CLOSED: N_("You cannot write in this part"),
}


def template_values(template: Template, words: Translate) -> dict[str, Any]:
    """Return a template section by section, to read."""
    return {
        "title": template.title,
        "summary": template.summary,
        "language": template.language,
        "sources": list(template.sources.values()),
        "sections": _by_section(
            ((one, entry_values(one, template, words)) for one in template.entries), words
        ),
    }


def offer_values(
    offers: Iterable[Offer], template: Template, words: Translate, chosen: frozenset[str] | None
) -> list[dict[str, Any]]:
    """Return what can come, by section; `chosen` are the keys that were ticked, None: the new."""
    told = []
    for one in offers:
        new = one.standing is Standing.NEW
        values = entry_values(one.entry, template, words) | {
            "can": one.standing in (Standing.NEW, Standing.AWAY),
            "ticked": new if chosen is None else one.entry.key in chosen,
            "standing": words(STANDINGS[one.standing]) if STANDINGS[one.standing] else "",
        }
        told.append((one.entry, values))
    return _by_section(told, words)


def entry_values(entry: Entry, template: Template, words: Translate) -> dict[str, Any]:
    """Return an entry as people read it."""
    sorts = {one.name: one.sort for one in fields_in(entry.section)}
    return {
        "key": entry.key,
        "prompt": entry.prompt,
        "texts": list(entry.texts.values()),
        "facts": [
            (value_label(name, words), _value(name, sorts[name], value, words))
            for name, value in entry.values.items()
        ],
        "sources": [template.sources[one] for one in entry.sources],
    }


def form_values(template: Template, words: Translate) -> list[dict[str, Any]]:
    """Return a template as the fields of its form, by section."""
    told = []
    for entry in template.entries:
        texts = SECTIONS[entry.section].shape[SECTIONS[entry.section].main].texts
        fields = [
            {
                "name": f"{entry.key}.values.{one.name}",
                "label": value_label(one.name, words),
                "sort": one.sort,
                "value": entry.values.get(one.name, ""),
                "choices": _choices(one.sort, one.choices, words),
            }
            for one in fields_in(entry.section)
        ]
        boxes = [
            (f"{entry.key}.texts.{name}", words(TEXTS.get(name, _WORDS)), entry.texts.get(name, ""))
            for name in texts
        ]
        if entry.prompt:
            boxes = [(f"{entry.key}.prompt", words(_QUESTION), entry.prompt)]
        told.append((entry, {"key": entry.key, "boxes": boxes, "fields": fields}))
    return _by_section(told, words)


def template_version_values(
    row: PlanTemplate, names: Mapping[str, str], zone: ZoneInfo, newest: PlanTemplate | None
) -> dict[str, Any]:
    """Return a version with who made it, and when by the clinic's clock."""
    return {
        "number": row.number,
        "at": row.made_at.astimezone(zone),
        "by": names.get(row.made_by or "", ""),
        "note": row.note,
        "shipped": row.shipped,
        "edition": row.edition,
        "newest": row is newest,
    }


_WORDS = N_("In the words of the team")
_QUESTION = N_("Question to ask there")
_IN_DAYS = N_("{days} days after the day of use")


def _choices(sort: str, choices: Iterable[str], words: Translate) -> list[tuple[str, str]]:
    if sort == "person":
        return [(one, role_label(Role(one), words)) for one in ROLES]
    return [(one, words(CHOICES[one])) for one in choices]


def _value(name: str, sort: str, value: Any, words: Translate) -> str:
    if sort == "day":
        return words(_IN_DAYS).format(days=value)
    if sort == "person":
        return role_label(Role(value), words)
    return value_words(name, value, words, {})


def _by_section(
    told: Iterable[tuple[Entry, dict[str, Any]]], words: Translate
) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for entry, values in told:
        found.setdefault(entry.section, []).append(values)
    return [
        {"kind": kind, "title": title_of(kind, words), "entries": found[kind]}
        for kind in SECTIONS
        if kind in found
    ]
