"""Locks the screens of staff and opens them again; a lock signs nobody out."""

from collections.abc import Iterable
from datetime import timedelta

from rounds.accounts.events import SessionLocked, SessionUnlocked
from rounds.accounts.model import Session
from rounds.accounts.queries.sessions import idle_sessions, session_by_id, sessions_by_id
from rounds.accounts.session import is_locked
from rounds.audit import trail
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import PersonId, SessionId
from rounds.kernel.unit import Unit, Units

# What beats in a visit is written down no more often than this.
BEAT = timedelta(seconds=60)


async def own_session(unit: Unit, action: Action = Action.UNLOCK) -> Session:
    """Return the actor's own session. Raises NotFound for a stranger."""
    require(unit, action, Thing("session", unit.actor.session, unit.actor.clinic))
    found = await session_by_id(unit.session, str(unit.actor.session))
    if found is None or not unit.actor.is_staff:
        raise NotFound("There is nothing here for you.")
    return found[0]


async def touch(unit: Unit, sessions: Iterable[str], idle: timedelta) -> None:
    """Note that something is done in these sessions now; a locked one stays locked."""
    for row in await sessions_by_id(unit.session, sessions):
        if not is_locked(row, unit.now, idle):
            row.seen_at = unit.now


async def lock_now(unit: Unit) -> Session:
    """Lock the actor's own screen."""
    row = await own_session(unit)
    await _lock(unit, row)
    return row


async def lock_if_idle(unit: Unit, idle: timedelta) -> timedelta:
    """Lock the actor's own screen if nothing was done for `idle`; return how long is left."""
    row = await own_session(unit)
    if is_locked(row, unit.now, idle):
        await _lock(unit, row)
        return timedelta(0)
    return idle - (unit.now - (row.seen_at or row.created_at))


async def unlock(unit: Unit) -> None:
    """Open the actor's own screen, whose owner has proved to be there."""
    row = await own_session(unit)
    row.locked_at = None
    row.seen_at = unit.now
    unit.tell(SessionUnlocked(SessionId(row.id), PersonId(row.person_id)))
    await trail.record(unit, "session.unlock", "session", row.id, clinic=row.clinic_id)


async def lock_idle(units: Units, idle: timedelta, in_visits: Iterable[str]) -> int:
    """Lock every screen in which nothing was done for `idle`; return how many.

    A session whose page beats in a visit now (`in_visits`) counts as in use.
    """
    async with units.reading(SYSTEM) as unit:
        busy = {row.id for row in await idle_sessions(unit.session, unit.now - BEAT, unit.now)}
        due = {row.id for row in await idle_sessions(unit.session, unit.now - idle, unit.now)}
    beating = busy & set(in_visits)
    if beating:
        async with units(SYSTEM) as unit:
            await touch(unit, beating, idle)
    if not due:
        return 0
    async with units(SYSTEM) as unit:
        rows = await idle_sessions(unit.session, unit.now - idle, unit.now, locked=True)
        for row in rows:
            await _lock(unit, row)
    return len(rows)


async def _lock(unit: Unit, row: Session) -> None:
    if row.locked_at is not None:
        return
    row.locked_at = unit.now
    unit.tell(SessionLocked(SessionId(row.id), PersonId(row.person_id)))
    await trail.record(unit, "session.lock", "session", row.id, clinic=row.clinic_id)
