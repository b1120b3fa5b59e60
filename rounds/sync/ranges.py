"""A set of whole numbers kept as ranges (pure)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable


class Ranges:
    """Half-open ranges, sorted, apart from each other."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, starts: Iterable[int] = (), ends: Iterable[int] = ()) -> None:
        """Begin empty, or with what `borders` told."""
        self._starts = list(starts)
        self._ends = list(ends)

    def __iter__(self) -> "zip[tuple[int, int]]":
        """Yield (start, end) of each range."""
        return zip(self._starts, self._ends, strict=True)

    def borders(self) -> tuple[list[int], list[int]]:
        """Return where ranges start, and where they end."""
        return self._starts, self._ends

    def missing(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the parts of `start` to before `end` that are not in the set."""
        parts = []
        at = bisect_right(self._ends, start)
        while start < end:
            if at == len(self._starts) or self._starts[at] >= end:
                parts.append((start, end))
                break
            if self._starts[at] > start:
                parts.append((start, self._starts[at]))
            start = self._ends[at]
            at += 1
        return parts

    def add(self, start: int, end: int) -> None:
        """Put `start` to before `end` into the set."""
        # Ranges that touch or overlap the new one become one with it.
        first = bisect_left(self._ends, start)
        last = bisect_right(self._starts, end)
        if first < last:
            start = min(start, self._starts[first])
            end = max(end, self._ends[last - 1])
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]
