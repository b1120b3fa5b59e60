"""The browser's part of the plan stays small: it opens on a phone, beside a call."""

import re

from rounds.web.assets import Assets
from tests.house.sources import ROOT

LARGEST = 50_000
"""Bytes of everything that the plan adds to a page, in gzip as it is served, file by file."""


def test_the_browser_part_is_at_most_fifty_kilobytes_as_served() -> None:
    assets = Assets(ROOT / "static")
    parts = [f"careplan/{path.name}" for path in (ROOT / "static/careplan").glob("*.js")]
    assert len(parts) > 15
    sizes = {}
    for name in [*parts, "vendor/yjs.js"]:
        found = assets.find(name)
        assert found is not None
        sizes[name] = len(found[0].zipped or found[0].body)
    assert sum(sizes.values()) <= LARGEST, sizes


def test_the_page_loads_nothing_else_than_these_and_what_every_page_has() -> None:
    imported = {
        name
        for path in (ROOT / "static/careplan").glob("*.js")
        for name in re.findall(r'from "([^"]+)"', path.read_text())
    }
    beside = {name for name in imported if not name.startswith("./")}
    assert beside == {"yjs", "words", "../live/socket.js"}
