"""Reads an update before the document library does, and refuses what no section holds (pure).

The bytes are Yjs' update format, version 1: per client id the structs (pieces of text with what
they were written next to), then the ranges that are deleted. The library trusts its input: deeply
nested content ends the process, a piece that names a neighbour not yet there waits unseen and
appears with somebody else's next keystroke, and a piece under another's client id makes copies
differ for ever. So only plain text in declared fields passes, under the sender's own ids, next to
what is there. It never recurses and reads each byte once.
"""

import re
from collections.abc import Container
from typing import NamedTuple

from rounds.sync.known import Known, Runs
from rounds.sync.refused import Refused

LARGEST = 64 * 1024
"""Bytes of one update."""
MOST_STRUCTS = 5000
LAST_CLIENT = (1 << 53) - 1
"""Client ids are whole numbers that JavaScript holds exactly."""
LAST_CLOCK = (1 << 31) - 1
LONGEST_FIELD = 64

DELETED, STRING = 1, 4
"""References of content: a run of deleted units, and text."""
CONTENT, HAS_LEFT, HAS_RIGHT, IN_MAP = 0x1F, 0x80, 0x40, 0x20
"""Parts of a struct's first byte."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


Piece = tuple[int, int, int, bytes, bool]
"""Client, clock, UTF-16 units, field, and whether it was deleted before it was ever sent."""
Deletion = tuple[int, int, int, bytes]
"""Client, first clock, clock after the last, field: what stood until now."""


class Reading(NamedTuple):
    """What an update does to a section; `low` are the places of low surrogates in new text."""

    pieces: list[Piece]
    deletions: list[Deletion]
    low: set[tuple[int, int]]


def read(
    update: bytes,
    known: Known,
    own: Container[int],
    writable: Container[bytes],
    largest: int = LARGEST,
) -> Reading:
    """Return what `update` does to a section that holds `known`.

    `own` are the client ids bound to the sender, `writable` the names of the fields they may
    write in now. Raises Refused with one of the codes of docs/PROTOCOL.md.
    """
    if len(update) > largest:
        raise Refused("too_large")
    try:
        return _read(update, known, own, writable)
    except IndexError:
        raise Refused("truncated") from None
    except UnicodeDecodeError:
        raise Refused("not_utf8") from None


def _read(  # noqa: PLR0915 - one walk over the format; a call per piece would double its cost
    update: bytes, known: Known, own: Container[int], writable: Container[bytes]
) -> Reading:
    at = 0
    clocks, runs, low = known.clocks, known.runs, known.low
    fresh: dict[int, Runs] = {}
    ends: dict[int, int] = {}
    pieces: list[Piece] = []
    deletions: list[Deletion] = []
    new_low: set[tuple[int, int]] = set()

    def number() -> int:
        nonlocal at
        byte = update[at]
        at += 1
        if byte < 0x80:
            return byte
        value, shift = byte & 0x7F, 7
        while True:
            byte = update[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 49:
                raise Refused("number")

    def neighbour(beside: int) -> bytes:
        """Return the field of the unit that a piece is written next to."""
        client, clock = number(), number()
        if (low or new_low) and _cuts(client, clock + beside, low, new_low):
            raise Refused("split_pair")
        if clock < clocks.get(client, 0):
            return runs[client].at(clock)
        if clock < ends.get(client, 0):
            return fresh[client].at(clock)
        raise Refused("missing_dependency")

    structs = 0
    for _ in range(number()):
        count, client, clock = number(), number(), number()
        structs += count
        if count == 0 or structs > MOST_STRUCTS:
            raise Refused("structs")
        if client > LAST_CLIENT:
            raise Refused("number")
        if client in ends:
            raise Refused("client_twice")
        have = ends[client] = clocks.get(client, 0)
        if clock > have:
            raise Refused("missing_dependency")
        for _ in range(count):
            info = update[at]
            at += 1
            content = info & CONTENT
            if content not in (STRING, DELETED):
                raise Refused("content")
            if info & HAS_LEFT:
                field = neighbour(1)
                if info & HAS_RIGHT and neighbour(0) != field:
                    raise Refused("two_fields")
            elif info & HAS_RIGHT:
                field = neighbour(0)
            else:
                if number() != 1:
                    raise Refused("nested")
                size = number()
                if size > LONGEST_FIELD or at + size > len(update):
                    raise Refused("field")
                field = update[at : at + size]
                at += size
                if info & IN_MAP:
                    raise Refused("map")
            size = units = number()
            if units == 0:
                raise Refused("empty")
            pairs: list[int] = []
            if content == STRING:
                if at + size > len(update):
                    raise Refused("truncated")
                text = update[at : at + size].decode()
                at += size
                if _CONTROL.search(text):
                    raise Refused("control")
                units = len(text)
                if units != size:
                    for index, letter in enumerate(text):
                        if letter > "\uffff":
                            pairs.append(index + len(pairs) + 1)
                    units += len(pairs)
            if clock < have < clock + units:
                raise Refused("overlap")
            if clock >= have:
                if client not in own:
                    raise Refused("foreign_client")
                if field not in writable:
                    raise Refused("field")
                if clock + units > LAST_CLOCK:
                    raise Refused("number")
                if client not in fresh:
                    fresh[client] = Runs()
                fresh[client].add(clock, field)
                pieces.append((client, clock, units, field, content == DELETED))
                if pairs:
                    new_low.update((client, clock + one) for one in pairs)
                ends[client] = clock + units
            clock += units
    deleting: set[int] = set()
    for _ in range(number()):
        client, count = number(), number()
        if client in deleting:
            raise Refused("client_twice")
        deleting.add(client)
        have = clocks.get(client, 0)
        end = ends.get(client, have)
        before = 0
        for _ in range(count):
            start, units = number(), number()
            stop = start + units
            if units == 0:
                raise Refused("empty")
            if start < before:
                raise Refused("order")
            if stop > end:
                raise Refused("missing_dependency")
            if (low or new_low) and (
                _cuts(client, start, low, new_low) or _cuts(client, stop, low, new_low)
            ):
                raise Refused("split_pair")
            before = stop
            if start < have:
                # Whoever comes back sends all deletions they know of: what is gone stays gone.
                for part in known.standing(client, start, min(stop, have)):
                    if part[3] not in writable:
                        raise Refused("field")
                    deletions.append(part)
            if stop > have:
                deletions += [
                    (client, *part) for part in fresh[client].parts(max(start, have), stop)
                ]
    if at != len(update):
        raise Refused("trailing")
    return Reading(pieces, deletions, new_low)


def _cuts(client: int, clock: int, low: set[tuple[int, int]], new: set[tuple[int, int]]) -> bool:
    """Say whether a border before `clock` parts the two halves of a character."""
    return (client, clock) in low or (client, clock) in new
