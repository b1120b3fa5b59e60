"""Finds a patient by what somebody types: parts of names, numbers and dates, in any order."""

from collections.abc import Sequence
from datetime import date

from rounds.people.likeness import folded

LONGEST_WORDS = 100


def words_of(text: str) -> tuple[str, ...]:
    """Return what is searched for, as it is compared."""
    return tuple(folded(text[:LONGEST_WORDS]).split())


def matches(words: Sequence[str], *texts: str) -> bool:
    """Tell whether every word is part of one of the texts."""
    if not words:
        return True
    hay = "\n".join(folded(text) for text in texts)
    return all(word in hay for word in words)


def ways_to_write(born: str) -> str:
    """Return a date of birth (ISO 8601) the ways people type it."""
    day = date.fromisoformat(born)
    plain = f"{day.day}.{day.month}.{day.year} {day.day}/{day.month}/{day.year}"
    full = f"{day:%d.%m.%Y} {day:%d/%m/%Y} {day:%m/%d/%Y}"
    return f"{born} {plain} {full} {day.year}"


def name_key(family: str, given: str) -> tuple[str, str]:
    """Return what lists of people are ordered by."""
    return folded(family or given), folded(given)
