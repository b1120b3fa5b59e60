"""Reads the form of a template, and makes a template of what stands in it (pure).

A field is named `<key>.texts.<name>`, `<key>.values.<name>`, `<key>.prompt` or `<key>.source`;
`<key>.keep` says that the entry stays. What begins with `new.` makes one more entry. Entries stand
in the order in which they come.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rounds.careplan.kinds import SECTIONS
from rounds.careplan.template_content import (
    KEY,
    LONGEST_SOURCE,
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
from rounds.careplan.template_sheet import OWN, Added, Row, Sheet, is_own
from rounds.careplan.values import words
from rounds.kernel.words import N_

LONGEST_NOTE = 200


def sheet_sent(begun: Template, sent: Mapping[str, str]) -> Sheet:
    """Return what was typed into a form, begun from the template whose form it is.

    Entries that came by an earlier round of the form say their section in `<key>.section`.
    """
    there = {one.key: one.section for one in begun.entries}
    named = (name.rpartition(".") for name in sent)
    keys = dict.fromkeys(key for key, _, last in named if last in ("keep", "section"))
    rows, stray = [], ""
    for key in (one for one in keys if one != "new"):
        section = there.get(key) or sent.get(f"{key}.section", "")
        if KEY.fullmatch(key) and section in SECTIONS:
            rows.append(_row(key, section, sent))
        else:
            stray = stray or f"{key}.section"
    return Sheet(
        sent.get("title", ""),
        sent.get("summary", ""),
        tuple(rows),
        sent.get("note", "")[:LONGEST_NOTE],
        Added(sent.get("new.section", ""), sent.get("new.words", ""), sent.get("new.source", "")),
        stray,
    )


def with_added(begun: Template, sheet: Sheet) -> Sheet:
    """Return a form in which one more entry, if there is any, stands among the others.

    Raises Broken, with the field's name as the form has it.
    """
    section, said, source = sheet.added.section, sheet.added.words.strip(), sheet.added.source
    if not said and not source.strip():
        return sheet
    if not said:
        raise Broken("new.words", N_("Something has to be written here."))
    if section not in SECTIONS:
        raise Broken("new.section", N_("There is no such section."))
    # From what it says: sent twice, it is one entry.
    key = OWN + _digest(f"{section}/{said}")
    if key in {row.key for row in sheet.rows} | {entry.key for entry in begun.entries}:
        raise Broken("new.words", N_("This is in the template already."))
    row = Row(key, section, prompt=said, source=source)
    if section not in PROMPTED:
        first = SECTIONS[section].shape[SECTIONS[section].main].texts[0]
        row = Row(key, section, texts={first: said}, source=source)
    try:
        _entry(row, None, dict(begun.sources) | _cited([row], begun))
    except Broken as broken:
        field = "source" if broken.field == f"{key}.source" else "words"
        raise Broken(f"new.{field}", broken.reason) from None
    return replace(sheet, rows=(*sheet.rows, row), added=Added())


def template_of(begun: Template, sheet: Sheet) -> Template:
    """Return the template that a form says, begun from the one whose form it is.

    Raises Broken, with the field's name as the form has it.
    """
    if sheet.stray:
        raise Broken(sheet.stray, N_("There is no such section."))
    kept = [row for row in sheet.rows if row.keep]
    if len(kept) > MOST_ENTRIES:
        raise Broken("entries", N_("These are too many entries."))
    sources = _lent(begun) | _cited(kept, begun)
    told = {"title": sheet.title, "summary": sheet.summary, "language": begun.language}
    head = read_head(told | {"sources": sources})
    there = {one.key: one for one in begun.entries}
    return whole(head, [_entry(row, there.get(row.key), sources) for row in kept])


def _row(key: str, section: str, sent: Mapping[str, str]) -> Row:
    keep = f"{key}.keep" in sent
    source = sent.get(f"{key}.source", "") if is_own(key) else ""
    if section in PROMPTED:
        return Row(key, section, keep, sent.get(f"{key}.prompt", ""), source=source)
    names = SECTIONS[section].shape[SECTIONS[section].main].texts
    texts = {name: sent.get(f"{key}.texts.{name}", "") for name in names}
    values = {one.name: sent.get(f"{key}.values.{one.name}", "") for one in fields_in(section)}
    return Row(
        key,
        section,
        keep,
        texts={name: said for name, said in texts.items() if said},
        values={name: said for name, said in values.items() if said},
        source=source,
    )


def _entry(row: Row, there: Entry | None, sources: Mapping[str, str]) -> Entry:
    told: dict[str, Any] = {"key": row.key, "section": row.section}
    if row.is_own:
        told["sources"] = [name for name, said in sources.items() if said == row.source.strip()][:1]
    else:
        told["sources"] = list(there.sources) if there is not None else []
    if row.section in PROMPTED:
        told["prompt"] = row.prompt.strip()
    else:
        said = {name: text.strip() for name, text in row.texts.items()}
        told["texts"] = {name: one for name, one in said.items() if one}
        told["values"] = _values(row)
    try:
        return read_entry(told, sources)
    except Broken as broken:
        raise Broken(f"{row.key}.{broken.field}", broken.reason) from None


def _values(row: Row) -> dict[str, object]:
    found: dict[str, object] = {}
    for field in fields_in(row.section):
        said = row.values.get(field.name, "").strip()
        if not said:
            continue
        if field.sort in ("day", "number"):
            is_number = said.isascii() and said.isdigit() and len(said) < 10
            found[field.name] = int(said) if is_number else said
        else:
            found[field.name] = True if field.sort == "flag" else said
    return found


def _lent(begun: Template) -> dict[str, str]:
    """Return the citations that are not the clinic's own."""
    return {name: said for name, said in begun.sources.items() if not is_own(name)}


def _cited(rows: list[Row], begun: Template) -> dict[str, str]:
    """Return the citations of entries that the clinic added, save those that are there already."""
    lent, found = set(_lent(begun).values()), {}
    for row in rows:
        said = row.source.strip()
        if not said or said in lent:
            continue
        if not words(said) or len(said) > LONGEST_SOURCE:
            raise Broken(f"{row.key}.source", N_("This is too long, or has signs nobody reads."))
        found[OWN + _digest(said)] = said
    return found


def _digest(said: str) -> str:
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]
