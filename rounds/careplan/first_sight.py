"""What sections say, as their page shows it before it is live, and where no script runs (pure)."""

from collections.abc import Mapping
from typing import Any

from rounds.careplan.content import ItemContent, SectionContent
from rounds.careplan.fields import fields_of
from rounds.careplan.kinds import SECTIONS
from rounds.careplan.section_words import Translate, value_words


def first_sight(
    kind: str,
    items: SectionContent,
    names: Mapping[str, str],
    origins: Mapping[str, Mapping[str, str]],
    translate: Translate,
) -> list[dict[str, Any]]:
    """Return the items of a section as `careplan/live.html` takes them.

    Of each its id, the texts that are not empty and the facts that are set, in the order in which
    static/careplan shows them: a label, words, and a day (YYYY-MM-DD), each "" where there is none;
    and where it came from, as `origins` has it, None where the reader learns nothing of that.
    """
    main = SECTIONS[kind].main
    return [
        {
            "item": item.id,
            "texts": [
                item.texts[name]
                for name in SECTIONS[kind].shape[main].texts
                if item.texts.get(name)
            ],
            "facts": _facts(kind, item, names, translate),
            "origin": origins.get(str(item.values.get("origin", ""))),
        }
        for item in items
        if item.kind == main
    ]


def _facts(
    kind: str, item: ItemContent, names: Mapping[str, str], translate: Translate
) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for field in fields_of(kind):
        value = item.values.get(field.name)
        if value is None or value is False:
            continue
        label = translate(field.label)
        label = label[:1].upper() + label[1:]
        if value is True:
            found.append((label, "", ""))
        elif field.sort == "day":
            found.append((label, "", str(value)))
        else:
            found.append((label, value_words(field.name, value, translate, names), ""))
    return found
