"""A template as it stands in its form: everything as it was typed, whole or not (pure)."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from rounds.careplan.template_content import Entry, Template

OWN = "own-"
"""How the keys of entries and sources begin that the clinic added; a digest follows."""

_OWN = re.compile(rf"{OWN}[0-9a-f]{{16}}")


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as typed; `keep` says that it belongs to the template.

    `source` is the citation of an entry that the clinic added; others keep those they have.
    """

    key: str
    section: str
    keep: bool = True
    prompt: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    @property
    def is_own(self) -> bool:
        """Say whether the clinic added it."""
        return is_own(self.key)


@dataclass(frozen=True, slots=True)
class Added:
    """What stands in the fields for one more entry."""

    section: str = ""
    words: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole form; `rows` stand in order within each section.

    `stray` names a field that no form of ours has, "" when there is none.
    """

    title: str
    summary: str
    rows: tuple[Row, ...] = ()
    note: str = ""
    added: Added = Added()
    stray: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """Where an entry stands after it was moved: the place in its section, from 1, of how many."""

    key: str
    up: bool
    place: int
    count: int


def is_own(key: str) -> bool:
    """Say whether the clinic added what has this key, an entry or a source."""
    return _OWN.fullmatch(key) is not None


def sheet_of(template: Template) -> Sheet:
    """Return the form of a template that nobody has written in."""
    rows = tuple(_row(entry, template) for entry in template.entries)
    return Sheet(template.title, template.summary, rows)


def is_untouched(sheet: Sheet, template: Template) -> bool:
    """Say whether a form is as `template` makes it; a section chosen for no words is nothing."""
    added = sheet.added if sheet.added.words or sheet.added.source else Added()
    return replace(sheet, added=added) == sheet_of(template)


def move(sheet: Sheet, wish: str) -> tuple[Sheet, Moved | None]:
    """Change the places of an entry and its neighbour of the section: `<key>:up` or `:down`.

    The first cannot go up, nor the last down; of what is no such wish nothing moves.
    """
    key, _, way = wish.rpartition(":")
    at = next((at for at, row in enumerate(sheet.rows) if row.key == key), None)
    if at is None or way not in ("up", "down"):
        return sheet, None
    section = sheet.rows[at].section
    peers = [at for at, row in enumerate(sheet.rows) if row.section == section]
    place = peers.index(at)
    other = place + (-1 if way == "up" else 1)
    rows = list(sheet.rows)
    if 0 <= other < len(peers):
        rows[at], rows[peers[other]] = rows[peers[other]], rows[at]
        place = other
    return replace(sheet, rows=tuple(rows)), Moved(key, way == "up", place + 1, len(peers))


def written(sheet: Sheet) -> str:
    """Return a form as JSON; `read_sheet` reads it."""
    told = asdict(sheet)
    del told["stray"]
    return json.dumps(told, ensure_ascii=False)


def read_sheet(text: str) -> Sheet:
    """Return the form that `written` wrote."""
    told = json.loads(text)
    rows = tuple(Row(**one) for one in told.pop("rows"))
    return Sheet(rows=rows, added=Added(**told.pop("added")), **told)


def _row(entry: Entry, template: Template) -> Row:
    own = is_own(entry.key) and entry.sources
    return Row(
        entry.key,
        entry.section,
        prompt=entry.prompt,
        texts=dict(entry.texts),
        values={name: str(value) for name, value in entry.values.items()},
        source=template.sources[entry.sources[0]] if own else "",
    )
