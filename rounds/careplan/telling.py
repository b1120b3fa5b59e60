"""Tells the pages of a plan what was written, each row once it is on the disk, encoded once."""

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple, Protocol

from rounds.careplan.page import Opened, Page
from rounds.careplan.sent import write_bytes
from rounds.sync.live import Live
from rounds.sync.locks import unwritten as lock_of
from rounds.sync.log import Entry, EntryKind, Lock

NAMESPACE = "/careplan"
SLOW = 32
"""Packets that a page has not taken, from which it is told no rows until it opens anew."""
CAUGHT_UP = 8

Payload = dict[str, Any]


class Sockets(Protocol):
    """What carries packets to pages."""

    def spread(self, event: str, payload: Any, sids: Iterable[str], namespace: str) -> int:
        """Send one event to many clients; return to how many."""

    def backlog(self, sid: str, namespace: str) -> int:
        """Return how many packets a client has not taken yet."""


class Row(NamedTuple):
    """An event about rows of the log up to number `last`."""

    event: str
    payload: Payload
    last: int


class Teller:
    """Sends to pages of plans, in order and without waiting."""

    def __init__(self, sockets: Callable[[], Sockets]) -> None:
        """Send through what `sockets` returns, once the server stands."""
        self._sockets = sockets

    def emit(self, event: str, payload: Payload, pages: Iterable[Page]) -> int:
        """Send an event to pages; return to how many."""
        return self._sockets().spread(event, payload, [one.sid for one in pages], NAMESPACE)

    def tell(self, live: Live, entries: Sequence[Entry]) -> int:
        """Send rows of a section to the pages that have it open; return how many packets."""
        ready = [
            one for one in live.editors if isinstance(one, Opened) and self._takes(one, entries)
        ]
        return self._send(ready, entries) if ready else 0

    def begin(self, opened: Opened) -> None:
        """Send what came while a page was being answered, and from now on every row."""
        held, opened.held = opened.held or [], None
        fresh = [entry for entry in held if entry.seq > opened.seq]
        if fresh and self._takes(opened, fresh):
            self._send([opened], fresh)

    def remind(self, opened: Opened) -> None:
        """Tell a page that it missed rows, once it takes packets again."""
        waits = opened.missed and not opened.told and not opened.page.is_shut
        if waits and self._backlog(opened) <= CAUGHT_UP:
            opened.told = True
            self.emit("behind", {"section": opened.kind}, [opened.page])

    def reset(self, live: Live) -> None:
        """Tell pages that what they were sent of a section stands, and that it begins anew."""
        for one in live.editors:
            if isinstance(one, Opened):
                one.missed = one.told = True
                self.emit("reset", {"section": one.kind, "epoch": live.epoch}, [one.page])

    def _takes(self, opened: Opened, entries: Sequence[Entry]) -> bool:
        if opened.held is not None:
            opened.held += entries
            return False
        if opened.page.is_shut or self._backlog(opened) >= SLOW:
            opened.missed = True
        return not opened.missed

    def _backlog(self, opened: Opened) -> int:
        return self._sockets().backlog(opened.page.sid, NAMESPACE)

    def _send(self, ready: list[Opened], entries: Sequence[Entry]) -> int:
        pages = [one.page for one in ready]
        return sum(self.emit(*row[:2], pages) for row in rows_of(ready[0].kind, entries))


def rows_of(section: str, entries: Sequence[Entry]) -> list[Row]:
    """Return the events that tell of rows: texts that follow each other are one."""
    rows: list[Row] = []
    for kind, group in groupby(entries, lambda entry: entry.kind):
        if kind is EntryKind.TEXT:
            rows.append(_update(section, list(group)))
        else:
            rows += [_deed(section, entry) for entry in group]
    return rows


def lock_told(lock: Lock | None) -> Payload | None:
    """Return who locked a section, when and why, as pages are told it."""
    if lock is None:
        return None
    return {"by": lock.by, "at": lock.at.isoformat(), "reason": lock.reason}


def _update(section: str, entries: list[Entry]) -> Row:
    payload = {
        "section": section,
        "from": entries[0].seq,
        "to": entries[-1].seq,
        "updates": [write_bytes(entry.data) for entry in entries],
        "by": [entry.writer for entry in entries],
    }
    return Row("update", payload, entries[-1].seq)


def _deed(section: str, entry: Entry) -> Row:
    if entry.kind is EntryKind.LOCK:
        told = {"section": section, "seq": entry.seq, "locked": lock_told(lock_of(entry))}
        return Row("locked", told, entry.seq)
    payload = {
        "section": section,
        "seq": entry.seq,
        "command": json.loads(entry.data),
        "by": entry.writer,
        "at": entry.at.isoformat(),
    }
    return Row("command", payload, entry.seq)
