"""Pages and browser modules: nothing from another host, nothing inline, imports downwards only."""

import re
from pathlib import PurePosixPath

from tests.house.sources import ROOT, files, under

NAMESPACES = ("http://www.w3.org/",)
ANOTHER_HOST = re.compile(r"""(?:https?:|wss?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+[^\s"'`)]*""", re.I)
# Foundations that every module may import; pages of a package may also import lower packages.
FOUNDATIONS = {"live", "media"}
FLOORS = [
    "consent",
    "accounts",
    "rooms",
    "scheduling",
    "tasks",
    "careplan",
    "visits",
    "quality",
    "home",
    "chart",
    "admin",
    "demo",
]


def browser_sources() -> list[tuple[str, str]]:
    found = [("templates", ".html"), ("static", ".css"), ("static", ".js"), ("static", ".svg")]
    return [
        (path.as_posix(), text)
        for folder, suffix in found
        for path, text in under(folder, suffix=suffix)
    ]


def test_nothing_is_loaded_from_another_host() -> None:
    assert [
        f"{path}: {found[0]}"
        for path, text in browser_sources()
        for found in ANOTHER_HOST.finditer(text)
        if not found[0].startswith(NAMESPACES)
    ] == []


def test_styles_know_no_left_and_no_right() -> None:
    # Arabic and Hebrew are read the other way: a side is a start or an end.
    sided = re.compile(
        r"""(?:margin|padding|border|(?<!safe-area-)inset)-(?:left|right)\b|[\s;{](?:left|right)\s*:"""
        r"""|-(?:left|right)-radius|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"""
    )
    assert [
        f"{path}: {found[0].strip()}"
        for path, text in under("static", suffix=".css")
        for found in sided.finditer(re.sub(r"/\*.*?\*/", "", text, flags=re.S))
    ] == []


def test_templates_hold_no_script_and_no_style() -> None:
    inline = re.compile(
        r"""<style|\sstyle=|\son[a-z]+=["']|javascript:|<script(?![^>]*\b(?:src|type)=)""", re.I
    )
    assert [
        f"{path}: {found[0]}"
        for path, text in files("templates/*.html")
        for found in inline.finditer(text)
        # Mail programs know no stylesheets, and no page of ours shows a message's markup.
        if not (path.parts[:2] == ("templates", "notices") and found[0].strip() == "style=")
    ] == []


def test_modules_never_write_markup_from_text() -> None:
    sinks = re.compile(
        r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval)\b|new Function"
    )
    assert [
        f"{path}: {found[0]}"
        for path, text in under("static", suffix=".js")
        for found in sinks.finditer(re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S))
    ] == []


def test_a_page_has_one_channel_for_bells() -> None:
    # Joining a namespace twice on one connection takes the listeners from whoever joined first.
    joining = [path.name for path, text in under("static", suffix=".js") if '("/me"' in text]
    assert joining == ["bells.js"]


def test_modules_import_their_own_folder_and_lower_ones() -> None:
    statement = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")
    upward = []
    for path, text in under("static", suffix=".js"):
        parts = path.parts
        if len(parts) < 3 or parts[1] in ("vendor", "tests"):
            continue
        for target in statement.findall(text):
            resolved = (ROOT / path.parent / target).resolve().relative_to(ROOT / "static")
            theirs, ours = resolved.parts[0], parts[1]
            lower = ours in FLOORS and theirs in FLOORS[: FLOORS.index(ours)]
            if theirs != ours and theirs not in FOUNDATIONS and not lower:
                upward.append(f"{path} imports {PurePosixPath(*resolved.parts)}")
    assert not upward
