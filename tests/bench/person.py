"""One person in a live call: sends media, answers key frame requests, notes what arrives when."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from pylibsrtp import Error

from rounds.bench import rtcp
from rounds.bench.content import AUDIO_PACKETS_PER_SECOND, FRAMES_PER_SECOND, Content
from rounds.bench.embedded_rooms import EmbeddedSignalling
from rounds.bench.handshake import Handshake
from rounds.bench.peer import Peer
from rounds.bench.plan import Packet, Planner, Stamps
from rounds.bench.seats import payload_types
from tests.bench.repair import Received, Repairer, Resender, asked_for
from tests.media.impairment.way import Way

VP8_DESCRIPTOR = 4  # bytes, as this bench writes it; the frame's first bit tells a key frame
ASK_EVERY = 0.01  # seconds between looks at what is missing


class Person:
    """Joins, sends, receives.

    `heard` and `seen` are when each other person's media first came, `last` when any last did.
    """

    def __init__(
        self,
        engine: EmbeddedSignalling,
        room: str,
        name: str,
        media: Content,
        ways: tuple[Way, Way] | None = None,
        repairs: bool = False,
    ) -> None:
        """Prepare two connections over the same ways up and down; ICE and DTLS pass untouched.

        `repairs`: answers NACKs and sends them.
        """
        self._up_way, self._down_way = ways or (Way(0), Way(0))
        self._repairs = repairs
        self._resender: Resender | None = None
        self.repairers: dict[str, Repairer] = {}
        self._gone = False
        self._engine, self._room, self.name, self._media = engine, room, name, media
        self._up = Peer(engine.host, engine.identity)
        self._down = Peer(engine.host, engine.identity)
        self._wanted = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.tracks: dict[int, tuple[str, str]] = {}
        self.heard: dict[str, float] = {}
        self.seen: dict[str, float] = {}
        self.last: dict[str, float] = {}
        self._arrived = asyncio.Event()

    async def join(self) -> None:
        """Take the seat; sending and receiving begin by themselves."""
        offers = self._engine.offers[self._room, self.name] = asyncio.Queue()
        generation = int(await self._engine.call("join", self._room, self.name))
        self._tasks = [asyncio.ensure_future(self._receive(offers, generation))]
        offer = self._up.offer()
        self._up.accept(
            await self._engine.call("publish", self._room, self.name, generation, offer)
        )
        self._tasks.append(asyncio.ensure_future(self._send()))

    async def leave(self) -> None:
        """Give the seat back."""
        await self._engine.call("leave", self._room, self.name)
        await self.forget()

    async def forget(self) -> None:
        """Stop without a word, as a browser whose page is gone; faults until here are raised."""
        self._gone = True
        for task in self._tasks:
            task.cancel()
        results = await asyncio.gather(*self._tasks, return_exceptions=True)
        for peer in (self._up, self._down):
            asyncio.get_running_loop().remove_reader(peer.socket.fileno())
            peer.close()
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def receives(self, name: str) -> None:
        """Wait until audio and a key frame of that person were decrypted."""
        await self.hears(name)
        while name not in self.seen:
            self._arrived.clear()
            await self._arrived.wait()

    async def hears(self, name: str) -> None:
        """Wait until audio of that person was decrypted."""
        while name not in self.heard:
            self._arrived.clear()
            await self._arrived.wait()

    async def _send(self) -> None:
        dtls = await self._up.connect()
        self._listen(self._up, dtls, self._feedback)
        planner = Planner(self._up, dtls, payload_types(self._up.remote), Stamps())
        if self._repairs:
            videos = next(s for s in self._up.remote.sections if s.kind == "video")
            again = videos.payload_type("rtx/90000")
            self._resender = Resender(planner, self._up.rtx, again)
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._send_audio(planner, dtls, began))
            group.create_task(self._send_video(planner, dtls, began))

    async def _send_audio(self, planner: Planner, dtls: Handshake, began: float) -> None:
        for number in itertools.count():
            payload = self._media.audio[number % len(self._media.audio)]
            packet = Packet(number / AUDIO_PACKETS_PER_SECOND, False, number * 960, False, payload)
            plain = planner.write(planner.audio, packet, payload)
            self._give(self._up, dtls.outgoing.protect(plain))
            await _until(began + (number + 1) / AUDIO_PACKETS_PER_SECOND)

    async def _send_video(self, planner: Planner, dtls: Handshake, began: float) -> None:
        shown = 0
        for number in itertools.count():
            if self._wanted.is_set():
                self._wanted.clear()
                shown = 0  # the content's only key frame
            frame = self._media.video[shown % len(self._media.video)]
            for part, payload in enumerate(frame):
                last = part == len(frame) - 1
                packet = Packet(number / FRAMES_PER_SECOND, True, number * 3000, last, payload)
                if self._resender is not None:
                    self._resender.keep(planner.video.sequence, packet, payload)
                plain = planner.write(planner.video, packet, payload)
                self._give(self._up, dtls.outgoing.protect(plain))
            shown += 1
            await _until(began + (number + 1) / FRAMES_PER_SECOND)

    async def _receive(self, offers: asyncio.Queue[dict[str, Any]], generation: int) -> None:
        while True:
            offer = await offers.get()
            if offer["generation"] != generation:
                continue  # of somebody who sat here before us
            where = (offer["room"], offer["seat"], offer["generation"], offer["version"])
            sdp = self._down.answer(offer["sdp"])
            seats = {track["mid"]: track["seat"] for track in offer["tracks"]}
            for section in self._down.remote.sections:
                for ssrc, kind in zip(section.ssrcs, (section.kind, "again"), strict=False):
                    self.tracks[ssrc] = (seats.get(section.mid, ""), kind)
            await self._engine.call("answer", *where, sdp)
            if self._down.dtls is None:
                dtls = await self._down.connect()
                self._listen(self._down, dtls, self._arrival)
                if self._repairs:
                    self._tasks.append(asyncio.ensure_future(self._ask(dtls)))

    def _give(self, peer: Peer, datagram: bytes) -> None:
        def send() -> None:
            if not self._gone:
                peer.send(datagram)

        _carry(self._up_way, len(datagram), send)

    async def _ask(self, dtls: Handshake) -> None:
        while True:
            await asyncio.sleep(ASK_EVERY)
            for repairer in self.repairers.values():
                nack = repairer.ask(time.perf_counter(), self._down.video)
                if nack is not None:
                    self._give(self._down, dtls.outgoing.protect_rtcp(nack))

    def _listen(
        self, peer: Peer, dtls: Handshake, take: Callable[[Handshake, bytes], None]
    ) -> None:
        def readable() -> None:
            with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
                while datagram := peer.socket.recv(2048):
                    if 128 <= datagram[0] < 192:
                        _carry(self._down_way, len(datagram), partial(take, dtls, datagram))
                    else:
                        peer.take(datagram)

        for datagram in peer.early:
            _carry(self._down_way, len(datagram), partial(take, dtls, datagram))
        peer.early.clear()
        asyncio.get_running_loop().add_reader(peer.socket.fileno(), readable)
        readable()

    def _feedback(self, dtls: Handshake, datagram: bytes) -> None:
        with contextlib.suppress(Error):
            for name, part in rtcp.parts(dtls.incoming.unprotect_rtcp(datagram)):
                if name in ("pli", "fir"):
                    self._wanted.set()
                elif name == "nack" and self._resender is not None:
                    for again in self._resender.answer(asked_for(part)):
                        self._give(self._up, dtls.outgoing.protect(again))

    def _arrival(self, dtls: Handshake, datagram: bytes) -> None:
        if 192 <= datagram[1] <= 223:
            return
        seat, kind = self.tracks.get(int.from_bytes(datagram[8:12], "big"), ("", ""))
        if not seat:
            return
        now = self.last[seat] = time.perf_counter()
        if kind != "audio":
            self._keep_account(dtls, datagram, seat, kind == "again")
        first = self.heard if kind == "audio" else self.seen
        if kind == "again" or seat in first:
            return
        with contextlib.suppress(Error):
            payload = _payload(dtls.incoming.unprotect(datagram))
            begins = payload[0] & 0x10 and not payload[VP8_DESCRIPTOR] & 1
            if kind == "audio" or begins:
                first[seat] = now
                self._arrived.set()

    def _keep_account(self, dtls: Handshake, datagram: bytes, seat: str, again: bool) -> None:
        """Note which packets of a video came, by themselves or as RTX with the number inside."""
        sequence = int.from_bytes(datagram[2:4], "big")
        if again:
            try:
                sequence = int.from_bytes(_payload(dtls.incoming.unprotect(datagram))[:2], "big")
            except Error:
                return
        if seat not in self.repairers:
            of_seat = (ssrc for ssrc, track in self.tracks.items() if track == (seat, "video"))
            self.repairers[seat] = Repairer(next(of_seat))
        stamp = int.from_bytes(datagram[4:8], "big")
        packet = Received(stamp, bool(datagram[1] & 0x80), self.last[seat])
        self.repairers[seat].arrived(sequence, packet, again)


def _carry(way: Way, size: int, arrive: Callable[[], None]) -> None:
    """Call `arrive` when the way has carried a datagram of that size, or never."""
    loop = asyncio.get_running_loop()
    now = loop.time()
    at = way.carry(size, now)
    if at is None:
        return
    if at > now:
        loop.call_at(at, arrive)
    else:
        arrive()


def _payload(plain: bytes) -> bytes:
    """Return what stands behind header and extensions."""
    start = 12 + (4 + 4 * int.from_bytes(plain[14:16], "big") if plain[0] & 0x10 else 0)
    return plain[start:]


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.perf_counter()))
