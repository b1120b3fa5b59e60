"""One transaction with its actor, its time and the facts told in it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from rounds.kernel.actor import Actor
from rounds.kernel.bus import Bus
from rounds.kernel.clock import Clock
from rounds.kernel.database import is_collision, is_out_of_space
from rounds.kernel.errors import Collision, Unavailable
from rounds.kernel.logs import get_logger
from rounds.kernel.straight import Straight
from rounds.kernel.words import N_

log = get_logger(__name__)

AT_ONCE = N_("Somebody else did something at the same moment. Please try again.")
FULL = N_("This could not be saved: the server has no room left. Nothing else is lost.")

Deed = Callable[["Unit"], Awaitable[None]]
Result = TypeVar("Result")


class Unit:
    """What a rule works in: `session` for rows, `actor`, `now`, and `tell` for facts.

    `remembered` keeps what is read again and again for one page; None where a deed could change it.
    """

    def __init__(self, session: AsyncSession, actor: Actor, now: datetime, request: str) -> None:
        """Belong to one deed of `actor` at `now`, known in the logs as `request`."""
        self.session = session
        self.actor = actor
        self.now = now
        self.request = request
        self.facts: list[Any] = []
        self.asked: set[str] = set()
        self.standing: list[Deed] = []
        self.remembered: dict[Any, Any] | None = None
        self.only_reads = False
        self.noted: list[Deed] = []

    def tell(self, fact: Any) -> None:
        """Say that something happened; the roof's table knows who must hear it."""
        self.facts.append(fact)

    def keep(self, deed: Deed) -> None:
        """Do `deed` in a transaction of its own once this one is over, even if it is refused.

        For what must stand when the deed itself does not: a denial's line, a counted try.
        """
        self.standing.append(deed)

    async def note(self, deed: Deed) -> None:
        """Do `deed` with this unit; where it only reads, afterwards in a transaction of its own.

        For the line of the trail that somebody's record was read: it is there before anybody sees
        what was read, and nobody who writes waits meanwhile.
        """
        if self.only_reads:
            self.noted.append(deed)
        else:
            await deed(self)


class Units:
    """Opens units. On SQLite all writers pass one fair queue, so that none starves or collides."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        bus: Bus,
        clock: Clock,
        one_writer: bool,
        straight: Straight,
    ) -> None:
        """Work on `sessions`; `one_writer` says that the database takes one writer at a time."""
        self._sessions = sessions
        self._bus = bus
        self._clock = clock
        # asyncio.Lock wakes its waiters in the order of their coming: the fair queue.
        self._queue = asyncio.Lock() if one_writer else None
        self._straight = straight

    @contextlib.asynccontextmanager
    async def __call__(self, actor: Actor, request: str = "") -> AsyncIterator[Unit]:
        """Open a transaction; commit when the block ends well, roll back when it raises.

        Facts told are given to the reactions registered before commit (facts these tell
        included), then, after the commit, to the others; a failing reaction after the commit
        is logged and undoes nothing.
        """
        unit: Unit | None = None
        try:
            async with self._transaction(actor, request) as unit:
                yield unit
                for fact in unit.facts:  # grows while reactions tell further facts
                    for before in self._bus.before[type(fact)]:
                        await before(unit, fact)
        finally:
            if unit is not None and unit.standing:
                await self._do_standing(unit)
        await self._react(unit)

    @contextlib.asynccontextmanager
    async def reading(self, actor: Actor, request: str = "") -> AsyncIterator[Unit]:
        """Open a transaction that only reads; nothing told in it is heard, nothing is kept.

        What was noted or is to stand is done after it.
        """
        async with self._sessions() as session:
            unit = Unit(session, actor, self._clock.now(), request)
            unit.only_reads = True
            try:
                yield unit
                unit.standing += unit.noted
            finally:
                # Let go without a commit; what was loaded stays readable.
                session.expunge_all()
                await session.close()
                if unit.standing:
                    await self._do_standing(unit)

    async def straight(self, deed: Callable[[Connection], Result]) -> Result:
        """Do a whole transaction at once (see `Straight`); nobody acts in it and nothing is told.

        For what is written many times a second. Raises DBAPIError; then nothing was written.
        """
        async with self._queue or contextlib.nullcontext():
            return await self._straight.run(deed)

    @contextlib.asynccontextmanager
    async def _transaction(self, actor: Actor, request: str) -> AsyncIterator[Unit]:
        queue = self._queue or contextlib.nullcontext()
        try:
            async with queue, self._sessions() as session, session.begin():
                await session.connection(execution_options={"writes": True})
                yield Unit(session, actor, self._clock.now(), request)
        except DBAPIError as fault:
            if is_collision(fault):
                raise Collision(AT_ONCE, retry_after=1) from fault
            if not is_out_of_space(fault):
                raise
            log.error("database_full")
            raise Unavailable(FULL, retry_after=30) from None

    async def _do_standing(self, unit: Unit) -> None:
        async with self._transaction(unit.actor, unit.request) as own:
            for deed in unit.standing:
                await deed(own)
        await self._react(own)

    async def _react(self, unit: Unit) -> None:
        for fact in unit.facts:
            for reaction in self._bus.after[type(fact)]:
                try:
                    await reaction(fact)
                except Exception:  # noqa: BLE001 - the deed stands; an echo cannot undo it
                    log.exception("reaction_failed", kind=type(fact).__name__)
