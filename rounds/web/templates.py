"""Renders pages: the only place that knows Jinja."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_percent
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from rounds.web.assets import Assets
from rounds.web.languages import Languages
from rounds.web.reading import grade

# Icons that point along the line of reading turn round with it; a clock or a check does not.
DIRECTED = frozenset(
    {"arrow-right", "arrow-left", "chevron-right", "chevron-left", "log-out", "undo-2", "send"}
)

MOST_LANGUAGES = 24


class Pages:
    """Turns a template's name and its values into HTML in one language."""

    def __init__(
        self, templates: Path, assets: Assets, languages: Languages, icons: Path, idle_minutes: int
    ) -> None:
        """Read the icons; templates are compiled at their first use.

        `idle_minutes` is told to the pages of staff, which lock themselves.
        """
        self._idle_minutes = idle_minutes
        self._templates = templates
        self.assets = assets
        self.languages = languages
        self._icons = {file.stem: _inner(file.read_text()) for file in icons.glob("*.svg")}
        self._environments: dict[tuple[str, bool], Environment] = {}

    def render(self, name: str, language: str, values: Mapping[str, Any]) -> str:
        """Return the page or text `name` in `language`; a missing value is an error."""
        environment = self._environment(language, plain=name.endswith(".txt"))
        return environment.get_template(name).render(**values)

    def has(self, name: str) -> bool:
        """Say whether there is a template of this name."""
        return (self._templates / name).is_file()

    def _environment(self, language: str, plain: bool) -> Environment:
        key = (language, plain)
        if key not in self._environments:
            # Strangers choose the language by a header; their whims must not fill the memory.
            while len(self._environments) >= MOST_LANGUAGES:
                self._environments.pop(next(iter(self._environments)))
            self._environments[key] = self._make(language, plain)
        return self._environments[key]

    def _make(self, language: str, plain: bool) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(self._templates),
            # In the text of a message a "<" is a "<" and a line's end is a line's end.
            autoescape=not plain,  # noqa: S701 - only what is no page goes without
            trim_blocks=not plain,
            lstrip_blocks=not plain,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
        )
        # Templates wrap their sentences over lines.
        environment.policies["ext.i18n.trimmed"] = True
        environment.install_gettext_translations(  # type: ignore[attr-defined]
            self.languages.catalogue(language), newstyle=True
        )
        environment.globals.update(
            asset=self.assets.url,
            icon=self.icon,
            idle_minutes=self._idle_minutes,
            import_map=Markup(self.assets.import_map),
            page_language=language.replace("_", "-"),
            page_direction=self.languages.direction(language),
            page_words=Markup(self.languages.for_browser(language)),
        )
        environment.filters.update(date_filters(language))
        environment.filters["percent"] = partial(_percent, language)
        environment.filters["grade"] = grade if language.startswith("en") else _no_grade
        return environment

    def icon(self, name: str, cls: str = "", label: str | None = None) -> Markup:
        """Return an icon; with `label` it speaks, without it is decoration beside a word."""
        way = "icon--way" if name in DIRECTED else ""
        classes = " ".join(part for part in ("icon", way, cls) if part)
        told = (
            f'role="img" aria-label="{escape(label)}"'
            if label
            else 'aria-hidden="true" focusable="false"'
        )
        return Markup(
            f'<svg class="{escape(classes)}" viewBox="0 0 24 24" {told}>{self._icons[name]}</svg>'
        )


def _inner(svg: str) -> str:
    found = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.S)
    return re.sub(r"\s*\n\s*", "", found[1]) if found else ""


def _percent(language: str, share: float) -> str:
    """Write a share of 0 to 1, with a decimal only where it is small."""
    digits = "#,##0.#%" if 0 < share < 0.1 else "#,##0%"
    return str(format_percent(share, digits, locale=language))


def _no_grade(_text: str) -> None:
    """The formula is one of English."""


def date_filters(language: str) -> dict[str, Callable[..., str]]:
    """Dates as the language writes them, clocks in 24 hours; the zone is the value's own."""

    def clock(value: datetime) -> str:
        return value.strftime("%H:%M")

    def day(value: datetime) -> str:
        return str(format_skeleton("MMMMEEEEd", value, tzinfo=value.tzinfo, locale=language))

    def moment(value: datetime) -> str:
        return str(format_datetime(value, "medium", tzinfo=value.tzinfo, locale=language))

    def fulldate(value: date) -> str:
        return str(format_date(value, "long", locale=language))

    def isodate(value: str) -> str:
        return str(format_date(date.fromisoformat(value), "medium", locale=language))

    def dayname(value: date) -> str:
        return str(format_skeleton("MMMEEEd", value, locale=language))

    def iso(value: datetime) -> str:
        return value.isoformat()

    return {
        "clock": clock,
        "day": day,
        "dayname": dayname,
        "moment": moment,
        "fulldate": fulldate,
        "isodate": isodate,
        "iso": iso,
    }
