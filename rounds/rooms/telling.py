"""Tells everybody in a room what changed, each in their own view and language."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol

from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit, Units
from rounds.rooms.audience import reads
from rounds.rooms.connections import Connections
from rounds.rooms.model import Standing
from rounds.rooms.outlook import UNKNOWN, Forecast, Outlook
from rounds.rooms.picture import Picture, take_picture
from rounds.rooms.presence import Presence
from rounds.rooms.queries import room_by_id, seats_of
from rounds.rooms.view import View
from rounds.web.languages import Languages


class Voice(Protocol):
    """The namespace as the teller needs it."""

    async def emit(self, event: str, data: Any = None, to: str | None = None) -> None:
        """Send an event to one connection."""

    async def close(self, sid: str) -> None:
        """End one connection."""


class RoomTeller:
    """Sends personal views; their version grows, so that a page can ignore an older one."""

    def __init__(
        self,
        units: Units,
        languages: Languages,
        presence: Presence,
        portrait: Callable[[str | None], str | None],
        connections: Connections,
        forecast: Forecast,
    ) -> None:
        """Read with `units`; `namespace` is set by the namespace itself.

        `forecast` tells when the turn of a room comes.
        """
        self._forecast = forecast
        self._outlooks: dict[str, Outlook] = {}
        self._units = units
        self._languages = languages
        self._portrait = portrait
        self._connections = connections
        self.presence = presence
        self.namespace: Voice | None = None
        self._version = 0
        # One telling of a room at a time: an older state never comes after a newer one.
        self._turns: dict[str, asyncio.Lock] = {}

    async def view(self, unit: Unit, room: str, seat: str) -> View:
        """Return the room as one seat may see it."""
        picture = await take_picture(unit, room)
        version, present = self._next_version(), self.presence.present(room)
        return self._from(picture, seat, version, present, await self._look_ahead(unit, picture))

    async def tell_room(self, room: str) -> None:
        """Send every connected page of the room its new state."""
        async with self._turns.setdefault(room, asyncio.Lock()):
            await self._tell_room(room)

    async def _tell_room(self, room: str) -> None:
        listeners = self.presence.sids(room)
        if not listeners or self.namespace is None:
            return
        version = self._next_version()
        async with self._units.reading(SYSTEM) as unit:
            try:
                picture = await take_picture(unit, room)
            except NotFound:
                return
            outlook = await self._look_ahead(unit, picture)
        present = self.presence.present(room)
        for sid, seat in listeners:
            state = self._from(picture, seat, version, present, outlook).state()
            await self.namespace.emit("room_changed", state, to=sid)

    async def tell_outlooks(self) -> None:
        """Tell the rooms where somebody waits whose turn comes at another time than told last."""
        for room, told in list(self._outlooks.items()):
            async with self._units.reading(SYSTEM) as unit:
                found = await room_by_id(unit.session, room)
                now = await self._forecast(unit, found) if found is not None else UNKNOWN
            if now != told:
                await self.tell_room(room)

    async def tell_knock(self, room: str, seat: str) -> None:
        """Ring those who may admit."""
        async with self._units.reading(SYSTEM) as unit:
            picture = await take_picture(unit, room)
        guest = picture.seat(seat)
        name = picture.people[guest.person_id].name
        hosts = [
            one.id for one in picture.seats if one.may_admit and one.standing == Standing.ADMITTED
        ]
        for sid, _ in self.presence.sids(room, hosts):
            if self.namespace is not None:
                payload = {"admission": seat, "seat": seat, "name": name}
                await self.namespace.emit("guest_knocked", payload, to=sid)

    async def tell_message(self, room: str, message: str) -> None:
        """Send a new line of the chat to everybody whom it may reach."""
        async with self._units.reading(SYSTEM) as unit:
            picture = await take_picture(unit, room)
        found = next((one for one in picture.messages if one.id == message), None)
        if found is None or self.namespace is None:
            return
        readers = [one.id for one in picture.seats if found.channel in reads(one)]
        for sid, seat in self.presence.sids(room, readers):
            told = self._from(picture, seat, 0, frozenset(), UNKNOWN).message(found)
            await self.namespace.emit("said", told, to=sid)

    async def tell_closed(self, room: str) -> None:
        """Say that the meeting is over, after everybody has the last state."""
        await self.tell_room(room)
        for sid, _ in self.presence.sids(room):
            if self.namespace is not None:
                await self.namespace.emit("closed", {"reason": "ended"}, to=sid)
        self.presence.forget(room)
        self._turns.pop(room, None)

    async def turn_out(self, room: str, person: str, reason: str) -> None:
        """Close every connection of a person in a room."""
        async with self._units.reading(SYSTEM) as unit:
            theirs = [
                one.id for one in await seats_of(unit.session, room) if one.person_id == person
            ]
        for sid, _ in self.presence.sids(room, theirs):
            if self.namespace is not None:
                await self.namespace.emit("closed", {"reason": reason}, to=sid)
                await self.namespace.close(sid)

    async def _look_ahead(self, unit: Unit, picture: Picture) -> Outlook:
        """Return when the turn of those who wait comes, and remember what they are told."""
        if not picture.line() or not picture.room.is_open:
            self._outlooks.pop(picture.room.id, None)
            return UNKNOWN
        outlook = await self._forecast(unit, picture.room)
        self._outlooks[picture.room.id] = outlook
        return outlook

    def _from(
        self,
        picture: Picture,
        seat: str,
        version: int,
        present: frozenset[str],
        outlook: Outlook,
    ) -> View:
        own = picture.seat(seat)
        language = self._languages.choose(picture.people[own.person_id].language)
        translate = self._languages.translator(language)
        return View(
            picture,
            self.presence,
            own,
            translate,
            self._portrait,
            version,
            present,
            self._connections.verdict,
            outlook,
        )

    def _next_version(self) -> int:
        # Milliseconds, so that it also grows across a restart of the process.
        self._version = max(self._version + 1, time.time_ns() // 1_000_000)
        return self._version
