"""What a plan template says, and the checks that whatever is read as one passes (pure).

A template is by pathway, such as persistent pain. Its entries become items of a plan; in sections
that hold the patient's own words they are questions to ask there and never answers.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rounds.careplan.fields import Field, fields_of
from rounds.careplan.kinds import SECTIONS
from rounds.careplan.rights import OWN_WORDS
from rounds.careplan.values import words
from rounds.kernel.words import N_
from rounds.sync.commands import Value

PROMPTED = OWN_WORDS | {"explanation"}
"""Sections in which a template only asks: what stands there the patient said, or all together."""
ROLES = ("gp", "therapist", "psychiatrist", "coordinator", "patient")
"""Whom a value that names a person may mean: who has this role when the template is used."""
MOST_ENTRIES = 80
MOST_DAYS = 730
LONGEST_TITLE = 80
LONGEST_TEXT = 2_000
LONGEST_PROMPT = 500
LONGEST_SOURCE = 300
"""Characters of a citation that a clinic writes."""
AVOIDED = Path(__file__).with_name("avoided.txt").read_text("utf-8").splitlines()
"""Words that hurt (clinical.md section 2.6, wording)."""

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""How entries and sources are named."""


class Broken(Exception):
    """Something cannot be read as an entry or a template: which field, and a sentence why."""

    def __init__(self, field: str, reason: str) -> None:
        """Keep the field's name, "" for the whole, and the sentence."""
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Entry:
    """One item that a template brings, or, with `prompt`, one question for the patient's part.

    Values are those of the section's items, save that a day is a number of days from the day of
    use, and a person one of `ROLES`. `key` stays the same from version to version.
    """

    key: str
    section: str
    texts: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    prompt: str = ""
    sources: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """Return everything it says in words."""
        said = [*self.texts.values(), self.prompt]
        said += [str(value) for name, value in self.values.items() if name in _lines(self.section)]
        return [one for one in said if one]


@dataclass(frozen=True, slots=True)
class Template:
    """A pathway's template: `sources` are citations by the names that its entries use."""

    title: str
    summary: str
    language: str
    sources: Mapping[str, str]
    entries: tuple[Entry, ...]


def item_of(pathway: str, entry: Entry) -> str:
    """Return the id of the item that an entry becomes: always the same, so that it comes once."""
    return hashlib.sha256(f"template/{pathway}/{entry.key}".encode()).hexdigest()[:24]


def read_template(told: object) -> Template:
    """Return the template that JSON holds. Raises Broken."""
    if not isinstance(told, dict) or not isinstance(told.get("entries"), list):
        raise Broken("", N_("This is no template."))
    head = read_head({name: value for name, value in told.items() if name != "entries"})
    return whole(head, [read_entry(one, head.sources) for one in told["entries"]])


def read_head(told: object) -> Template:
    """Return a template without entries. Raises Broken."""
    if not isinstance(told, dict):
        raise Broken("", N_("This is no template."))
    _only(told, {"title", "summary", "language", "sources"})
    sources = told.get("sources", {})
    if not isinstance(sources, dict) or not all(
        isinstance(name, str) and KEY.fullmatch(name) and words(said)
        for name, said in sources.items()
    ):
        raise Broken("sources", N_("A source is a name and a citation."))
    title = _said(told, "title", LONGEST_TITLE)
    language = told.get("language", "en")
    if not isinstance(language, str) or not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", language):
        raise Broken("language", N_("A language is a code such as en."))
    return Template(title, _said(told, "summary", LONGEST_TEXT), language, dict(sources), ())


def whole(head: Template, entries: list[Entry]) -> Template:
    """Return a template with its entries, in the order of the sections. Raises Broken."""
    if len(entries) > MOST_ENTRIES:
        raise Broken("entries", N_("These are too many entries."))
    keys = [one.key for one in entries]
    if len(set(keys)) < len(keys):
        raise Broken("key", N_("Two entries have one key."))
    order = list(SECTIONS)
    ordered = sorted(entries, key=lambda one: order.index(one.section))
    return Template(head.title, head.summary, head.language, head.sources, tuple(ordered))


