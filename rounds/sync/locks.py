"""What a row of kind LOCK holds: that a section is locked, and why, or that it is open (pure)."""

from rounds.sync.commands import is_text
from rounds.sync.log import Entry, Lock
from rounds.sync.refused import Refused

LOCKED, OPEN = b"locked", b"open"
"""A row begins with the one, or is the other."""
BEFORE_REASON = b" "
LONGEST_REASON = 200
"""Characters (code points)."""


def is_reason(words: str) -> bool:
    """Say whether words are a reason: one line of text that neither begins nor ends with space."""
    return 0 < len(words) <= LONGEST_REASON and is_text(words) and words == words.strip()


def written(lock: Lock | None) -> bytes:
    """Return a lock as the log keeps it; None: the section is opened again."""
    if lock is None:
        return OPEN
    return LOCKED + BEFORE_REASON + lock.reason.encode() if lock.reason else LOCKED


def unwritten(entry: Entry) -> Lock | None:
    """Return what a row of kind LOCK says. Raises Refused("lock") when it is damaged."""
    if entry.data == OPEN:
        return None
    state, parted, words = entry.data.partition(BEFORE_REASON)
    try:
        reason = words.decode()
    except UnicodeDecodeError:
        raise Refused("lock") from None
    if state != LOCKED or (parted and not is_reason(reason)):
        raise Refused("lock")
    return Lock(entry.writer, entry.at, reason)
