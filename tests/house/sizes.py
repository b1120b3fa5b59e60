"""Reports what grows too large or stands in the wrong place: `python -m tests.house.sizes`."""

import ast
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import ROOT, files, modules

CUT_AT, NEVER_OVER, FUNCTION = 300, 400, 40
# Files that may stay over the limit, each with its reason; at most three.
EXCEPTIONS: dict[str, str] = {}


def lengths() -> dict[Path, int]:
    """Lines of every file that people write."""
    patterns = ("rounds/*.py", "tests/*.py", "static/*.js", "static/*.css", "templates/*.html")
    found = {path: text.count("\n") for path, text in files(*patterns)}
    return {path: lines for path, lines in found.items() if "vendor" not in path.parts}


def too_long() -> list[str]:
    """Files over the hard limit."""
    return [
        f"{path}: {lines} lines"
        for path, lines in lengths().items()
        if lines > NEVER_OVER and path.as_posix() not in EXCEPTIONS
    ]


def long_functions() -> Iterator[str]:
    """Functions of the server over their budget."""
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION and "migrations" not in path.parts:
                    yield f"{path}:{node.lineno} {node.name}: {lines} lines"


def unmirrored() -> Iterator[str]:
    """Packages with pages or tests that stand under another name."""
    packages = {path.parts[1] for path in modules() if len(path.parts) > 2}
    others = {
        "templates": {"layouts", "components", "errors"},
        "static": {"css", "fonts", "icons", "img", "live", "vendor", "node_modules"},
    }
    for top, extra in others.items():
        folders = {path.name for path in (ROOT / top).iterdir() if path.is_dir()}
        yield from (
            f"{top}/{name} mirrors no package" for name in sorted(folders - packages - extra)
        )
    tests = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    yield from (
        f"rounds/{name} has no tests/{name}" for name in sorted(packages - tests - {"locale"})
    )


def two_duties() -> Iterator[str]:
    """Modules that say nothing, or more than a sentence, in their first line."""
    for path, tree in modules().items():
        first = (ast.get_docstring(tree) or "").partition("\n")[0]
        if not first.endswith((".", "?")) or ". " in first:
            yield f"{path}: {first or 'no docstring'}"


def report() -> int:
    """Print what to look at; fail only for files over the hard limit."""
    found = lengths()
    server = [lines for path, lines in found.items() if path.parts[0] == "rounds" and lines]
    print(f"rounds/: {len(server)} files, median {statistics.median(server):.0f} lines")
    sections = {
        f"Over {CUT_AT} lines, to be cut along their duties": [
            f"{path}: {lines} lines" for path, lines in found.items() if lines > CUT_AT
        ],
        f"Functions over {FUNCTION} lines": list(long_functions()),
        "Folders out of the mirror": list(unmirrored()),
        "First lines that are not one sentence": list(two_duties()),
    }
    for title, lines in sections.items():
        if lines:
            print(f"{title}:", *lines, sep="\n  ")
    fatal = too_long()
    if fatal:
        print(f"Over {NEVER_OVER} lines, which fails:", *fatal, sep="\n  ")
    return bool(fatal)


if __name__ == "__main__":
    sys.exit(report())
