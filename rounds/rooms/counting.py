"""Which closed rooms have still to be counted for the clinic's numbers of technology."""

from collections.abc import Sequence
from datetime import timedelta

from rounds.kernel.unit import Unit
from rounds.rooms.model import Room
from rounds.rooms.queries import uncounted_rooms
from rounds.rooms.retention import KEEPS_RECORDS

SETTLED = timedelta(minutes=5)
"""By then everything about the connections of a closed room is written down."""
AT_A_TIME = 20
"""Rooms that one transaction counts, so that no visit waits for it."""


async def take_uncounted(unit: Unit) -> Sequence[Room]:
    """Return the next rooms to count, marked as counted together with the caller's deed.

    Rooms closed longer ago than their records are kept stay uncounted: nothing is known of them.
    """
    since = unit.now - KEEPS_RECORDS
    rooms = await uncounted_rooms(unit.session, since, unit.now - SETTLED, AT_A_TIME)
    for room in rooms:
        room.counted_at = unit.now
    return rooms
