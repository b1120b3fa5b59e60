"""Reads a template from the fields of its form (pure).

A field is named `<key>.texts.<name>`, `<key>.values.<name>` or `<key>.prompt`; `<key>.keep` says
that the entry stays. What begins with `new.` makes one more entry.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from rounds.careplan.kinds import SECTIONS
from rounds.careplan.template_content import (
    MOST_ENTRIES,
    PROMPTED,
    Broken,
    Entry,
    Template,
    fields_in,
    read_entry,
    read_head,
    whole,
)
from rounds.kernel.words import N_


def template_sent(begun: Template, sent: Mapping[str, str]) -> Template:
    """Return what a form says, begun from the template whose form it is.

    Entries that came by an earlier round of the form say their section in `<key>.section`.
    Raises Broken, with the field's name as the form has it.
    """
    told = {"title": sent.get("title", ""), "summary": sent.get("summary", "")}
    head = read_head(told | {"language": begun.language, "sources": dict(begun.sources)})
    there = {one.key: one for one in begun.entries}
    kept = [name.removesuffix(".keep") for name in sent if name.endswith(".keep")]
    if len(kept) > MOST_ENTRIES:
        raise Broken("entries", N_("These are too many entries."))
    entries = [_entry(key, there.get(key), sent, begun) for key in kept]
    if sent.get("new.words", "").strip():
        entries.append(_new(sent, {one.key for one in entries} | there.keys(), begun))
    return whole(head, entries)


def _entry(key: str, there: Entry | None, sent: Mapping[str, str], begun: Template) -> Entry:
    section = there.section if there is not None else sent.get(f"{key}.section", "")
    told: dict[str, Any] = {"key": key, "section": section}
    told["sources"] = list(there.sources) if there is not None else []
    if section in PROMPTED:
        told["prompt"] = sent.get(f"{key}.prompt", "").strip()
    elif section in SECTIONS:
        texts = SECTIONS[section].shape[SECTIONS[section].main].texts
        said = {name: sent.get(f"{key}.texts.{name}", "").strip() for name in texts}
        told["texts"] = {name: one for name, one in said.items() if one}
        told["values"] = _values(key, section, sent)
    try:
        return read_entry(told, begun.sources)
    except Broken as broken:
        raise Broken(f"{key}.{broken.field}", broken.reason) from None


def _values(key: str, section: str, sent: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for field in fields_in(section):
        said = sent.get(f"{key}.values.{field.name}", "").strip()
        if not said:
            continue
        if field.sort in ("day", "number"):
            is_number = said.isascii() and said.isdigit() and len(said) < 10
            found[field.name] = int(said) if is_number else said
        else:
            found[field.name] = True if field.sort == "flag" else said
    return found


def _new(sent: Mapping[str, str], taken: set[str], begun: Template) -> Entry:
    section, said = sent.get("new.section", ""), sent["new.words"].strip()
    # From what it says: sent twice, it is one entry.
    key = "own-" + hashlib.sha256(f"{section}/{said}".encode("utf-8", "replace")).hexdigest()[:16]
    if key in taken:
        raise Broken("new.words", N_("This is in the template already."))
    if section in PROMPTED:
        told: dict[str, Any] = {"key": key, "section": section, "prompt": said}
    elif section in SECTIONS:
        first = SECTIONS[section].shape[SECTIONS[section].main].texts[0]
        told = {"key": key, "section": section, "texts": {first: said}}
    else:
        raise Broken("new.section", N_("There is no such section."))
    try:
        return read_entry(told, begun.sources)
    except Broken as broken:
        raise Broken("new.words", broken.reason) from None
