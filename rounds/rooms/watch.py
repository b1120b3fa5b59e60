"""Watches who came and went: shows it, brings guests to safety without a host, ends screens."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from rounds.kernel.actor import SYSTEM
from rounds.kernel.unit import Units
from rounds.rooms.lobby import CONNECTION_LOST, send_guests_back, take_out
from rounds.rooms.model import Seat, Standing
from rounds.rooms.presence import Presence
from rounds.rooms.queries import locked_room, occupied_seats, running_shares, seats_of
from rounds.rooms.sharing import end_shares
from rounds.rooms.telling import RoomTeller

SWEEP_SECONDS = 1.0
# How long somebody waits is told anew within ten seconds (features.md, J4).
SWEEPS_TO_OUTLOOK = 5
# A reload or a change of network takes seconds; a clinician gone for longer is gone.
HOST_GRACE_SECONDS = 30.0
PLACE_KEPT = timedelta(minutes=30)


class RoomWatch:
    """One sweep a second over the rooms that are open."""

    def __init__(
        self,
        units: Units,
        presence: Presence,
        teller: RoomTeller,
        ring: Callable[[str], Awaitable[None]],
    ) -> None:
        """Read presence, write standings with `units`; `ring` tells pages outside the room."""
        self._ring = ring
        self._units = units
        self._presence = presence
        self._teller = teller

    async def run(self) -> None:
        """Sweep until cancelled."""
        for sweep in itertools.count():
            await asyncio.sleep(SWEEP_SECONDS)
            await self.sweep()
            if sweep % SWEEPS_TO_OUTLOOK == 0:
                await self._teller.tell_outlooks()

    async def sweep(self) -> None:
        """Tell rooms where presence changed; move those whose time has run out."""
        for room in self._presence.changed_rooms():
            await self._teller.tell_room(room)
            await self._ring(room)
        async with self._units.reading(SYSTEM) as unit:
            seats, now = await occupied_seats(unit.session), unit.now
            shares = await running_shares(unit.session)
        for room in sorted({seat.room_id for seat in seats if self._is_due(seat, now)}):
            await self._settle(room)
        for share in shares:
            # Who has gone shows nothing any more; the others need not wait for the picture.
            if self._presence.absent_for(share.room_id, share.seat_id) > HOST_GRACE_SECONDS:
                await self._end_share(share.room_id, share.seat_id)

    async def _settle(self, room_id: str) -> None:
        async with self._units(SYSTEM) as unit:
            room = await locked_room(unit.session, room_id)
            if room is None or not room.is_open:
                return
            for seat in await seats_of(unit.session, room_id):
                if self._is_due(seat, unit.now):
                    await take_out(unit, room, seat)
            await send_guests_back(unit, room, CONNECTION_LOST)

    async def _end_share(self, room_id: str, seat_id: str) -> None:
        async with self._units(SYSTEM) as unit:
            await locked_room(unit.session, room_id)
            await end_shares(unit, room_id, seat_id)

    def _is_due(self, seat: Seat, now: datetime) -> bool:
        """Tell whether a host inside or a guest in the line has been away for too long."""
        if seat.may_admit and seat.standing == Standing.ADMITTED:
            longest = HOST_GRACE_SECONDS
        elif seat.in_line:
            longest = PLACE_KEPT.total_seconds()
        else:
            return False
        # Who comes in is written down a moment before their page counts as present.
        stood = now - (seat.since or now)
        away = self._presence.absent_for(seat.room_id, seat.id)
        return min(away, stood.total_seconds()) > longest
