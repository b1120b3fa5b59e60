"""Several media processes behind one engine: a room is placed at its first join and stays."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from rounds.kernel.errors import NotFound, Unavailable
from rounds.kernel.logs import get_logger
from rounds.kernel.tasks import Tasks
from rounds.media.engine import Audience, Lost, MediaEvent, Restarted, Sight, all_busy
from rounds.media.sfu.engine import EmbeddedEngine
from rounds.media.sfu.member import Member
from rounds.media.sfu.placement import Limits
from rounds.media.sfu.places import Place, Places
from rounds.media.sfu.process import MediaProcess
from rounds.media.sfu.settings import SfuSettings

__all__ = ["Fleet"]

log = get_logger(__name__)

MEASURE_SECONDS = 1.0
PEAKS = frozenset({"clock_late_milliseconds", "clock_late_p95_milliseconds", "cpu_share"})
"""Numbers of which the worst process counts; all others are added up."""


class Fleet:
    """Owns the media processes, chooses one for each room, and passes calls and events.

    A room goes to the process with the least to do. It stays there until nobody sits in it, also
    through a restart: what one room did to its process, it shall not do to the next. Only when
    the process does not come back are its rooms placed anew.
    """

    def __init__(
        self,
        settings: Sequence[SfuSettings],
        listener: Callable[[MediaEvent], Awaitable[None]],
        tasks: Tasks,
        started: Sequence[MediaProcess] = (),
        limits: Limits | None = None,
    ) -> None:
        """Own a process for each of `settings`; those in `started` wait already.

        Every event is told to `listener`; it must not wait for a call of this engine.
        """
        self._listener = listener
        self._tasks = tasks
        self._places = Places()
        self._refused = 0
        self._renewal: asyncio.Task[None] | None = None
        self.members: list[Member] = []
        for number, one in enumerate(settings):
            process = started[number] if number < len(started) else None
            engine = EmbeddedEngine(one, partial(self._hear, number), tasks, process)
            self.members.append(Member(engine, limits or Limits()))
        self._measuring: list[asyncio.Task[None]] = []

    # --- life ------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start every media process. Raises Unavailable when one does not come up."""
        await asyncio.gather(*(member.engine.start() for member in self.members))
        for member in self.members:
            await member.measure()
            work = partial(self._attend, member)
            self._measuring.append(self._tasks.start("media load", work))

    async def close(self) -> None:
        """End all connections and every media process."""
        for task in (*self._measuring, *((self._renewal,) if self._renewal else ())):
            task.cancel()
        await asyncio.gather(*(member.engine.close() for member in self.members))

    @property
    def ready(self) -> bool:
        """Whether any process answers."""
        return any(member.engine.ready for member in self.members)

    async def renew(self) -> None:
        """Replace the processes one after another, each when its last room is empty."""
        if self._renewal is None or self._renewal.done():
            self._renewal = self._tasks.once("media renewal", self._renew_each())

    # --- the engine's methods --------------------------------------------------------------------

    async def join(self, room: str, seat: str) -> int:
        """Take the seat afresh, placing the room if it is new. Raises Unavailable, `all_busy`."""
        async with self._places.turn(room) as place:
            member = await self._settle(room, place)
            generation = await member.engine.join(room, seat)
            place.seats[seat] = generation
            return generation

    async def publish(self, room: str, seat: str, generation: int, sdp: str) -> str:
        """Answer the browser's offer of its sending connection."""
        return await self._home(room).publish(room, seat, generation, sdp)

    async def answer(self, room: str, seat: str, generation: int, version: int, sdp: str) -> None:
        """Take the browser's answer to the offer of that version."""
        await self._home(room).answer(room, seat, generation, version, sdp)

    async def look(self, room: str, seat: str, generation: int, sights: Sequence[Sight]) -> None:
        """Take how large a seat sees the pictures it receives."""
        await self._home(room).look(room, seat, generation, sights)

    async def set_audience(self, room: str, audience: Audience) -> None:
        """Replace the room's whole matrix at once; it goes along wherever the room goes."""
        async with self._places.turn(room) as place:
            place.audience = audience
            if place.member is not None:
                await place.member.engine.set_audience(room, audience)

    async def leave(self, room: str, seat: str, generation: int | None = None) -> None:
        """Close the seat's connections; with a generation only if it is still that one."""
        place = self._places.find(room)
        if place is not None and place.member is not None:
            await place.member.engine.leave(room, seat, generation)

    async def close_room(self, room: str) -> None:
        """Close every seat of the room and forget its matrix and place."""
        if self._places.find(room) is None:
            return
        async with self._places.turn(room) as place:
            place.audience = {}
            if place.member is not None:
                await place.member.engine.close_room(room)
            self._places.forget(room)

    async def statistics(self) -> dict[str, Any]:
        """Return the processes' numbers together, and each one's load; no address in them."""
        asked = [member.engine.statistics() for member in self.members if member.engine.ready]
        found = await asyncio.gather(*asked, return_exceptions=True)
        told = [one for one in found if isinstance(one, dict)]
        if not told:
            raise Unavailable("The media process is starting.", retry_after=1)
        total: dict[str, Any] = {}
        for name, value in told[0].items():
            values = [one[name] for one in told]
            if isinstance(value, bool):
                continue  # says something of one process only
            if isinstance(value, list):
                total[name] = [entry for entries in values for entry in entries]
            else:
                total[name] = max(values) if name in PEAKS else sum(values)
        return total | {
            "rooms_refused": self._refused,
            "processes": [member.report() for member in self.members],
        }

    # --- placement -------------------------------------------------------------------------------

    def _home(self, room: str) -> EmbeddedEngine:
        place = self._places.find(room)
        if place is None or place.member is None:
            raise NotFound("This seat was taken over or released.")
        return place.member.engine

    async def _settle(self, room: str, place: Place) -> Member:
        """Return the process the room lives in, moving it there if it is new or may move."""
        if place.member is not None and place.member.given_up:
            await self._give_up(place.member)
        now = place.member
        if now is not None and now.returning:
            raise Unavailable("The media process is starting.", retry_after=1)
        here = now is not None and now.engine.ready
        if now is not None and here and (place.seats or not now.draining):
            return now
        chosen = self._choose()
        if chosen is None:
            if now is not None and here:
                return now  # it was let in before; nobody is sent away from a running visit
            raise self._refusal(room)
        # Noted before anything is awaited: the next room is to count this one.
        place.settle(chosen, asyncio.get_running_loop().time())
        try:
            if now is not None and here:
                await now.engine.close_room(room)
            if place.audience:
                await chosen.engine.set_audience(room, place.audience)
        except Unavailable:
            place.member = None
            raise
        return chosen

    def _choose(self) -> Member | None:
        now = asyncio.get_running_loop().time()
        able = [member for member in self.members if member.takes_rooms]

        def weight(member: Member) -> float:
            return member.load.weight(self._places.expected(member, now))

        return min(able, key=weight, default=None)

    def _refusal(self, room: str) -> Unavailable:
        if not self.ready:
            return Unavailable("The media process is starting.", retry_after=1)
        self._refused += 1
        log.warning("media_room_refused", room=room, count=self._refused)
        return all_busy()

    # --- what processes do -----------------------------------------------------------------------

    async def _hear(self, number: int, event: MediaEvent) -> None:
        member = self.members[number]
        if isinstance(event, Restarted):
            await self._tell_restarted(self._places.emptied(member))
            return
        if isinstance(event, Lost):
            self._places.left(member, event.room, event.seat, event.generation)
        await self._listener(event)

    async def _give_up(self, member: Member) -> None:
        rooms = self._places.emptied(member, leave=True)
        if rooms:
            log.error("media_process_given_up", count=len(rooms))
        await self._tell_restarted(rooms)

    async def _tell_restarted(self, rooms: tuple[str, ...]) -> None:
        if rooms:
            await self._listener(Restarted(rooms))

    async def _attend(self, member: Member) -> None:
        """Measure the process; place its rooms anew if it is lost; replace it once drained."""
        while True:
            await asyncio.sleep(MEASURE_SECONDS)
            if member.given_up:
                await self._give_up(member)
                continue
            await member.measure()
            if member.draining and self._is_empty(member):
                self._places.emptied(member, leave=True)
                await member.engine.renew()

    def _is_empty(self, member: Member) -> bool:
        places = self._places.of(member).values()
        taken = any(place.seats or place.turn.locked() for place in places)
        return not taken and not member.load.seats

    async def _renew_each(self) -> None:
        for member in self.members:
            try:
                await member.drain()
            except Unavailable:
                continue  # it is being replaced at this moment
            await member.fresh.wait()
