"""Namespace /echo: one's own voice and picture through the engine and back, in a room of one.

The room is made for one test, has a name that no visit has, and its matrix opens one pair: the
seat to itself. It ends with the page, and after half a minute in any case (decision 4).
"""

import asyncio
from typing import Any

from aiohttp import web

from rounds.consent.actions import Action
from rounds.kernel.actor import STRANGER, Actor
from rounds.kernel.errors import Refusal
from rounds.kernel.tasks import Tasks
from rounds.kernel.unit import Unit, Units
from rounds.media.engine import (
    Kind,
    Lost,
    MediaEngine,
    MediaEvent,
    Offered,
    Restarted,
    Wanted,
    all_busy,
)
from rounds.rooms.offers import Answer, Offer
from rounds.rooms.self_testing import Passes
from rounds.web.languages import Languages
from rounds.web.namespace import Connection, Namespace, event

Told = dict[str, Any]

LASTS_SECONDS = 30.0
MOST_AT_ONCE = 12
"""Tests must not take the room that visits need."""
OWN = frozenset({Kind.AUDIO, Kind.VIDEO})


class EchoNamespace(Namespace):
    """One connection is one self-test; whoever holds its pass may come in once at a time."""

    enter_action = Action.PUBLIC

    def __init__(
        self, units: Units, languages: Languages, passes: Passes, engine: MediaEngine, tasks: Tasks
    ) -> None:
        """Read passes with `passes`; `engine` returns what is sent; `tasks` ends what lasts."""
        super().__init__("/echo", units, languages, self._nobody, self._still_nobody)
        self._passes = passes
        self._engine = engine
        self._tasks = tasks
        self._by_room: dict[str, tuple[str, int]] = {}
        self._early: dict[str, list[Offered]] = {}

    def holds(self, room: str) -> bool:
        """Say whether a room of the engine is one of ours."""
        return room in self._early

    async def enter(self, sid: str, connection: Connection, auth: Told) -> None:
        """Open the room of one. Raises Gone (no pass), Unavailable (enough tests, no room)."""
        id = self._passes.read(str(auth.get("token", ""))).id
        if len(self.connections) > MOST_AT_ONCE:
            raise all_busy()
        before = self._by_room.get(id)
        self._early[id] = []
        try:
            await self._engine.set_audience(id, {id: {id: OWN}})
            generation = await self._engine.join(id, id)
        except Refusal:
            await self._shut(id)
            raise
        connection.settings = {"room": id, "generation": generation}
        self._by_room[id] = (sid, generation)
        if before is not None:
            await self.close(before[0])
        self._tasks.once("self-test end", self._end(sid, id))
        for offer in self._early[id]:
            await self.hear(offer)

    async def left(self, sid: str, connection: Connection) -> None:
        """Close the room of one, unless a newer page has taken it."""
        room = str(connection.settings.get("room", ""))
        if self._by_room.get(room, ("", 0))[0] == sid:
            await self._shut(room)

    @event("publish", Action.PUBLIC, Offer)
    async def publish(self, sid: str, told: Offer) -> Told:
        """Answer the browser's offer."""
        room, generation = self._place(sid)
        return {"sdp": await self._engine.publish(room, room, generation, told.sdp)}

    @event("answer", Action.PUBLIC, Answer)
    async def answer(self, sid: str, told: Answer) -> None:
        """Take the browser's answer."""
        room, generation = self._place(sid)
        await self._engine.answer(room, room, generation, told.version, told.sdp)

    async def hear(self, news: MediaEvent) -> None:
        """Pass on what the engine says of one of our rooms."""
        if isinstance(news, Restarted):
            lost = [room for room in self._by_room if news.rooms is None or room in news.rooms]
            for room in lost:
                await self.emit("gone", {"reason": "restarted"}, to=self._by_room[room][0])
            return
        sid, generation = self._by_room.get(news.room, ("", -1))
        if isinstance(news, Offered):
            if generation != news.generation:
                # The engine was quicker than our note of whom this generation belongs to.
                self._early[news.room].append(news)
                return
            tracks = [{"mid": one.mid, "seat": one.seat, "kind": one.kind} for one in news.tracks]
            payload = {"version": news.version, "sdp": news.sdp, "tracks": tracks}
            await self.emit("offered", payload, to=sid)
        elif isinstance(news, Wanted) and generation == news.generation:
            payload = {"kind": news.kind, "layers": list(news.layers)}
            await self.emit("wanted", payload, to=sid)
        elif isinstance(news, Lost) and generation == news.generation:
            await self.emit("gone", {"reason": news.reason}, to=sid)

    async def _end(self, sid: str, room: str) -> None:
        await asyncio.sleep(LASTS_SECONDS)
        if self._by_room.get(room, ("", 0))[0] == sid:
            await self.close(sid)

    async def _shut(self, room: str) -> None:
        self._by_room.pop(room, None)
        self._early.pop(room, None)
        try:
            await self._engine.close_room(room)
        except Refusal:
            return  # the engine is restarting and has forgotten the room anyway

    def _place(self, sid: str) -> tuple[str, int]:
        at = self._connection(sid).settings
        return str(at["room"]), int(at["generation"])

    async def _nobody(self, request: web.Request, wish: Told) -> Actor:
        return STRANGER

    async def _still_nobody(self, unit: Unit, actor: Actor) -> Actor:
        return STRANGER
