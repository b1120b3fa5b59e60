"""One step of getting through: what was tried, how it went, and what to do about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from rounds.kernel.words import N_

Translate = Callable[[str], str]

TITLES: Mapping[str, str] = {
    "name": N_("Name of the server"),
    "tls": N_("Certificate and HTTPS"),
    "tcp": N_("Way to the server"),
    "page": N_("Pages"),
    "websocket": N_("Lasting connection for signals"),
    "media": N_("Sound and picture by UDP"),
    "media tcp": N_("Sound and picture by TCP"),
    "relay": N_("Relay"),
    "relay udp": N_("Relay by UDP"),
    "relay tcp": N_("Relay by TCP"),
    "relay tls": N_("Relay by TLS"),
}
"""What each step is called in front of people."""


class State(StrEnum):
    """How a step went. WEAK: it works, but not for everybody. SKIPPED: nothing to try here."""

    WELL = "well"
    WEAK = "weak"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Words:
    """A text that may name `values` as %(name)s, so that pages can say it in other languages.

    A value may be words itself, or several.
    """

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def said(self, translate: Translate = str) -> str:
        """Return the whole text; in English unless it is translated."""
        values = {name: _said(value, translate) for name, value in self.values.items()}
        return translate(self.text) % values if values else translate(self.text)


def words(text: str, **values: Any) -> Words:
    """Return a text with what it names."""
    return Words(text, values)


@dataclass(frozen=True, slots=True)
class Step:
    """`name` is the step's own; there is no `remedy` where nothing is to be done."""

    name: str
    state: State
    what: Words
    remedy: Words | None = None

    @property
    def said(self) -> str:
        """How it went, in English."""
        return self.what.said()

    @property
    def fix(self) -> str:
        """What to do about it, in English; empty where there is nothing to do."""
        return self.remedy.said() if self.remedy else ""


def well(name: str, text: str, **values: Any) -> Step:
    """Return a step that went well."""
    return Step(name, State.WELL, Words(text, values))


def weak(name: str, what: Words, remedy: Words) -> Step:
    """Return a step that works for some."""
    return Step(name, State.WEAK, what, remedy)


def failed(name: str, what: Words, remedy: Words) -> Step:
    """Return a step that failed."""
    return Step(name, State.FAILED, what, remedy)


def skipped(name: str, text: str, **values: Any) -> Step:
    """Return a step that has nothing to try."""
    return Step(name, State.SKIPPED, Words(text, values))


def _said(value: Any, translate: Translate) -> Any:
    if isinstance(value, Words):
        return value.said(translate)
    if isinstance(value, tuple):
        return "; ".join(str(_said(one, translate)) for one in value)
    return value
