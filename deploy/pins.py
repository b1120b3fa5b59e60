"""Prints the part of constraints.txt that one purpose needs: `pins.py build`, or `pins.py run`.

constraints.txt pins everything that is installed anywhere, checkers included; a server runs on
less than half of it. What is left out by mistake pip refuses under --require-hashes.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

PROJECT, PINS, TOOLS = Path("pyproject.toml"), Path("constraints.txt"), Path("constraints.in")


def name_of(requirement: str) -> str:
    """The name at the front of a requirement, in the one spelling that indexes use (PEP 503)."""
    front = re.split(r"[^\w.-]", requirement.strip(), maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", front).lower()


def blocks(text: str) -> Iterator[tuple[str, str, set[str]]]:
    """Name, lines and askers of each pin; the askers stand in the comments that uv writes."""
    for block in re.split(r"\n(?=\S)", text.strip()):
        pin, _, comments = block.partition("    # via")
        askers = {word for line in comments.splitlines() if (word := line.strip(" #"))}
        yield name_of(pin), block, {name_of(asker) for asker in askers if asker[0] != "-"}


def wanted(purpose: str, pins: list[tuple[str, str, set[str]]]) -> set[str]:
    """The names that a purpose needs, with everything these need."""
    if purpose == "build":
        lines = TOOLS.read_text("utf-8").splitlines()
        found = {name_of(line) for line in lines if line and not line.startswith("#")}
    else:
        project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
        found = {name_of(line) for line in project["dependencies"]}
    while more := {name for name, _, askers in pins if askers & found} - found:
        found |= more
    return found


def main() -> None:
    """Print the pins, with their hashes, in the order of the file."""
    pins = list(blocks(PINS.read_text("utf-8")))
    names = wanted(sys.argv[1], pins)
    print("\n".join(block for name, block, _ in pins if name in names))


if __name__ == "__main__":
    main()
