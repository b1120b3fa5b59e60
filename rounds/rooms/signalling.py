"""Namespace /media: offers and answers between a browser and the embedded engine."""

import time
from typing import Any, Literal

from aiohttp import web
from pydantic import Field

from rounds.accounts.browsers import browser_words
from rounds.consent.actions import Action
from rounds.kernel.actor import STRANGER, Actor
from rounds.kernel.errors import Refusal, Unavailable
from rounds.kernel.signing import Signer
from rounds.kernel.unit import Units
from rounds.media.engine import (
    Held,
    Kind,
    Lost,
    MediaEngine,
    MediaEvent,
    Offered,
    Restarted,
    Sight,
    Wanted,
)
from rounds.rooms.connections import Connections
from rounds.rooms.lobby import in_room
from rounds.rooms.offers import Answer, Offer
from rounds.rooms.reporting import Report, since
from rounds.rooms.tickets import read_ticket
from rounds.web.languages import Languages
from rounds.web.namespace import Connection, Namespace, Refresh, event
from rounds.web.request import Body

Told = dict[str, Any]
REPORTS_APART = 5.0
"""Seconds between two reports of a page; ours sends one every ten."""


class Picture(Body):
    """How high a picture stands on the page, in device pixels; 0 for not at all."""

    seat: str = Field(min_length=1, max_length=64)
    kind: Literal["video", "screen"]
    height: int = Field(ge=0, le=8192)


class Look(Body):
    """How large the page sees what it receives."""

    sights: list[Picture] = Field(max_length=24)


