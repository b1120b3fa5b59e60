"""JSON in which every value knows its file and its line."""

import json
import math
from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

MOST_BYTES = 1_000_000
DEEPEST = 12
"""Lists and objects inside each other; the rules need four."""
HIGHEST = 1_000_000
"""No number of these files is further from zero."""
SPACE = " \t\r\n"


class BrokenFile(Exception):
    """A file cannot be used: its name, the line (from 1), and why."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        """Say where and why."""
        super().__init__(f"{file}:{line}: {reason}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Placed:
    """A value and where it stands: an object or a list holds such values again."""

    file: str
    line: int
    value: Any

    def broken(self, reason: str) -> BrokenFile:
        """Return the refusal that names this place."""
        return BrokenFile(self.file, self.line, reason)

    def fields(self, needed: Collection[str], others: Collection[str] = ()) -> dict[str, "Placed"]:
        """Return the fields of an object that has all needed ones and no unknown one.

        Raises BrokenFile.
        """
        found = self.members()
        for name, told in found.items():
            if name not in needed and name not in others:
                raise told.broken(f"{name}: this is not known here")
        for name in needed:
            if name not in found:
                raise self.broken(f"{name} is missing")
        return found

    def members(self) -> dict[str, "Placed"]:
        """Return what an object holds, by name. Raises BrokenFile."""
        if not isinstance(self.value, dict):
            raise self.broken("an object is expected here")
        return self.value

    def items(self, most: int) -> list["Placed"]:
        """Return what a list holds, which is not more than `most`. Raises BrokenFile."""
        if not isinstance(self.value, list):
            raise self.broken("a list is expected here")
        if len(self.value) > most:
            raise self.broken(f"these are more than {most}")
        return self.value

    def text(self, what: str, most: int) -> str:
        """Return words, 1 to `most` characters. Raises BrokenFile, which tells of `what`."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.broken(f"{what}: words are missing")
        if len(self.value) > most:
            raise self.broken(f"{what}: this is longer than {most} characters")
        return self.value

    def one_of(self, what: str, known: Collection[str]) -> str:
        """Return a word that is in a list of known ones. Raises BrokenFile."""
        if not isinstance(self.value, str) or self.value not in known:
            raise self.broken(f"{what}: it is none of {', '.join(known)}")
        return self.value

    def whole(self, what: str, least: int) -> int:
        """Return a whole number from `least` on. Raises BrokenFile."""
        if type(self.value) is not int or self.value < least:
            raise self.broken(f"{what}: a whole number from {least} on is expected")
        return self.value


def read_placed(file: str, raw: bytes) -> Placed:
    """Return what a JSON file holds. Raises BrokenFile.

    Stricter than the standard library: a name stands once in an object, numbers are finite and
    within a million, and neither size nor depth can exhaust the reader.
    """
    if len(raw) > MOST_BYTES:
        raise BrokenFile(file, 1, f"it is larger than {MOST_BYTES} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise BrokenFile(file, raw.count(b"\n", 0, fault.start) + 1, "it is not UTF-8") from None
    return _Reader(file, text).all()


class _Reader:
    """One pass over a text, from left to right."""

    def __init__(self, file: str, text: str) -> None:
        self._file, self._text, self._at = file, text, 0
        self._ends = [at for at, sign in enumerate(text) if sign == "\n"]
        self._decoder = json.JSONDecoder(
            parse_int=self._int, parse_float=self._float, parse_constant=self._constant
        )

    def all(self) -> Placed:
        found = self._value(0)
        if self._peek():
            raise self._broken("something stands behind the end")
        return found

    def _value(self, depth: int) -> Placed:
        sign, line = self._peek(), self._line(self._at)
        if depth > DEEPEST:
            raise self._broken(f"it is deeper than {DEEPEST} lists and objects")
        if sign == "{":
            return Placed(self._file, line, self._object(depth))
        if sign == "[":
            return Placed(self._file, line, self._list(depth))
        return Placed(self._file, line, self._scalar())

    def _object(self, depth: int) -> dict[str, Placed]:
        found: dict[str, Placed] = {}
        self._at += 1
        while self._peek() != "}":
            if found:
                self._expect(",", "a comma or the end of the object is missing")
            if self._peek() != '"':
                raise self._broken("a name in quotes is missing")
            name = str(self._scalar())
            if name in found:
                raise self._broken(f"{name} stands twice in one object")
            self._expect(":", "a colon is missing")
            found[name] = self._value(depth + 1)
        self._at += 1
        return found

    def _list(self, depth: int) -> list[Placed]:
        found: list[Placed] = []
        self._at += 1
        while self._peek() != "]":
            if found:
                self._expect(",", "a comma or the end of the list is missing")
            found.append(self._value(depth + 1))
        self._at += 1
        return found

    def _scalar(self) -> object:
        try:
            value, self._at = self._decoder.raw_decode(self._text, self._at)
        except json.JSONDecodeError as fault:
            raise BrokenFile(self._file, fault.lineno, fault.msg) from None
        if isinstance(value, str) and any("\ud800" <= sign <= "\udfff" for sign in value):
            raise self._broken("half a character")
        return value

    def _int(self, digits: str) -> int:
        if len(digits) > 8 or abs(int(digits)) > HIGHEST:
            raise self._broken("this number is too large")
        return int(digits)

    def _float(self, digits: str) -> float:
        if not math.isfinite(float(digits)) or abs(float(digits)) > HIGHEST:
            raise self._broken("this number is too large")
        return float(digits)

    def _constant(self, word: str) -> None:
        raise self._broken(f"{word} is no number")

    def _peek(self) -> str:
        while self._text[self._at : self._at + 1] in SPACE and self._at < len(self._text):
            self._at += 1
        return self._text[self._at : self._at + 1]

    def _expect(self, sign: str, reason: str) -> None:
        if self._peek() != sign:
            raise self._broken(reason)
        self._at += 1

    def _line(self, at: int) -> int:
        return bisect_right(self._ends, at - 1) + 1 if at else 1

    def _broken(self, reason: str) -> BrokenFile:
        return BrokenFile(self._file, self._line(self._at), reason)
