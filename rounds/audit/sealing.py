"""The one sealer: links the lines of the trail into a chain that shows any change."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from rounds.audit.chain import (
    COUNT,
    ENTRY,
    EPOCH,
    SEALED,
    Tail,
    count_digest,
    final_at,
    line_digest,
    link,
    plain,
)
from rounds.audit.checkpoints import Checkpoints
from rounds.audit.model import AuditEntry, AuditSeal, Unsealed
from rounds.audit.queries.chain import (
    counts_to_seal,
    is_something_due,
    lines_to_seal,
    tail,
    take_turn,
)
from rounds.kernel.actor import SYSTEM
from rounds.kernel.logs import get_logger
from rounds.kernel.unit import Unit, Units

log = get_logger(__name__)

PAUSE_SECONDS = 0.4
BATCH = 200
"""Seals in one transaction: a few milliseconds, in which no other may write on SQLite."""

CHECKPOINT_AFTER = timedelta(seconds=60)
CHECKPOINT_SEALS = 1000


class Sealer:
    """Seals what was written, in the order it was committed, within a second.

    Several processes may have one over the same database: each transaction has one of them.
    """

    def __init__(self, units: Units, key: bytes, checkpoints: Checkpoints) -> None:
        """Seal with `key`, which is not in the database."""
        self._units = units
        self._key = key
        self._checkpoints = checkpoints
        self._noted = checkpoints.newest() or Tail()
        self._noted_at = self._sealed_at = EPOCH
        self.tail = self._noted

    async def run(self) -> None:
        """Seal until cancelled; the last head goes to the checkpoints on the way out."""
        try:
            while True:
                await self.catch_up()
                await asyncio.sleep(PAUSE_SECONDS)
        finally:
            if self._is_new():
                self._checkpoints.append(self.tail, self._sealed_at)

    async def catch_up(self) -> None:
        """Seal everything that is due now, and checkpoint it where that is due."""
        while await self.seal_some():
            pass

    async def seal_some(self) -> int:
        """Seal at most a batch; return how many seals were written."""
        async with self._units.reading(SYSTEM) as unit:
            is_due = await is_something_due(unit.session, unit.now)
        sealed = await self._seal_batch() if is_due else 0
        await self._checkpoint(unit.now)
        return sealed

    async def _seal_batch(self) -> int:
        async with self._units(SYSTEM) as unit:
            if not await take_turn(unit.session):
                return 0
            end = await tail(unit.session)
            lines = await lines_to_seal(unit.session, BATCH)
            counts = await counts_to_seal(unit.session, unit.now, BATCH - len(lines))
            reached = await self._write(unit, end, lines, counts)
        if end.seq < self.tail.seq:
            # Somebody cut the end off, or put an older database back. What comes is sealed all
            # the same; the checkpoints tell it from what was there.
            log.error("audit_chain_cut", count=self.tail.seq - end.seq)
        self.tail, self._sealed_at = reached, unit.now
        return len(lines) + len(counts)

    async def _write(
        self,
        unit: Unit,
        end: Tail,
        lines: Sequence[tuple[Unsealed, AuditEntry]],
        counts: Sequence[tuple[Unsealed, AuditEntry]],
    ) -> Tail:
        for waiting, line in lines:
            values = [plain(name, getattr(line, name)) for name in SEALED]
            end = self._seal(unit, end, ENTRY, line.id, line_digest(values, line.count))
            if line.together is None:
                await unit.session.delete(waiting)
            else:
                waiting.due_at = final_at(line.at, line.outcome)
        for waiting, line in counts:
            digest = count_digest(line.id.replace("-", ""), line.count)
            end = self._seal(unit, end, COUNT, line.id, digest)
            await unit.session.delete(waiting)
        return end

    def _seal(self, unit: Unit, end: Tail, kind: str, entry: str, digest: str) -> Tail:
        seq = end.seq + 1
        head = link(self._key, end.head, seq, kind, entry.replace("-", ""), digest)
        unit.session.add(
            AuditSeal(seq=seq, kind=kind, entry_id=entry, digest=digest, head=head, at=unit.now)
        )
        return Tail(seq, head)

    async def _checkpoint(self, now: datetime) -> None:
        if not self._is_new():
            return
        many = self.tail.seq - self._noted.seq >= CHECKPOINT_SEALS
        # A clock that was set back must not hold checkpoints up.
        if many or abs(now - self._noted_at) >= CHECKPOINT_AFTER:
            reached = self.tail
            await asyncio.to_thread(self._checkpoints.append, reached, now)
            log.info("audit_checkpoint", seq=reached.seq, head=reached.head)
            self._noted, self._noted_at = reached, now

    def _is_new(self) -> bool:
        return self.tail not in (self._noted, Tail())
