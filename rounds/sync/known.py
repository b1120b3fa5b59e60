"""What a section has taken in: clocks per writer, the fields they wrote in, what is deleted."""

from bisect import bisect_right
from typing import Any

from rounds.sync.ranges import Ranges


class Runs:
    """Which field each piece of a writer's text stands in, as the points where it changes.

    One tab of one person writes under one client id and seldom changes the field, so that a few
    points say it of thousands of keystrokes.
    """

    __slots__ = ("fields", "starts")

    def __init__(self) -> None:
        """Begin without a piece."""
        self.starts: list[int] = []
        self.fields: list[bytes] = []

    def add(self, clock: int, field: bytes) -> None:
        """Say that what is written from `clock` on stands in `field`; clocks only grow."""
        if not self.fields or self.fields[-1] != field:
            self.starts.append(clock)
            self.fields.append(field)

    def at(self, clock: int) -> bytes:
        """Return the field of the piece at `clock`, which has been added."""
        return self.fields[bisect_right(self.starts, clock) - 1]

    def parts(self, start: int, end: int) -> list[tuple[int, int, bytes]]:
        """Return `start` to before `end` cut where the field changes, each part with its field."""
        first = bisect_right(self.starts, start) - 1
        last = bisect_right(self.starts, end - 1)
        if last - first == 1:
            return [(start, end, self.fields[first])]
        borders = [start, *self.starts[first + 1 : last], end]
        return list(zip(borders[:-1], borders[1:], self.fields[first:last], strict=True))


class Known:
    """What the server's copy of one section holds, as far as the gate must know it.

    `clocks` is the next clock per client id (the state vector), `runs` the fields per client id,
    `deleted` what is gone, `sizes` the UTF-16 units that stand in each field, and `low` the places
    of low surrogates: clocks count UTF-16 units, and nothing may come between the two of a
    character beyond the Basic Multilingual Plane.
    """

    __slots__ = ("clocks", "deleted", "low", "runs", "sizes")

    def __init__(self) -> None:
        """Begin with an empty section."""
        self.clocks: dict[int, int] = {}
        self.runs: dict[int, Runs] = {}
        self.deleted: dict[int, Ranges] = {}
        self.sizes: dict[bytes, int] = {}
        self.low: set[tuple[int, int]] = set()

    @classmethod
    def read(cls, told: list[Any]) -> "Known":
        """Return what was `told`."""
        known = cls()
        clients, sizes, low = told
        for client, clock, starts, fields, gone in clients:
            known.clocks[client] = clock
            runs = known.runs[client] = Runs()
            runs.starts, runs.fields = starts, [field.encode() for field in fields]
            if gone:
                known.deleted[client] = Ranges(*gone)
        known.sizes = {field.encode(): units for field, units in sizes}
        known.low = {(client, clock) for client, clock in low}
        return known

    def told(self) -> list[Any]:
        """Return everything in values that JSON has: of each client, of fields, of surrogates."""
        clients = [
            [
                client,
                clock,
                self.runs[client].starts,
                [field.decode() for field in self.runs[client].fields],
                [list(part) for part in self.deleted[client].borders()]
                if client in self.deleted
                else [],
            ]
            for client, clock in self.clocks.items()
        ]
        sizes = [[field.decode(), units] for field, units in self.sizes.items()]
        return [clients, sizes, [list(place) for place in sorted(self.low)]]

    def write(self, client: int, clock: int, units: int, field: bytes) -> None:
        """Note a new piece of `client` in `field`."""
        runs = self.runs.get(client)
        if runs is None:
            runs = self.runs[client] = Runs()
        runs.add(clock, field)
        self.clocks[client] = clock + units
        self.sizes[field] = self.sizes.get(field, 0) + units

    def delete(self, client: int, start: int, end: int, field: bytes) -> None:
        """Note that a part of a field is gone that stood until now; see `standing`."""
        gone = self.deleted.get(client)
        if gone is None:
            gone = self.deleted[client] = Ranges()
        gone.add(start, end)
        self.sizes[field] -= end - start

    def standing(self, client: int, start: int, end: int) -> list[tuple[int, int, int, bytes]]:
        """Return what is not deleted yet of a range: parts (client, start, end, field)."""
        gone = self.deleted.get(client)
        runs = self.runs[client]
        return [
            (client, *part)
            for first, last in ([(start, end)] if gone is None else gone.missing(start, end))
            for part in runs.parts(first, last)
        ]
