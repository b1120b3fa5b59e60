"""A browser in words its owner knows, read from what it says of itself."""

import re
from collections.abc import Callable

# In this order: each says of itself that it is all those below, too.
PROGRAMS = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Opera", r"\bOPR/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:Chrome|CriOS|Chromium)/"),
    ("Safari", r"\bSafari/"),
)
SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("Chromebook", r"\bCrOS\b"),
    ("Mac", r"\bMac(?:intosh| OS X)\b"),
    ("Linux", r"\bLinux\b"),
)


def browser_words(user_agent: str) -> str:
    """Return what to keep of a User-Agent, such as "Chrome, Android"; empty when it says nothing.

    No version and no model is kept: the owner does not need them to know the device again.
    """
    said = user_agent[:400]
    found = [_first(SYSTEMS, said), _first(PROGRAMS, said)]
    return ", ".join(reversed([one for one in found if one]))


def browser_label(kept: str, translate: Callable[[str], str]) -> str:
    """Return the words for a page, such as "Chrome on Android"."""
    _ = translate
    program, _comma, system = kept.partition(", ")
    if program and system:
        return _("{program} on {system}").format(program=program, system=system)
    return program or _("A browser")


def _first(known: tuple[tuple[str, str], ...], said: str) -> str:
    return next((name for name, sign in known if re.search(sign, said)), "")
