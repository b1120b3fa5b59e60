"""Compares two texts word by word, and says how one becomes the other (pure)."""

import re
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

WORD = re.compile(r"\S+\s*|\s+")
"""A word with the space after it, so that a text is its words in a row."""


class Sign(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


class Piece(NamedTuple):
    """Some words that share a fate; `writer` wrote what is new, as far as that is known."""

    sign: Sign
    text: str
    writer: str = ""


def compare(before: str, after: str) -> list[Piece]:
    """Return the pieces of both texts in order, what is gone before what came in its place.

    What is kept and gone together is `before`, what is kept and new together is `after`.
    """
    old, new = WORD.findall(before), WORD.findall(after)
    first = _alike(old, new)
    last = _alike(old[first:][::-1], new[first:][::-1])
    pieces = [(Sign.KEPT, "".join(old[:first]))]
    inner_old, inner_new = old[first : len(old) - last], new[first : len(new) - last]
    matcher = SequenceMatcher(None, inner_old, inner_new)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            pieces.append((Sign.KEPT, "".join(inner_old[old_from:old_to])))
            continue
        pieces.append((Sign.GONE, "".join(inner_old[old_from:old_to])))
        pieces.append((Sign.NEW, "".join(inner_new[new_from:new_to])))
    pieces.append((Sign.KEPT, "".join(old[len(old) - last :])))
    return _joined(pieces)


class Edit(NamedTuple):
    """At `at` characters from the start of what stood before, `gone` goes and `new` comes."""

    at: int
    gone: str
    new: str


def edits(before: str, after: str) -> list[Edit]:
    """Return what is to be done to `before`, from its start to its end, so that it is `after`."""
    found: list[Edit] = []
    at = 0
    for sign, text, _ in compare(before, after):
        if sign is Sign.KEPT:
            at += len(text)
        elif sign is Sign.GONE:
            found.append(Edit(at, text, ""))
            at += len(text)
        elif found and found[-1].at + len(found[-1].gone) == at and not found[-1].new:
            found[-1] = found[-1]._replace(new=text)
        else:
            found.append(Edit(at, "", text))
    return found


def _alike(one: list[str], other: list[str]) -> int:
    """Return how many words both begin with."""
    most = min(len(one), len(other))
    for index in range(most):
        if one[index] != other[index]:
            return index
    return most


def _joined(pieces: list[tuple[Sign, str]]) -> list[Piece]:
    joined: list[Piece] = []
    for sign, text in pieces:
        if not text:
            continue
        if joined and joined[-1].sign is sign:
            joined[-1] = Piece(sign, joined[-1].text + text)
        else:
            joined.append(Piece(sign, text))
    return joined
