"""What somebody writes in one text in one go, and when that is over (pure)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rounds.sync.log import Entry

PAUSE = timedelta(minutes=2)
"""Whoever writes in the same text again within this time goes on."""
LONGEST = timedelta(minutes=30)


@dataclass(eq=False, slots=True)
class Sitting:
    """What was written in a field from row `first` to row `last`, by one or several."""

    field: bytes
    first: int
    last: int
    begins: datetime
    ends: datetime
    writers: dict[str, None]


class Sittings:
    """The texts of a section that are being written in, as one goes along its log."""

    def __init__(self) -> None:
        """Begin before the first row."""
        self._open: dict[bytes, Sitting] = {}

    def __contains__(self, field: bytes) -> bool:
        """Say whether a field is being written in."""
        return field in self._open

    def over(self, field: bytes, entry: Entry) -> Sitting | None:
        """End and return what was written in a field too long before a row to go on with it."""
        there = self._open.get(field)
        if there is None or (
            entry.began - there.ends <= PAUSE and entry.began - there.begins <= LONGEST
        ):
            return None
        return self._open.pop(field)

    def write(self, field: bytes, entry: Entry) -> Sitting:
        """Go on with what is being written in a field, or begin there; return it."""
        there = self._open.get(field)
        if there is None:
            there = self._open[field] = Sitting(
                field, entry.begin, entry.seq, entry.began, entry.at, {entry.writer: None}
            )
        else:
            there.last, there.ends = entry.seq, max(there.ends, entry.at)
            there.writers[entry.writer] = None
        return there

    def leave(self, item: str = "") -> list[Sitting]:
        """End and return what is being written in the texts of an item, or in all of them."""
        prefix = f"t:{item}.".encode() if item else b""
        return [self._open.pop(one) for one in list(self._open) if one.startswith(prefix)]
