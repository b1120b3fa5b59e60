"""Templates, their versions, drafts and what can come into a plan, as pages take them."""

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
from rounds.careplan.template_content import PROMPTED, ROLES, Entry, Template, fields_in
from rounds.careplan.template_model import PlanTemplate, PlanTemplateDraft
from rounds.careplan.template_offers import Offer, Standing
from rounds.careplan.template_sheet import Row, Sheet
from rounds.careplan.template_versions import InUse
from rounds.kernel.actor import Actor, Role
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


def form_values(sheet: Sheet, words: Translate) -> list[dict[str, Any]]:
    """Return a template as the fields of its form, by section, with what was typed there."""
    return _by_section(((row, _row_values(row, words)) for row in sheet.rows), words)


def head_values(found: InUse) -> dict[str, Any]:
    """Return what the pages of a template begin with: its name, and how it stands."""
    version = found.version
    return {
        "pathway": found.shipped.pathway,
        "title": found.template.title,
        "summary": found.template.summary,
        "count": len(found.template.entries),
        "number": version.number if version else None,
        "shipped": version is None or version.shipped,
        "edition": found.shipped.edition,
        "is_behind": found.is_behind,
    }


def draft_values(
    row: PlanTemplateDraft, names: Mapping[str, str], zone: ZoneInfo, found: InUse, who: Actor
) -> dict[str, Any]:
    """Return a draft with who kept it, and when by the clinic's clock."""
    return {
        "id": row.id,
        "at": row.kept_at.astimezone(zone),
        "by": names.get(row.kept_by, ""),
        "is_mine": row.kept_by == who.person,
        "is_behind": row.begun_from != found.mark,
    }


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


def _row_values(row: Row, words: Translate) -> dict[str, Any]:
    boxes = [(f"{row.key}.prompt", words(_QUESTION), row.prompt)]
    if row.section not in PROMPTED:
        names = SECTIONS[row.section].shape[SECTIONS[row.section].main].texts
        boxes = [
            (f"{row.key}.texts.{name}", words(TEXTS.get(name, _WORDS)), row.texts.get(name, ""))
            for name in names
        ]
    fields = [
        {
            "name": f"{row.key}.values.{one.name}",
            "label": value_label(one.name, words),
            "sort": one.sort,
            "value": row.values.get(one.name, ""),
            "choices": _choices(one.sort, one.choices, words),
        }
        for one in fields_in(row.section)
    ]
    return {
        "key": row.key,
        "keep": row.keep,
        "boxes": boxes,
        "fields": fields,
        "is_own": row.is_own,
        "source": row.source,
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
    told: Iterable[tuple[Entry | Row, dict[str, Any]]], words: Translate
) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for entry, values in told:
        found.setdefault(entry.section, []).append(values)
    return [
        {"kind": kind, "title": title_of(kind, words), "entries": found[kind]}
        for kind in SECTIONS
        if kind in found
    ]
