"""What a structured value of a plan may be: the checks that its names are declared with (pure)."""

import re
from collections.abc import Callable
from datetime import date

from rounds.sync.commands import is_text

Check = Callable[[object], bool]

LONGEST_LINE = 200
LONGEST_WORDS = 2_000
"""Characters of what is said in a comment or suggested."""
LONGEST_ANCHOR = 128
"""Characters of a place in a text, in base64."""

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ANCHOR = re.compile(rf"[A-Za-z0-9+/]{{1,{LONGEST_ANCHOR}}}={{0,2}}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:/_-]{0,63}")


def one_of(*words: str) -> Check:
    """One of the words a list names."""
    return lambda value: isinstance(value, str) and value in words


def line(value: object) -> bool:
    """Words on one line."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_LINE and is_text(value)


def words(value: object) -> bool:
    """Words that may have several lines."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_WORDS:
        return False
    return is_text(value.replace("\n", ""))


def day(value: object) -> bool:
    """A date as ISO 8601 writes it: 2026-12-24."""
    if not isinstance(value, str) or len(value) != 10:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def number(least: int, most: int) -> Check:
    """A whole number between two others."""
    return lambda value: type(value) is int and least <= value <= most


def flag(value: object) -> bool:
    """Yes or no."""
    return isinstance(value, bool)


def person(value: object) -> bool:
    """The id of a person."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def code(value: object) -> bool:
    """A code of a terminology, or a reference to where something came from, such as D-41."""
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


def anchor(value: object) -> bool:
    """A place in a text, which only the browser that made it can read."""
    return isinstance(value, str) and _ANCHOR.fullmatch(value) is not None
