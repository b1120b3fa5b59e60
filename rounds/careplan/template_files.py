"""Reads the templates that ship with rounds; a broken file is refused: which line, and why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rounds.careplan.template_content import (
    Broken,
    Entry,
    Template,
    hurting,
    read_entry,
    read_head,
    whole,
)

FOLDER = Path(__file__).with_name("pathways")
"""One file for each pathway: a JSON list of the head and, after it, every entry."""


class BrokenFile(Exception):
    """A file is no template: its name, the line (from 1), and why."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        """Say where and why."""
        super().__init__(f"{file}:{line}: {reason}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Shipped:
    """A template as it ships; `edition` grows whenever what it says changes."""

    pathway: str
    edition: int
    template: Template


@cache
def shipped() -> Mapping[str, Shipped]:
    """Return the templates by pathway, in the order of their names. Raises BrokenFile."""
    files = sorted(FOLDER.glob("*.json"))
    return {path.stem: read_file(path.name, path.read_text("utf-8")) for path in files}


def read_file(file: str, text: str) -> Shipped:
    """Return the template that a file holds. Raises BrokenFile."""
    parts = _parts(file, text)
    if not parts:
        raise BrokenFile(file, 1, "it holds no template")
    (line, head), entries = parts[0], parts[1:]
    edition = head.pop("edition", None) if isinstance(head, dict) else None
    if type(edition) is not int or edition < 1:
        raise BrokenFile(file, line, "edition: a whole number from 1 on is missing")
    read: list[Entry] = []
    try:
        begun = read_head(head)
        for line, told in entries:  # noqa: B007 - the line is told when it ends early
            read.append(read_entry(told, begun.sources))
            whole(begun, read)
        template = whole(begun, read)
    except Broken as broken:
        raise BrokenFile(file, line, str(broken)) from None
    for said in hurting(template):
        raise BrokenFile(file, _line(text, text.casefold().index(said)), f"“{said}” hurts people")
    return Shipped(file.removesuffix(".json"), edition, template)


def _parts(file: str, text: str) -> list[tuple[int, Any]]:
    """Return the members of a JSON list, each with the line it begins in."""
    decoder, found = json.JSONDecoder(), []
    at = _skip(text, 0)
    if text[at : at + 1] != "[":
        raise BrokenFile(file, _line(text, at), "it is no list")
    at = _skip(text, at + 1)
    while text[at : at + 1] != "]":
        try:
            told, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as fault:
            raise BrokenFile(file, fault.lineno, fault.msg) from None
        found.append((_line(text, at), told))
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            raise BrokenFile(file, _line(text, at), "a comma or the end of the list is missing")
    if text[at + 1 :].strip():
        raise BrokenFile(file, _line(text, at), "something stands behind the list")
    return found


def _skip(text: str, at: int) -> int:
    return len(text) - len(text[at:].lstrip())


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
