"""The product's engine as a target: joins, publishes and answers through its contract."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from typing import Any

from rounds.bench.handshake import Identity
from rounds.bench.peer import Peer
from rounds.bench.seats import Seat
from rounds.kernel.tasks import Tasks

ANSWER_WITHIN = 15.0  # seconds, for one call
LINE_LIMIT = 1 << 20  # bytes; an offer for a large room is long


@contextlib.asynccontextmanager
async def signalling(address: str, host: str) -> AsyncIterator["EmbeddedSignalling"]:
    """Connect to the engine's process (`embedded_host`); peers will bind on `host`."""
    reader, writer = await asyncio.open_unix_connection(address, limit=LINE_LIMIT)
    asking = EmbeddedSignalling(writer, host)
    tasks = Tasks()
    tasks.once("bench reading", asking.read(reader))
    try:
        yield asking
        for room in {room for room, _ in asking.offers}:
            await asking.call("close_room", room)
    finally:
        await tasks.stop()
        writer.close()


class EmbeddedSignalling:
    """Calls of the engine and its events, over the host's socket."""

    def __init__(self, writer: asyncio.StreamWriter, host: str) -> None:
        """Ask through `writer`; peers bind on `host`."""
        self._writer, self.host, self.identity = writer, host, Identity()
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._numbers = itertools.count(1)
        self.restarted = asyncio.Event()
        self.offers: dict[tuple[str, str], asyncio.Queue[dict[str, Any]]] = {}
        self.wanted: dict[tuple[str, str], list[bool]] = {}
        """Which sizes of a seat's picture the engine wants, the smallest first, once it said so."""

    async def open_room(self, number: int, size: int) -> list[Seat]:
        """Open the room's matrix to all, then let everyone join at once."""
        room, names = f"room-{number}", [f"seat-{number}-{i}" for i in range(size)]
        await self.open_audience(room, names)
        joining = [self.take_seat(number, room, name, 2 * (size - 1)) for name in names]
        return list(await asyncio.gather(*joining))

    async def statistics(self) -> dict[str, Any]:
        """Return the engine's counters."""
        counters: dict[str, Any] = await self.call("statistics")
        return counters

    async def open_audience(self, room: str, names: list[str]) -> None:
        """Let everyone in the room receive everyone else's audio and video."""
        kinds = ["audio", "video"]
        matrix = {a: {b: kinds for b in names if b != a} for a in names}
        await self.call("set_audience", room, matrix)

    async def take_seat(self, number: int, room: str, name: str, tracks: int) -> Seat:
        """Join, publish, and receive until the offer holds `tracks` tracks of others."""
        offers = self.offers[room, name] = asyncio.Queue()
        generation = int(await self.call("join", room, name))
        publisher = Peer(self.host, self.identity)
        publisher.accept(await self.call("publish", room, name, generation, publisher.offer()))
        subscriber = Peer(self.host, self.identity)
        await asyncio.gather(
            publisher.connect(), self._follow(offers, generation, subscriber, tracks)
        )
        return Seat(number, publisher, subscriber)

    async def _follow(
        self,
        offers: asyncio.Queue[dict[str, Any]],
        generation: int,
        subscriber: Peer,
        tracks: int,
    ) -> None:
        """Answer offers, connecting at the first, until one holds `tracks` tracks."""
        while True:
            offer = await asyncio.wait_for(offers.get(), ANSWER_WITHIN)
            if offer["generation"] != generation:
                continue  # of somebody who sat here before us
            where = (offer["room"], offer["seat"], generation, offer["version"])
            await self.call("answer", *where, subscriber.answer(offer["sdp"]))
            if subscriber.dtls is None:
                await subscriber.connect()
            if len(offer["tracks"]) >= tracks:
                return

    async def call(self, name: str, *arguments: Any) -> Any:
        """Call a method of the engine."""
        number = next(self._numbers)
        answer: asyncio.Future[Any] = asyncio.Future()
        self._waiting[number] = answer
        line = json.dumps({"number": number, "call": name, "arguments": arguments})
        self._writer.write(line.encode() + b"\n")
        return await asyncio.wait_for(answer, ANSWER_WITHIN)

    async def read(self, reader: asyncio.StreamReader) -> None:
        """Hand answers and offers to whoever waits for them, until cancelled."""
        while line := await reader.readline():
            message = json.loads(line)
            if "number" in message:
                answer = self._waiting.pop(message["number"])
                if answer.done():
                    continue
                if "error" in message:
                    answer.set_exception(RuntimeError(message["error"]))
                else:
                    answer.set_result(message["result"])
            elif message["event"] == "Restarted":
                self.restarted.set()
            elif message["event"] == "Wanted":
                self.wanted[message["room"], message["seat"]] = message["layers"]
            elif message["event"] == "Offered":
                waiting = self.offers.get((message["room"], message["seat"]))
                if waiting is not None:
                    waiting.put_nowait(message)
