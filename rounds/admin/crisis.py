"""Crisis help that is known of a country: a proposal with its source, never set by itself."""

import json
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable


@dataclass(frozen=True, slots=True)
class KnownHelp:
    """Whom people call in danger in a country, where that is from, and when it was looked at."""

    number: str
    text: str
    source: str
    reviewed_on: date


def known_help(country: str, table: Traversable | None = None) -> KnownHelp | None:
    """Return what is known of a country (ISO 3166, two letters); nothing where we do not know."""
    place = table or files("rounds.people").joinpath("crisis.json")
    if not place.is_file():
        return None
    found = json.loads(place.read_text("utf-8")).get(country)
    if found is None:
        return None
    reviewed_on = date.fromisoformat(found["reviewed_on"])
    return KnownHelp(found["number"], found["text"], found["source"], reviewed_on)
