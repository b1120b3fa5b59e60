"""Writes what a message says, in the language of whom it goes to."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rounds.notices.model import Notice
from rounds.people.model import Clinic, Person
from rounds.web.templates import Pages

LONGEST_SHORT = 320
"""Characters of a text message: about four parts of 80, what a person still reads."""

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
CUT = "--"
LINK = re.compile(r"https?://\S+")

Further = Callable[[Notice], Mapping[str, str]]
"""Values made when the message is written, so that they need not be kept until then."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a message says: subject, whole text, the short one for telephones, and as a page."""

    subject: str
    body: str
    short: str
    html: str


class NoText(Exception):
    """There is no template for this kind of message."""


class Texts:
    """Renders `templates/notices/{kind}.txt`.

    The first line is the subject, then a blank line, then the body; a text message takes what
    stands before a line `--`. Besides the message's own values a template has `clinic` (`name`,
    `phone`), `person` (`first_name`) and `by` ("email", "sms" or "push"). A value whose name ends
    with `_at` is a moment in the clinic's time; one whose name ends with `link` and that is a
    path of ours becomes a whole address.
    """

    def __init__(self, pages: Pages, origin: str, further: Further = lambda _: {}) -> None:
        """Write with `pages`; links lead to `origin`; `further` adds values to those kept."""
        self._pages = pages
        self._origin = origin
        self._further = further

    def write(self, notice: Notice, person: Person, clinic: Clinic) -> Text:
        """Return what the message says now. Raises NoText for a kind without a template."""
        kept = json.loads(notice.values) | {**self._further(notice), "by": str(notice.channel)}
        return self.write_kind(notice.kind, kept, person, clinic)

    def write_kind(
        self, kind: str, values: Mapping[str, Any], person: Person, clinic: Clinic
    ) -> Text:
        """Return what a message of this kind says with these values."""
        name = f"notices/{kind}.txt"
        if not self._pages.has(name):
            raise NoText(kind)
        zone = ZoneInfo(clinic.time_zone)
        given = {"by": "email"} | {key: self._value(key, one, zone) for key, one in values.items()}
        given |= {
            "clinic": {"name": clinic.name, "phone": clinic.phone},
            "person": {"first_name": person.given_name or person.name},
        }
        language = self._pages.languages.choose(person.language)
        return self._text(kind, self._pages.render(name, language, given), language, given)

    def _text(self, kind: str, written: str, language: str, given: Mapping[str, Any]) -> Text:
        subject, _, rest = CONTROL.sub(" ", written.replace("\r", "")).strip().partition("\n")
        lines = [line.strip() for line in rest.strip().split("\n")]
        cut = lines.index(CUT) if CUT in lines else len(lines)
        blocks = _blocks([*lines[:cut], "", *lines[cut + 1 :]])
        own = f"notices/{kind}.html"
        html = self._pages.render(
            own if self._pages.has(own) else "notices/mail.html",
            language,
            {**given, "subject": subject.strip(), "blocks": [_piece(one) for one in blocks]},
        )
        return Text(
            subject=subject.strip(),
            body="\n\n".join(blocks),
            short=shortened("\n".join(_blocks(lines[:cut]))),
            html=html,
        )

    def _value(self, key: str, value: Any, zone: ZoneInfo) -> Any:
        if not isinstance(value, str):
            return value
        if key.endswith("_at"):
            return datetime.fromisoformat(value).astimezone(zone)
        if key.endswith("link") and value.startswith("/"):
            return self._origin + value
        return value


def shortened(text: str) -> str:
    """Return `text` within the length of a text message; links stay whole, words give way."""
    over = len(text) - LONGEST_SHORT
    if over <= 0:
        return text
    lines = text.split("\n")
    words = [at for at, line in enumerate(lines) if not LINK.search(line)]
    for at in sorted(words, key=lambda one: len(lines[one]), reverse=True):
        keep = max(0, len(lines[at]) - over - 1)
        over -= len(lines[at]) - keep - 1
        lines[at] = lines[at][:keep].rstrip() + "…"
        if over <= 0:
            break
    return "\n".join(lines)


def _blocks(lines: list[str]) -> list[str]:
    blocks = re.split(r"\n{2,}", "\n".join(lines).strip())
    return [block for block in blocks if block]


def _piece(block: str) -> dict[str, object]:
    """Tell the page apart: a block that is only a link becomes a button."""
    is_link = LINK.fullmatch(block) is not None
    return {"link": block if is_link else None, "lines": [] if is_link else block.split("\n")}
