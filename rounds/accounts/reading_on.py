"""A guest's device keeps its binding for seven days after a visit, to read what was agreed."""

from datetime import timedelta

from rounds.accounts.queries.sessions import open_guest_sessions
from rounds.accounts.session import GUEST_DAYS
from rounds.kernel.unit import Unit

READABLE = timedelta(days=GUEST_DAYS)


async def read_on(unit: Unit, room: str) -> None:
    """Let the guests' sessions of a room that closes now last seven days from now, and no longer.

    They were opened for the time of the appointment; what counts is when it really ended.
    """
    for row in await open_guest_sessions(unit.session, room):
        if row.expires_at > unit.now:
            row.expires_at = unit.now + READABLE
