"""Whom to call in danger, by country: site data with its source and date of review."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from rounds.people.register import CrisisHelp

DATA = Path(__file__).with_name("crisis.json")


@cache
def known() -> Mapping[str, Any]:
    """Return the data: ISO 3166 country → number, source, reviewed, texts by language."""
    read: dict[str, Any] = json.loads(DATA.read_text("utf-8"))
    return read


def help_in(country: str, language: str) -> CrisisHelp | None:
    """Return the help of a country, in `language` where we have it and in English elsewhere.

    Nothing for a country we do not know: the clinic gives its own.
    """
    entry = known().get(country.upper())
    if entry is None:
        return None
    texts = entry["texts"]
    text = texts.get(language.replace("_", "-").partition("-")[0].lower(), texts["en"])
    reviewed = date.fromisoformat(entry["reviewed"])
    return CrisisHelp(entry["number"], text, entry["source"], reviewed)
