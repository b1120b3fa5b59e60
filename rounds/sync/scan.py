"""Reads a section's stored state whole, and says what it holds (pure).

The state is one update in Yjs' format (see `gate`) that our own library wrote. It is read with
bounds all the same: bytes on a disk can be damaged, and what would end the process is not loaded.
"""

from collections import deque
from heapq import heappop, heappush

from rounds.sync.gate import (
    CONTENT,
    DELETED,
    HAS_LEFT,
    HAS_RIGHT,
    IN_MAP,
    LAST_CLIENT,
    LAST_CLOCK,
    LONGEST_FIELD,
    STRING,
)
from rounds.sync.known import Known
from rounds.sync.refused import Refused

Place = tuple[int, int]
Stretch = tuple[int, int, bool, bytes | Place]
"""Clock, units, whether it is deleted, and the field or the neighbour that has the same field."""


def scan(state: bytes) -> Known:
    """Return what `state` holds. Raises Refused when it is anything else than a section's text."""
    try:
        reader = _Reader(state)
        known = Known()
        _settle(reader.stretches(known.low), known)
        reader.deletions(known)
    except (IndexError, KeyError):
        raise Refused("truncated") from None
    except UnicodeDecodeError:
        raise Refused("not_utf8") from None
    return known


class _Reader:
    def __init__(self, state: bytes) -> None:
        self.state = state
        self.at = 0

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.state[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 56:
                raise Refused("number")

    def taken(self) -> bytes:
        size = self.number()
        end = self.at + size
        if end > len(self.state):
            raise Refused("truncated")
        self.at, start = end, self.at
        return self.state[start:end]

    def stretches(self, low: set[Place]) -> dict[int, deque[Stretch]]:
        found: dict[int, deque[Stretch]] = {}
        for _ in range(self.number()):
            count, client, clock = self.number(), self.number(), self.number()
            if clock != 0 or client in found or client > LAST_CLIENT:
                raise Refused("client_twice" if client in found else "missing_dependency")
            mine = found[client] = deque()
            for _ in range(count):
                gone, origin = self.head()
                units = self.length(low, client, clock, gone)
                if units == 0 or clock + units > LAST_CLOCK:
                    raise Refused("number")
                mine.append((clock, units, gone, origin))
                clock += units
        return found

    def head(self) -> tuple[bool, bytes | Place]:
        info = self.state[self.at]
        self.at += 1
        if info & CONTENT not in (STRING, DELETED):
            raise Refused("content")
        origin: bytes | Place | None = None
        if info & HAS_LEFT:
            origin = (self.number(), self.number())
        if info & HAS_RIGHT:
            right = (self.number(), self.number())
            origin = origin or right
        if origin is None:
            if self.number() != 1:
                raise Refused("nested")
            origin = self.taken()
            if info & IN_MAP or len(origin) > LONGEST_FIELD:
                raise Refused("field")
        return info & CONTENT == DELETED, origin

    def length(self, low: set[Place], client: int, clock: int, gone: bool) -> int:
        if gone:
            return self.number()
        text = self.taken().decode()
        if text.isascii():
            return len(text)
        units = 0
        for letter in text:
            units += 1
            if letter > "\uffff":
                low.add((client, clock + units))
                units += 1
        return units

    def deletions(self, known: Known) -> None:
        for _ in range(self.number()):
            client = self.number()
            for _ in range(self.number()):
                start, units = self.number(), self.number()
                if units == 0 or start + units > known.clocks[client]:
                    raise Refused("missing_dependency")
                for part in known.standing(client, start, start + units):
                    known.delete(*part)
        if self.at != len(self.state):
            raise Refused("trailing")


def _settle(stretches: dict[int, deque[Stretch]], known: Known) -> None:
    """Give each stretch its field: named, or a neighbour's, who may come later in the bytes."""
    ready = deque(stretches)
    waiting: dict[int, list[tuple[int, int]]] = {}
    while ready:
        client = ready.popleft()
        needed = _go_on(client, stretches[client], known)
        if needed is not None:
            other, place = needed
            heappush(waiting.setdefault(other, []), (place, client))
        behind = waiting.get(client, [])
        while behind and behind[0][0] < known.clocks.get(client, 0):
            ready.append(heappop(behind)[1])
    if any(waiting.values()):
        raise Refused("missing_dependency")


def _go_on(client: int, mine: deque[Stretch], known: Known) -> Place | None:
    """Settle what can be settled of a client; return the place that the next piece waits for."""
    while mine:
        clock, units, gone, origin = mine[0]
        if isinstance(origin, bytes):
            field = origin
        else:
            other, place = origin
            if place >= known.clocks.get(other, 0):
                return origin
            field = known.runs[other].at(place)
        mine.popleft()
        known.write(client, clock, units, field)
        if gone:
            known.delete(client, clock, clock + units, field)
    return None
