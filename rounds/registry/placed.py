"""JSON in which every value knows its file and its line."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rounds.kernel.broken import BrokenFile, Path
from rounds.kernel.located import Located, read_json

MOST_BYTES = 1_000_000
HIGHEST = 1_000_000
"""No number of these files is further from zero."""


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
    """Return what a JSON file holds, as `rounds.kernel.located` reads it. Raises BrokenFile.

    Numbers are within a million.
    """
    located = read_json(file, raw, MOST_BYTES)
    return _placed(located, located.value, ())


def _placed(located: Located, value: Any, path: Path) -> Placed:
    here = located.line(path)
    if isinstance(value, dict):
        value = {name: _placed(located, one, (*path, name)) for name, one in value.items()}
    elif isinstance(value, list):
        value = [_placed(located, one, (*path, at)) for at, one in enumerate(value)]
    elif type(value) in (int, Decimal):
        if not -HIGHEST <= value <= HIGHEST:
            raise BrokenFile(located.file, here, "this number is too large")
        value = value if type(value) is int else float(value)
    return Placed(located.file, here, value)
