"""The product's sources as the rules of the house read them."""

import ast
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the checkout that is tracked or could be; relative to the top."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = (Path(name) for name in sorted(set(listed.split("\0"))) if name)
    return tuple(path for path in paths if (ROOT / path).is_file())


def files(*patterns: str) -> Iterator[tuple[Path, str]]:
    """Path and text of each tracked file that a pattern matches, whose stars cross folders."""
    for path in tracked():
        if any(fnmatch(path.as_posix(), pattern) for pattern in patterns):
            yield path, (ROOT / path).read_text("utf-8")


def under(*folders: str, suffix: str) -> Iterator[tuple[Path, str]]:
    """Path and text of each file with this suffix below one of the folders, vendored ones aside."""
    for path in tracked():
        inside = any(path.is_relative_to(folder) for folder in folders)
        if inside and path.suffix == suffix and not path.is_relative_to("static/vendor"):
            yield path, (ROOT / path).read_text("utf-8")


@cache
def modules() -> dict[Path, ast.Module]:
    """Every Python module of the server, parsed."""
    return {path: ast.parse(text) for path, text in under("rounds", suffix=".py")}


def imported_names(tree: ast.Module) -> dict[str, str]:
    """Local name → full name of everything a module imports."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.partition(".")[0]] = alias.name
    return names


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute chain; empty when it is anything else."""
    match node:
        case ast.Name(name):
            return name
        case ast.Attribute(value, name):
            front = dotted(value)
            return f"{front}.{name}" if front else ""
        case _:
            return ""


def full_name(node: ast.expr, names: dict[str, str]) -> str:
    """The dotted name with its first word replaced by what was imported under it."""
    front, dot, rest = dotted(node).partition(".")
    return names.get(front, front) + dot + rest
