"""Walks the whole chain and names what does not fit: changed, gone, put in, moved, cut off."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from rounds.audit.chain import (
    COUNT,
    EPOCH,
    SEALED,
    Tail,
    count_digest,
    is_kept_no_longer,
    line_digest,
    link,
)
from rounds.audit.queries.verifying import (
    StandingSeal,
    Waiting,
    lines_lost,
    lines_outside,
    lines_passed_over,
    seals_after,
    seals_outside,
    waiting,
)
from rounds.kernel.actor import SYSTEM
from rounds.kernel.unit import Units

PAGE = 2000
MOST_FINDINGS = 20
REACH = 10_000
"""How far off a seal is looked for that stands where another should."""

OVERDUE = timedelta(seconds=10)
"""A line without a seal, though lines so much younger have theirs, was passed over."""

AT = SEALED.index("at")


class What(StrEnum):
    """What can be wrong; the exit status goes by it."""

    ALTERED = "altered"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    COUNT = "count"
    UNSEALED = "unsealed"
    TRUNCATED = "truncated"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: at which number of the chain, about which line, if known."""

    what: What
    seq: int | None = None
    entry: str | None = None


@dataclass(slots=True)
class Report:
    """What a walk found: the first findings, and how many there were in all.

    `expired` counts seals whose line is older than lines are kept, and gone.
    """

    seals: int = 0
    lines: int = 0
    expired: int = 0
    checkpoints: int = 0
    waiting: Waiting = field(default_factory=lambda: Waiting(0, None))
    findings: list[Finding] = field(default_factory=list)
    count: int = 0

    def note(self, finding: Finding) -> None:
        """Count a finding; keep it while there are few."""
        self.count += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)

    @property
    def status(self) -> int:
        """0 all is well, 2 the chain is broken, 3 its end was cut off (a checkpoint knew more)."""
        kinds = [one.what for one in self.findings]
        if any(kind not in (What.TRUNCATED, What.INSERTED, What.UNSEALED) for kind in kinds):
            return 2
        if What.TRUNCATED in kinds:
            return 3
        return 2 if kinds else 0


async def verify(units: Units, key: bytes, checkpoints: Iterable[Tail]) -> Report:
    """Walk the chain in pages, beside a server that goes on sealing; return what was found."""
    async with units.reading(SYSTEM) as unit:
        walk = _Walk(key, checkpoints, unit.now)
    while True:
        async with units.reading(SYSTEM) as unit:
            page = await seals_after(unit.session, walk.tail.seq, PAGE)
            for seal in page:
                before = walk.tail.head
                if not walk.step(seal):
                    others = await seals_after(unit.session, seal.seq, REACH if walk.well else 0)
                    walk.name(seal, before, others)
                walk.match(seal)
        if len(page) < PAGE:
            break
    walk.end()
    await _look_outside(units, walk)
    return walk.report


class _Walk:
    """Follows the chain seal by seal."""

    def __init__(self, key: bytes, checkpoints: Iterable[Tail], now: datetime) -> None:
        self._key, self._now = key, now
        self._marks: dict[int, set[str]] = defaultdict(set)
        self.report = Report()
        for mark in checkpoints:
            self._marks[mark.seq].add(mark.head)
            self.report.checkpoints += 1
        self.tail = Tail()
        self.youngest = 0
        """When the youngest sealed line was written, in microseconds since 1970."""

    @property
    def well(self) -> bool:
        """Say whether nothing was found yet."""
        return self.report.count == 0

    def step(self, seal: StandingSeal) -> bool:
        """Follow one seal; return no when its head is not the one that belongs here."""
        expected, before = self.tail.seq + 1, self.tail.head
        self.tail = Tail(seal.seq, seal.head)
        self.report.seals += 1
        if seal.seq != expected:
            # The head before it is gone with it: the chain is taken up again from here.
            self.report.note(Finding(What.MISSING, expected))
        elif self._link(before, seal.seq, seal) != seal.head:
            return False
        self._compare(seal)
        return True

    def name(self, seal: StandingSeal, before: str, others: Iterable[StandingSeal]) -> None:
        """Note a wrong head: moved, when the seal that belongs here stands among the others."""
        is_elsewhere = any(
            self._link(before, seal.seq, one) in (one.head, seal.head) for one in others
        )
        what = What.REORDERED if is_elsewhere else What.ALTERED
        self.report.note(Finding(what, seal.seq, seal.entry_id))

    def match(self, seal: StandingSeal) -> None:
        """Hold a seal to the checkpoints: an end that was made anew has other heads."""
        if any(head != seal.head for head in self._marks.pop(seal.seq, ())):
            self.report.note(Finding(What.TRUNCATED, seal.seq))

    def end(self) -> None:
        """Note, once, that a checkpoint knew more than there is."""
        if any(seq > self.tail.seq for seq in self._marks):
            self.report.note(Finding(What.TRUNCATED, self.tail.seq + 1))

    def _link(self, before: str, seq: int, seal: StandingSeal) -> str:
        return link(self._key, before, seq, seal.kind, seal.entry_id, seal.digest)

    def _compare(self, seal: StandingSeal) -> None:
        """Compare a sound seal with the line it was made of."""
        line, wrong = seal.line, None
        if line is None and is_kept_no_longer(seal.entry_id, self._now):
            self.report.expired += 1
        elif line is None:
            wrong = What.MISSING
        elif seal.kind == COUNT:
            is_same = count_digest(seal.entry_id, seal.times) == seal.digest
            wrong = None if is_same else What.COUNT
        elif line_digest(line, seal.times) != seal.digest:
            wrong = What.ALTERED
        else:
            self.report.lines += 1
            self.youngest = max(self.youngest, int(str(line[AT])))
            # What is gathered has a seal of its own for its number, when that is final.
            wrong = None if seal.times >= 1 else What.COUNT
        if wrong:
            self.report.note(Finding(wrong, seal.seq, seal.entry_id))


async def _look_outside(units: Units, walk: _Walk) -> None:
    """Look for lines and seals that the chain does not hold."""
    report = walk.report
    overdue = EPOCH + timedelta(microseconds=walk.youngest) - OVERDUE
    async with units.reading(SYSTEM) as unit:
        report.waiting = await waiting(unit.session)
        for what, found in (
            (What.INSERTED, await seals_outside(unit.session, MOST_FINDINGS)),
            (What.INSERTED, await lines_outside(unit.session, MOST_FINDINGS)),
            (What.MISSING, await lines_lost(unit.session, MOST_FINDINGS)),
            (What.UNSEALED, await lines_passed_over(unit.session, overdue, MOST_FINDINGS)),
        ):
            for entry in found:
                report.note(Finding(what, None, entry))
