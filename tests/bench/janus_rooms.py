"""Janus as a target: rooms of its video room plug-in, asked for over its WebSocket."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from rounds.bench.handshake import Identity
from rounds.bench.peer import Peer
from rounds.bench.seats import Seat

ANSWER_WITHIN = 15.0  # seconds, for one request
PLUGIN = "janus.plugin.videoroom"
RATE_CAP = 3_000_000  # bit/s announced to publishers; above what is sent, so it never acts
NO_SUCH_FEED = 428


class NoSuchFeedError(Exception):
    """Janus does not know this publisher, or not yet."""


@contextlib.asynccontextmanager
async def signalling(address: str, host: str) -> AsyncIterator["JanusSignalling"]:
    """Connect to Janus; its peers will bind on `host`."""
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(address, protocols=("janus-protocol",)) as socket,
    ):
        asking = JanusSignalling(socket, host)
        reader = asyncio.ensure_future(asking.read())
        try:
            await asking.begin()
            yield asking
        finally:
            reader.cancel()


class JanusSignalling:
    """The WebSocket interface of the video room plug-in, as far as the load needs it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, host: str) -> None:
        """Ask through `socket`; peers bind on `host`."""
        self._socket, self._host, self._identity = socket, host, Identity()
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = itertools.count(1)
        self._session = 0
        self._controller = 0

    async def begin(self) -> None:
        """Create the session and a handle for making rooms."""
        self._session = (await self._call(janus="create"))["data"]["id"]
        self._controller = await self._attach()

    async def open_room(self, number: int, size: int) -> list[Seat]:
        """Create a room, let all publish, then let each subscribe to all others."""
        room = 1000 + number
        await self._message(
            self._controller,
            {
                "request": "create",
                "room": room,
                "publishers": size,
                "bitrate": RATE_CAP,
                "videocodec": "vp8",
                "audiocodec": "opus",
                "audiolevel_event": False,
                "fir_freq": 0,
                "transport_wide_cc_ext": True,
            },
        )
        published = [await self._publish(room) for _ in range(size)]
        feeds = [feed for _, feed in published]
        seats = []
        for publisher, mine in published:
            subscriber = await self._subscribe(room, [feed for feed in feeds if feed != mine])
            seats.append(Seat(number, publisher, subscriber))
        return seats

    async def statistics(self) -> dict[str, Any]:
        """Return nothing: Janus does not count batches."""
        return {}

    async def _publish(self, room: int) -> tuple[Peer, int]:
        handle, peer = await self._attach(), Peer(self._host, self._identity)
        joined = await self._message(
            handle, {"request": "join", "ptype": "publisher", "room": room, "display": "bench"}
        )
        jsep = {"type": "offer", "sdp": peer.offer()}
        answered = await self._message(handle, {"request": "publish"}, jsep)
        peer.accept(answered["jsep"]["sdp"])
        await peer.connect()
        return peer, int(joined["plugindata"]["data"]["id"])

    async def _subscribe(self, room: int, feeds: list[int]) -> Peer:
        handle, peer = await self._attach(), Peer(self._host, self._identity)
        streams = [{"feed": feed} for feed in feeds]
        body = {"request": "join", "ptype": "subscriber", "room": room, "streams": streams}
        offered: dict[str, Any] = {}
        async with asyncio.timeout(ANSWER_WITHIN):
            while not offered:
                try:
                    offered = await self._message(handle, body)
                except NoSuchFeedError:
                    await asyncio.sleep(
                        0.05
                    )  # Janus has not yet seen the publisher's media come up
        jsep = {"type": "answer", "sdp": peer.answer(offered["jsep"]["sdp"])}
        await self._message(handle, {"request": "start"}, jsep)
        await peer.connect()
        return peer

    async def _attach(self) -> int:
        return int((await self._call(janus="attach", plugin=PLUGIN))["data"]["id"])

    async def _message(
        self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None = None
    ) -> dict[str, Any]:
        request: dict[str, Any] = {"janus": "message", "handle_id": handle, "body": body}
        if jsep is not None:
            request["jsep"] = jsep
        return await self._call(**request)

    async def _call(self, **request: Any) -> dict[str, Any]:
        transaction = f"t{next(self._numbers)}"
        answer: asyncio.Future[dict[str, Any]] = asyncio.Future()
        self._waiting[transaction] = answer
        if self._session:
            request["session_id"] = self._session
        await self._socket.send_str(json.dumps(request | {"transaction": transaction}))
        reply = await asyncio.wait_for(answer, ANSWER_WITHIN)
        said = reply.get("plugindata", {}).get("data", {})
        if said.get("error_code") == NO_SUCH_FEED:
            raise NoSuchFeedError
        if reply["janus"] == "error" or "error" in said:
            raise RuntimeError(f"Janus refused {request.get('body', request)}: {reply}")
        return reply

    async def read(self) -> None:
        """Hand replies to whoever waits for them, until cancelled."""
        async for message in self._socket:
            reply: dict[str, Any] = json.loads(message.data)
            answer = self._waiting.get(reply.get("transaction", ""))
            if reply["janus"] != "ack" and answer is not None and not answer.done():
                answer.set_result(reply)
