"""Who is where in a plan: told as it changes, at most ten times a second, and never kept.

Who somebody is comes from the server alone; a page says only where it is. Any page could say
anything of any other, did they tell each other.
"""

from collections.abc import Hashable
from dataclasses import dataclass

LONGEST_ANCHOR = 96
"""Bytes of a place in a text, as the page's library writes it."""
LIVES = 30.0
"""Seconds for which a place stands that was not told again."""
GATHERED = 0.1
"""Seconds in which what changes is told together."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is: a section, a field of it or none, and what is marked there or nothing.

    `anchor` and `head` are the two ends of the mark, bound to letters, so that they stay with them.
    """

    section: str
    field: str = ""
    anchor: bytes = b""
    head: bytes = b""


@dataclass(slots=True)
class _Seen:
    place: Place | None
    at: float


class Presence:
    """The places of everybody who has one plan open, by page."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._seen: dict[Hashable, _Seen] = {}
        self._changed: set[Hashable] = set()
        self._told_at = 0.0

    def move(self, page: Hashable, place: Place | None, now: float) -> None:
        """Note where a page is at the monotonic second `now`; None: in none of the texts."""
        before = self._seen.get(page)
        if before is None or before.place != place:
            self._changed.add(page)
        self._seen[page] = _Seen(place, now)

    def leave(self, page: Hashable) -> None:
        """Note that a page is gone."""
        if self._seen.pop(page, None) is not None:
            self._changed.add(page)

    def due_in(self, now: float) -> float | None:
        """Return in how many seconds there is something to tell, None when there is nothing."""
        return max(0.0, self._told_at + GATHERED - now) if self._changed else None

    def take_changes(self, now: float) -> dict[Hashable, Place | None]:
        """Return the places that changed since they were last told; None for who is nowhere."""
        for page, seen in self._seen.items():
            if seen.place is not None and seen.at + LIVES < now:
                seen.place = None
                self._changed.add(page)
        changed, self._changed = self._changed, set()
        self._told_at = now
        return {page: self._place(page) for page in changed}

    def places(self) -> dict[Hashable, Place]:
        """Return who is where, for a page that comes."""
        return {page: seen.place for page, seen in self._seen.items() if seen.place is not None}

    def _place(self, page: Hashable) -> Place | None:
        seen = self._seen.get(page)
        return None if seen is None else seen.place
