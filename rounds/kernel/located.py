"""JSON that remembers the line of every value, and is refused where it is doubtful.

A score rests on these files: a key that stands twice, a number that is none, or a list nested
without end is refused instead of guessed at, which `json.loads` would do.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from rounds.kernel.broken import Broken, BrokenFile, Path, place

MOST_DEEP = 12
"""How far lists and objects may be nested; instruments need 7."""
LONGEST_NUMBER = 12
"""Characters of a number: nothing that is counted or measured here has more."""

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Located:
    """What a file holds, and the line (from 1) at which each of its values begins."""

    file: str
    value: Any
    lines: Mapping[Path, int]

    def refusal(self, broken: Broken) -> BrokenFile:
        """Return the refusal of this file for what is broken in it."""
        return BrokenFile(self.file, self.line(broken.path), str(broken))

    def misshapen(self, fault: ValidationError) -> BrokenFile:
        """Return the refusal of this file for the first thing that pydantic finds wrong."""
        error = fault.errors(include_url=False, include_context=False, include_input=False)[0]
        path: Path = error["loc"]
        # Where several shapes fit, pydantic adds their names to the way.
        known = next(path[:end] for end in range(len(path), -1, -1) if path[:end] in self.lines)
        if error["type"] == "missing":
            known = (*known, path[-1])
        reason = error["msg"].removeprefix("Value error, ")
        return BrokenFile(self.file, self.line(known), f"{place(known)}: {reason}")

    def line(self, path: Path) -> int:
        """Return the line of a value, or of the nearest thing around it."""
        return next(
            self.lines[path[:end]]
            for end in range(len(path), -1, -1)
            if path[:end] in self.lines or not end
        )


def read_json(file: str, data: bytes, most: int) -> Located:
    """Return the JSON in `data`, of at most `most` bytes. Raises BrokenFile.

    Numbers with a point become Decimal, so that 3.9 stays 3.9.
    """
    if len(data) > most:
        raise BrokenFile(file, 1, f"it is larger than {most} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise BrokenFile(file, line, "it is not UTF-8") from None
    reader = _Reader(file, text)
    value, end = reader.read(reader.skip(0), ())
    if reader.skip(end) < len(text):
        raise reader.broken(reader.skip(end), "something stands behind the end")
    return Located(file, value, reader.lines)


class _Reader:
    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.lines: dict[Path, int] = {}
        self._counted, self._line = 0, 1

    def read(self, at: int, path: Path) -> tuple[Any, int]:
        if len(path) > MOST_DEEP:
            raise self.broken(at, "it is nested too deeply")
        self.lines[path] = self.line(at)
        first = self.text[at : at + 1]
        if first == "{":
            return self._object(at, path)
        if first == "[":
            return self._list(at, path)
        if first == '"':
            return self._string(at)
        for word, value in _WORDS.items():
            if self.text.startswith(word, at):
                return value, at + len(word)
        return self._number(at)

    def skip(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def line(self, at: int) -> int:
        # Places come in their order, so that each character is counted once.
        if at < self._counted:
            return self.text.count("\n", 0, at) + 1
        self._line += self.text.count("\n", self._counted, at)
        self._counted = at
        return self._line

    def broken(self, at: int, reason: str) -> BrokenFile:
        return BrokenFile(self.file, self.line(at), reason)

    def _object(self, at: int, path: Path) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        at = self.skip(at + 1)
        if self.text[at : at + 1] == "}":
            return found, at + 1
        while True:
            if self.text[at : at + 1] != '"':
                raise self.broken(at, "a name in quotation marks is missing")
            begun = at
            name, at = self._string(at)
            if name in found:
                raise self.broken(begun, f"{place((*path, name))}: this name stands twice")
            at = self.skip(at)
            if self.text[at : at + 1] != ":":
                raise self.broken(at, "a colon is missing")
            found[name], at = self.read(self.skip(at + 1), (*path, name))
            at, ended = self._next(at, "}")
            if ended:
                return found, at

    def _list(self, at: int, path: Path) -> tuple[list[Any], int]:
        found: list[Any] = []
        at = self.skip(at + 1)
        if self.text[at : at + 1] == "]":
            return found, at + 1
        while True:
            value, at = self.read(at, (*path, len(found)))
            found.append(value)
            at, ended = self._next(at, "]")
            if ended:
                return found, at

    def _next(self, at: int, closing: str) -> tuple[int, bool]:
        at = self.skip(at)
        sign = self.text[at : at + 1]
        if sign == closing:
            return at + 1, True
        if sign != ",":
            raise self.broken(at, f"a comma or {closing} is missing")
        return self.skip(at + 1), False

    def _string(self, at: int) -> tuple[str, int]:
        try:
            found, end = _DECODER.raw_decode(self.text, at)
        except json.JSONDecodeError as fault:
            raise self.broken(fault.pos, fault.msg) from None
        if not found.isascii() and any("\ud800" <= sign <= "\udfff" for sign in found):
            raise self.broken(at, "it has half of a character")
        return found, end

    def _number(self, at: int) -> tuple[int | Decimal, int]:
        found = _NUMBER.match(self.text, at)
        if found is None:
            raise self.broken(at, "a value is missing")
        said = found.group()
        if len(said) > LONGEST_NUMBER or self.text[found.end() : found.end() + 1] in ("e", "E"):
            raise self.broken(at, "this number is too long, or written with a power of ten")
        return Decimal(said) if found.group(1) else int(said), found.end()
