"""What may be shown of sums so that nobody can be told from them: groups of five or more (pure).

A number is left out when it stands for one to four people, and with it the next smallest one where
the sum would give it away (complementary suppression; Hundepool et al., Statistical Disclosure
Control, 2012, chapter 4). Answers are shown for fixed spans of months that never overlap and never
change once they are shown: two sums that differ by one person tell what that person said.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

LEAST = 5
"""People below whom nothing is told of a group."""

Key = TypeVar("Key", bound=Hashable)


def hidden(counts: Mapping[Key, int]) -> set[Key]:
    """Return which counts are left out when their sum is told beside them."""
    left_out = {key for key, count in counts.items() if 0 < count < LEAST}
    # One left-out number is the sum less the others; two that add up to less are no better.
    while left_out and (len(left_out) == 1 or sum(counts[key] for key in left_out) < LEAST):
        others = [key for key, count in counts.items() if count and key not in left_out]
        if not others:
            break
        left_out.add(min(others, key=lambda key: counts[key]))
    return left_out


def spans(people: Mapping[date, int], until: date) -> list[tuple[date, date]]:
    """Return spans of months with enough people, as first days of the first and the last month.

    `people` gives for the first day of a month how many answered; months from `until` on are not
    final yet. A span grows until it has enough and never crosses a year, so that what is shown of
    a year stays the same whatever comes later; what is left of a year is shown with no other.
    """
    found: list[tuple[date, date]] = []
    first: date | None = None
    gathered = 0
    for month in sorted(one for one in people if one < until):
        if first is None or first.year != month.year:
            first, gathered = month, 0
        gathered += people[month]
        if gathered >= LEAST:
            found.append((first, month))
            first = None
    return found


def months(span: tuple[date, date], known: Iterable[date]) -> Sequence[date]:
    """Return the months of a span, in order."""
    return sorted(one for one in known if span[0] <= one <= span[1])
