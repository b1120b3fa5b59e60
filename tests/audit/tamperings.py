"""Ways to change a trail behind the product's back, each with what must be found."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rounds.audit.chain import (
    COUNT,
    ENTRY,
    GENESIS,
    SEALED,
    count_digest,
    line_digest,
    link,
    plain,
)
from rounds.audit.verifying import What
from rounds.kernel.ids import new_id

Row = dict[str, Any]
ANOTHER_KEY = b"a key that is not the key at all"


@dataclass(slots=True)
class Trail:
    """All lines and all seals, as rows; changed in place."""

    lines: list[Row]
    seals: list[Row]
    rng: random.Random

    def any_line(self) -> Row:
        return self.rng.choice(self.lines)

    def any_seal(self, but_last: int = 0) -> Row:
        return self.rng.choice(self.seals[: len(self.seals) - but_last])

    def seal_of(self, line: Row, kind: str = ENTRY) -> Row:
        return next(
            one for one in self.seals if one["entry_id"] == line["id"] and one["kind"] == kind
        )

    def line_of(self, seal: Row) -> Row:
        return next(one for one in self.lines if one["id"] == seal["entry_id"])


@dataclass(frozen=True, slots=True)
class Expected:
    """The exit status, the first bad number (none: beside the chain) and what may be said of it."""

    status: int
    seq: int | None
    what: frozenset[What]


def broken(seq: int | None, *what: What) -> Expected:
    return Expected(2, seq, frozenset(what))


def cut(seq: int) -> Expected:
    return Expected(3, seq, frozenset({What.TRUNCATED}))


def alter_a_column(trail: Trail) -> Expected:
    line = trail.any_line()
    name = trail.rng.choice([name for name in SEALED if name != "id"])
    old = line[name]
    if name == "at":
        line[name] = old + timedelta(microseconds=trail.rng.choice([-1, 1, 10**6, 10**12]))
    elif name == "clinic_id":
        line[name] = None if old else next(one[name] for one in trail.lines if one[name])
    elif name.endswith("_id"):
        line[name] = trail.rng.choice([new_id(), None if old else new_id()])
    else:
        line[name] = trail.rng.choice(["", "x", (old or "")[:-1], f"{old}"[::-1] + "y"])
    if line[name] == old:
        line[name] = "z"
    return broken(trail.seal_of(line)["seq"], What.ALTERED)


def alter_an_id(trail: Trail) -> Expected:
    line = trail.any_line()
    seq = trail.seal_of(line)["seq"]
    line["id"] = new_id()
    return broken(seq, What.MISSING)


def alter_a_seal(trail: Trail) -> Expected:
    seal = trail.any_seal()
    name = trail.rng.choice(["digest", "head", "kind", "entry_id"])
    values = {"kind": "x" + seal["kind"][1:], "entry_id": new_id()}
    seal[name] = values.get(name, "".join(trail.rng.choices("0123456789abcdef", k=64)))
    return broken(seal["seq"], What.ALTERED)


def renumber_a_seal(trail: Trail) -> Expected:
    seal = trail.any_seal()
    seq = seal["seq"]
    seal["seq"] = trail.seals[-1]["seq"] + trail.rng.randint(2, 9)
    return broken(seq, What.MISSING)


def delete_a_line(trail: Trail) -> Expected:
    line = trail.any_line()
    trail.lines.remove(line)
    return broken(trail.seal_of(line)["seq"], What.MISSING)


def delete_a_seal(trail: Trail) -> Expected:
    seal = trail.any_seal(but_last=1)
    trail.seals.remove(seal)
    return broken(seal["seq"], What.MISSING)


def delete_a_line_and_its_seals(trail: Trail) -> Expected:
    line = trail.line_of(trail.any_seal(but_last=20))
    seq = trail.seal_of(line)["seq"]
    trail.lines.remove(line)
    trail.seals[:] = [one for one in trail.seals if one["entry_id"] != line["id"]]
    return broken(seq, What.MISSING)


def delete_and_close_the_gap(trail: Trail) -> Expected:
    line = trail.rng.choice([one for one in trail.lines[:-5] if one["together"] is None])
    seq = trail.seal_of(line)["seq"]
    trail.lines.remove(line)
    trail.seals.remove(trail.seal_of(line))
    for seal in trail.seals:
        seal["seq"] -= seal["seq"] > seq
    return broken(seq, What.ALTERED, What.REORDERED)


def insert_a_line(trail: Trail) -> Expected:
    trail.lines.append(trail.any_line() | {"id": new_id(), "together": None, "count": 1})
    return broken(None, What.INSERTED)


def insert_a_seal_at_the_end(trail: Trail) -> Expected:
    insert_a_line(trail)
    last = trail.seals[-1]
    trail.seals.append(forged(trail.lines[-1], last["seq"] + 1, last))
    return broken(last["seq"] + 1, What.ALTERED)


def insert_a_seal_between(trail: Trail) -> Expected:
    insert_a_line(trail)
    at = trail.rng.randrange(1, len(trail.seals))
    seq = trail.seals[at]["seq"]
    for seal in trail.seals[at:]:
        seal["seq"] += 1
    trail.seals.insert(at, forged(trail.lines[-1], seq, trail.seals[at - 1]))
    return broken(seq, What.ALTERED, What.REORDERED, What.INSERTED)


def insert_a_seal_before_the_first(trail: Trail) -> Expected:
    insert_a_line(trail)
    trail.seals.append(forged(trail.lines[-1], -trail.rng.randrange(9), trail.seals[0]))
    return broken(None, What.INSERTED)


def swap_two_seals(trail: Trail) -> Expected:
    one, other = sorted(trail.rng.sample(trail.seals, 2), key=lambda seal: seal["seq"])
    kept = trail.rng.choice([{"seq"}, {"seq", "head"}])
    for name in set(one) - kept:
        one[name], other[name] = other[name], one[name]
    return broken(one["seq"], What.REORDERED)


def swap_two_lines(trail: Trail) -> Expected:
    one, other = trail.rng.sample(trail.lines, 2)
    one["id"], other["id"] = other["id"], one["id"]
    first = min(trail.seal_of(one)["seq"], trail.seal_of(other)["seq"])
    return broken(first, What.ALTERED)


def change_a_count(trail: Trail) -> Expected:
    line = trail.any_line()
    line["count"] = trail.rng.choice([one for one in (0, -1, 1, 2, 7) if one != line["count"]])
    if line["together"] is None:
        return broken(trail.seal_of(line)["seq"], What.ALTERED)
    kind = ENTRY if line["count"] < 1 else COUNT
    return broken(trail.seal_of(line, kind)["seq"], What.COUNT)


def cut_the_end_off(trail: Trail) -> Expected:
    last = trail.rng.randrange(len(trail.seals))
    gone = {seal["entry_id"] for seal in trail.seals[last:] if seal["kind"] == ENTRY}
    seq = trail.seals[last]["seq"]
    del trail.seals[last:]
    trail.lines[:] = [line for line in trail.lines if line["id"] not in gone]
    return cut(seq)


def cut_all_off(trail: Trail) -> Expected:
    trail.lines.clear()
    trail.seals.clear()
    return cut(1)


def forge_from_here(trail: Trail) -> Expected:
    """Change a line and make every seal from it on anew, without the key."""
    line = trail.any_line()
    line["action"] = "visit.read" if line["action"] != "visit.read" else "visit.note"
    first = trail.seal_of(line)["seq"]
    head = trail.seals[first - 2]["head"] if first > 1 else GENESIS
    for seal in trail.seals[first - 1 :]:
        head = remade(trail, seal, head)
    return broken(first, What.ALTERED)


def forge_everything(trail: Trail) -> Expected:
    head = GENESIS
    for seal in trail.seals:
        head = remade(trail, seal, head)
    return broken(1, What.ALTERED)


def forged(line: Row, seq: int, before: Row) -> Row:
    """A seal for a line, made without the key."""
    digest = line_digest([plain(name, line[name]) for name in SEALED], line["count"])
    head = link(ANOTHER_KEY, before["head"], seq, ENTRY, line["id"].replace("-", ""), digest)
    told = {"seq": seq, "kind": ENTRY, "entry_id": line["id"], "digest": digest, "head": head}
    return told | {"at": before["at"]}


def remade(trail: Trail, seal: Row, before: str) -> str:
    line = trail.line_of(seal)
    entry = line["id"].replace("-", "")
    seal["digest"] = (
        count_digest(entry, line["count"])
        if seal["kind"] == COUNT
        else line_digest([plain(name, line[name]) for name in SEALED], line["count"])
    )
    seal["head"] = link(ANOTHER_KEY, before, seal["seq"], seal["kind"], entry, seal["digest"])
    return str(seal["head"])


TAMPERINGS: list[Callable[[Trail], Expected]] = [
    alter_a_column,
    alter_a_column,
    alter_an_id,
    alter_a_seal,
    renumber_a_seal,
    delete_a_line,
    delete_a_seal,
    delete_a_line_and_its_seals,
    delete_and_close_the_gap,
    insert_a_line,
    insert_a_seal_at_the_end,
    insert_a_seal_between,
    insert_a_seal_before_the_first,
    swap_two_seals,
    swap_two_lines,
    change_a_count,
    change_a_count,
    cut_the_end_off,
    cut_all_off,
    forge_from_here,
    forge_everything,
]
