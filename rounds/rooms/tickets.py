"""Tickets into the media engine, and the matrix that follows every change of standing."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from rounds.consent.actions import Action
from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import Gone, Unavailable
from rounds.kernel.logs import get_logger
from rounds.kernel.signing import Signer
from rounds.kernel.unit import Unit, Units
from rounds.media.engine import MediaEngine
from rounds.media.relay import Relay
from rounds.rooms.audience import audience
from rounds.rooms.lobby import in_room
from rounds.rooms.model import Standing
from rounds.rooms.queries import (
    occupied_seats,
    open_shares,
    room_by_id,
    seat_of_person,
    seats_of,
)

log = get_logger(__name__)

PURPOSE = "media ticket"
TICKET_SECONDS = 60


class Tickets:
    """Gives the admitted what they need for sound and picture, and nobody else."""

    def __init__(self, signer: Signer, relay: Relay | None) -> None:
        """Sign with `signer`; let ticket holders use `relay`, where there is one."""
        self._signer = signer
        self._relay = relay

    async def give(self, unit: Unit, room_id: str) -> dict[str, Any]:
        """Return a ticket for the actor's seat, good for a minute; only for the admitted.

        Every connection and reconnection begins with a ticket, so its credentials of the relay are
        always fresh; the relay asks for their age only when an allocation is made.
        """
        room, seat = await in_room(unit, room_id, Action.ROOM_MEDIA)
        if not room.is_open:
            raise Gone("This visit has ended.")
        told = {"room": room.id, "seat": seat.id}
        token = self._signer.sign(PURPOSE, {**told, "session": unit.actor.session})
        ticket: dict[str, Any] = {"engine": "embedded", "token": token, **told}
        if self._relay is not None:
            ticket["ice_servers"] = self._relay.ice_servers(seat.id, unit.now)
        return ticket


def read_ticket(signer: Signer, token: str) -> dict[str, str]:
    """Return what a ticket says. Raises Gone when it is none or too old."""
    value: dict[str, str] = signer.read(PURPOSE, token, TICKET_SECONDS)
    return value


class AudienceKeeper:
    """Keeps the engine's matrix equal to the database, one change at a time per room."""

    def __init__(self, units: Units, engine: MediaEngine) -> None:
        """Read standings with `units`, set matrices in `engine`."""
        self._units = units
        self._engine = engine
        self._order: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def follow(self, room_id: str) -> None:
        """Read the standings now and set the matrix; whoever is not admitted is removed.

        An engine that is restarting is left alone: `restore` follows when it is back.
        """
        async with self._order[room_id]:
            async with self._units.reading(SYSTEM) as unit:
                room = await room_by_id(unit.session, room_id)
                seats = await seats_of(unit.session, room_id)
                shares = await open_shares(unit.session, room_id)
            try:
                if room is None or not room.is_open:
                    await self._engine.close_room(room_id)
                    self._order.pop(room_id, None)
                    return
                inside = [seat.id for seat in seats if seat.standing == Standing.ADMITTED]
                sharing = next((one.seat_id for one in shares if one.runs), None)
                await self._engine.set_audience(room_id, audience(inside, sharing))
                for seat in seats:
                    if seat.standing != Standing.ADMITTED:
                        await self._engine.leave(room_id, seat.id)
            except Unavailable:
                log.warning("audience_waits_for_media", room=room_id)

    async def expel(self, room_id: str, person: str) -> None:
        """Remove a person's seat from the engine at once, whatever their standing is."""
        async with self._units.reading(SYSTEM) as unit:
            seat = await seat_of_person(unit.session, room_id, person)
        if seat is None:
            return
        try:
            await self._engine.leave(room_id, seat.id)
        except Unavailable:
            log.warning("audience_waits_for_media", room=room_id)

    async def restore(self, rooms: Iterable[str] | None = None) -> None:
        """Set the matrices of these rooms after their media process came back empty.

        None means every room somebody is in.
        """
        if rooms is None:
            async with self._units.reading(SYSTEM) as unit:
                rooms = {seat.room_id for seat in await occupied_seats(unit.session)}
        for room in sorted(rooms):
            await self.follow(room)