class MediaNamespace(Namespace):
    """One connection is one generation of one seat; the ticket says which seat."""

    enter_action = Action.ROOM_MEDIA

    def __init__(
        self,
        units: Units,
        languages: Languages,
        refresh: Refresh,
        signer: Signer,
        engine: MediaEngine,
        connections: Connections,
    ) -> None:
        """Read tickets with `signer`; `engine` carries sound and picture.

        `connections` is told who came, who could not, and what browsers count.
        """
        super().__init__("/media", units, languages, self._by_ticket, refresh)
        self._signer = signer
        self._engine = engine
        self._connections = connections
        self.joins = self.joins_refused = 0
        self._by_seat: dict[tuple[str, str, int], str] = {}
        self._early: dict[tuple[str, str], list[Offered]] = {}

    async def enter(self, sid: str, connection: Connection, auth: Told) -> None:
        """Take the seat in the engine, if its owner is still admitted."""
        room = str(read_ticket(self._signer, str(auth.get("token", "")))["room"])
        async with self._units(connection.actor) as unit:
            try:
                _, seat = await in_room(unit, room, Action.ROOM_MEDIA)
            finally:
                connection.asked |= unit.asked
        try:
            generation = await self._engine.join(room, seat.id)
        except Refusal:
            self.joins_refused += 1
            raise
        self.joins += 1
        connection.settings = {"room": room, "seat": seat.id, "generation": generation}
        self._connections.arrived(room, seat.id, browser_words(connection.agent))
        connection.settings["reported"] = (None, time.monotonic())
        self._by_seat[room, seat.id, generation] = sid
        for offer in self._early.pop((room, seat.id), []):
            await self.hear(offer)

    async def left(self, sid: str, connection: Connection) -> None:
        """Free the seat in the engine; a newer generation of it stays."""
        room, seat, generation = self._place(connection)
        if self._by_seat.pop((room, seat, generation), None) is None:
            return
        try:
            await self._engine.leave(room, seat, generation)
        except Refusal:
            # The engine is restarting and has forgotten the seat anyway.
            return

    @event("publish", Action.ROOM_MEDIA, Offer)
    async def publish(self, sid: str, told: Offer) -> Told:
        """Answer the browser's offer."""
        connection = await self._admitted(sid)
        room, seat, generation = self._place(connection)
        return {"sdp": await self._engine.publish(room, seat, generation, told.sdp)}

    @event("answer", Action.ROOM_MEDIA, Answer)
    async def answer(self, sid: str, told: Answer) -> None:
        """Take the browser's answer."""
        connection = await self._admitted(sid)
        room, seat, generation = self._place(connection)
        await self._engine.answer(room, seat, generation, told.version, told.sdp)

    @event("look", Action.ROOM_MEDIA, Look)
    async def look(self, sid: str, told: Look) -> None:
        """Take how large pictures are seen, so that no more than that is sent."""
        connection = await self._admitted(sid)
        room, seat, generation = self._place(connection)
        sights = [Sight(one.seat, Kind(one.kind), one.height) for one in told.sights]
        await self._engine.look(room, seat, generation, sights)

    @event("report", Action.ROOM_REPORT, Report)
    async def report(self, sid: str, told: Report) -> None:
        """Take what the page's browser counted of what it received; at most every five seconds."""
        connection = self._connection(sid)
        before, at = connection.settings["reported"]
        now = time.monotonic()
        if before is not None and now - at < REPORTS_APART:
            raise Unavailable("One moment, please.", retry_after=5, throttled=True)
        room, seat, _ = self._place(connection)
        async with self.reading(sid) as unit:
            await in_room(unit, room, Action.ROOM_REPORT)
        connection.settings["reported"] = (told, now)
        self._connections.reported(room, seat, told, since(before, told, now - at), now)

    async def hear(self, news: MediaEvent) -> None:
        """Pass on what the engine says to the page it concerns."""
        if isinstance(news, Offered):
            await self._offer(news)
        elif isinstance(news, Held | Wanted):
            await self._tell(news)
        elif isinstance(news, Lost):
            sid = self._by_seat.pop((news.room, news.seat, news.generation), None)
            if sid is not None:
                await self.emit("gone", {"reason": news.reason}, to=sid)
        elif isinstance(news, Restarted):
            lost = [at for at in self._by_seat if news.rooms is None or at[0] in news.rooms]
            for sid in [self._by_seat.pop(at) for at in lost]:
                await self.emit("gone", {"reason": "restarted"}, to=sid)

    async def _offer(self, news: Offered) -> None:
        sid = self._by_seat.get((news.room, news.seat, news.generation))
        if sid is None:
            # The engine was quicker than our note of whom this generation belongs to.
            self._early.setdefault((news.room, news.seat), []).append(news)
            return
        tracks = [{"mid": one.mid, "seat": one.seat, "kind": one.kind} for one in news.tracks]
        payload = {"version": news.version, "sdp": news.sdp, "tracks": tracks}
        await self.emit("offered", payload, to=sid)

    async def _tell(self, news: Held | Wanted) -> None:
        sid = self._by_seat.get((news.room, news.seat, news.generation))
        if sid is None:
            return
        if isinstance(news, Wanted):
            payload: Told = {"kind": news.kind, "layers": list(news.layers)}
            await self.emit("wanted", payload, to=sid)
        else:
            tracks = [{"seat": one.seat, "kind": one.kind, "why": one.why} for one in news.tracks]
            await self.emit("held", {"tracks": tracks}, to=sid)

    async def _admitted(self, sid: str) -> Connection:
        connection = self._connection(sid)
        async with self.writing(sid) as unit:
            await in_room(unit, connection.settings["room"], Action.ROOM_MEDIA)
        return connection

    async def _by_ticket(self, request: web.Request, wish: Told) -> Actor:
        ticket = read_ticket(self._signer, str(wish.get("token", "")))
        holder = Actor(kind="ticket", session=ticket["session"])  # type: ignore[arg-type]
        async with self._units.reading(STRANGER) as unit:
            return await self._refresh(unit, holder)

    def _place(self, connection: Connection) -> tuple[str, str, int]:
        at = connection.settings
        return str(at.get("room", "")), str(at.get("seat", "")), int(at.get("generation", -1))