def read_entry(told: object, sources: Mapping[str, str]) -> Entry:
    """Return the entry that JSON holds. Raises Broken."""
    if not isinstance(told, dict):
        raise Broken("", N_("This is no entry."))
    _only(told, {"key", "section", "texts", "values", "prompt", "sources"})
    key, section = told.get("key"), told.get("section")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise Broken("key", N_("A key is made of small letters, digits and lines."))
    if not isinstance(section, str) or section not in SECTIONS:
        raise Broken("section", N_("There is no such section."))
    cited = told.get("sources", [])
    if not isinstance(cited, list) or not all(one in sources for one in cited):
        raise Broken("sources", N_("A source is named that is not listed."))
    texts, values = told.get("texts", {}), told.get("values", {})
    if not isinstance(texts, dict) or not isinstance(values, dict):
        raise Broken("texts", N_("This is no entry."))
    if section in PROMPTED:
        if texts or values:
            raise Broken("texts", N_("Here a template only asks: these are the patient’s words."))
        return Entry(key, section, prompt=_said(told, "prompt", LONGEST_PROMPT), sources=(*cited,))
    if told.get("prompt"):
        raise Broken("prompt", N_("A question belongs to the patient’s part."))
    entry = Entry(key, section, _texts(section, texts), _values(section, values), "", (*cited,))
    if not entry.words:
        raise Broken("texts", N_("Something has to be written here."))
    return entry


def told_of(template: Template) -> dict[str, Any]:
    """Return a template as JSON holds it; `read_template` reads it."""
    return {
        "title": template.title,
        "summary": template.summary,
        "language": template.language,
        "sources": dict(template.sources),
        "entries": [
            {"key": one.key, "section": one.section, "sources": list(one.sources)}
            | ({"prompt": one.prompt} if one.prompt else {})
            | ({"texts": dict(one.texts)} if one.texts else {})
            | ({"values": dict(one.values)} if one.values else {})
            for one in template.entries
        ],
    }


def hurting(template: Template) -> list[str]:
    """Return the words of a template that are better not said to anybody."""
    said = "\n".join([template.title, template.summary, *_all_words(template)]).casefold()
    return [one for one in AVOIDED if one in said]


def fields_in(section: str) -> list[Field]:
    """Return the values that a template may set in a section."""
    return [] if section in PROMPTED else fields_of(section)


def _all_words(template: Template) -> list[str]:
    return [said for entry in template.entries for said in entry.words]


def _texts(section: str, texts: Mapping[str, object]) -> dict[str, str]:
    kind = SECTIONS[section].shape[SECTIONS[section].main]
    for name, said in texts.items():
        if name not in kind.texts:
            raise Broken(f"texts.{name}", N_("This section has no such text."))
        if not words(said):
            raise Broken(f"texts.{name}", N_("This is empty, too long, or has signs nobody reads."))
    return {name: str(texts[name]) for name in kind.texts if name in texts}


def _values(section: str, values: Mapping[str, object]) -> dict[str, Value]:
    kind = SECTIONS[section].shape[SECTIONS[section].main]
    fields = {one.name: one for one in fields_of(section)}
    found: dict[str, Value] = {}
    for name, value in values.items():
        if name not in fields:
            raise Broken(f"values.{name}", N_("This section has no such value."))
        sort = fields[name].sort
        if sort == "day":
            fits = type(value) is int and 0 <= value <= MOST_DAYS
        elif sort == "person":
            fits = value in ROLES
        else:
            fits = kind.values[name](value)
        if not fits or not isinstance(value, str | int | bool):
            raise Broken(f"values.{name}", N_("This cannot be chosen here."))
        found[name] = value
    return found


def _said(told: Mapping[str, object], name: str, most: int) -> str:
    said = told.get(name, "")
    if not isinstance(said, str) or not said.strip():
        raise Broken(name, N_("Something has to be written here."))
    if not words(said) or len(said) > most:
        raise Broken(name, N_("This is too long, or has signs nobody reads."))
    return said


def _only(told: Mapping[str, object], names: set[str]) -> None:
    for name in told:
        if name not in names:
            raise Broken(str(name), N_("This is not known here."))


def _lines(section: str) -> set[str]:
    return {one.name for one in fields_in(section) if one.sort == "line"}
