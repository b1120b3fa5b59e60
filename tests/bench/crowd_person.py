"""One person of a crowd: a voice, a picture in two sizes, and a page that looks at the others'."""

import asyncio
import contextlib
import itertools
import secrets
import struct
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pylibsrtp import Error

from rounds.bench import description, rtcp
from rounds.bench.content import AUDIO_PACKETS_PER_SECOND, FRAMES_PER_SECOND, Content
from rounds.bench.embedded_rooms import EmbeddedSignalling
from rounds.bench.handshake import Handshake
from rounds.bench.peer import Peer
from rounds.bench.plan import MID_FOR, STAMP, STAMP_SIZE, Stamps
from rounds.bench.receiver import Receiver, Tally
from tests.media.layered import MID_ID, RID_ID, RIDS, in_sizes

LEVEL_ID, SEND_TIME_ID, WIDE_ID = 2, 3, 4
OPUS, RED, VP8 = description.OPUS, description.RED, description.VP8
SPEAKING, MURMUR, SILENCE = 0x80 | 30, 65, 127
"""Audio levels (RFC 6464): a voice, a room that is heard and does not speak, nothing."""
VOICE_STEP, FRAME_STEP = 960, 3000
SILENT_EVERY = 20
"""Packets of 20 ms per packet of a silent browser (DTX, RFC 7587 §3.1.3)."""
COMPARED = 24
"""Bytes at a frame's end that must be what was sent; its begin has numbers that a copy changes."""
LATE, PUT_OFF = 0.02, 0.1  # seconds behind the plan that are told, and that are made good
BATCH = 32  # datagrams received at once
REPORT_EVERY, VOICE_REPORT_EVERY, CHECK_EVERY = 1.0, 5, 2.5  # seconds, as Chromium


@dataclass(frozen=True, slots=True)
class Frame:
    """What somebody sent: whose picture in which size, the end of its last packet, and when."""

    name: str
    rid: str
    end: bytes
    at: float


@dataclass(slots=True)
class Out:
    """One outgoing stream."""

    kind: int
    mid: bytes
    rid: bytes = b""
    ssrc: int = field(default_factory=lambda: secrets.randbits(31) | 1)
    sequence: int = field(default_factory=lambda: secrets.randbits(14))
    origin: int = field(default_factory=lambda: secrets.randbits(30))
    time: int = 0
    packets: int = 0
    octets: int = 0

    def write(self, payload: bytes, last: bool, wide: int, level: int | None = None) -> bytes:
        """Write the next packet (RFC 3550 §5.1, one-byte extensions of RFC 8285)."""
        send_time = int(time.time() * (1 << 18)) & 0xFFFFFF
        values = [(SEND_TIME_ID, send_time.to_bytes(3, "big")), (WIDE_ID, struct.pack("!H", wide))]
        if level is not None:
            values.append((LEVEL_ID, bytes((level,))))
        if self.packets < MID_FOR:
            values.append((MID_ID, self.mid))
            values += [(RID_ID, self.rid)] if self.rid else []
        block = b"".join(bytes((number << 4 | len(one) - 1,)) + one for number, one in values)
        block += bytes(-len(block) % 4)
        head = struct.pack(
            "!BBHIIHH", 0x90, last << 7 | self.kind, self.sequence,
            self.origin + self.time & 0xFFFFFFFF, self.ssrc, 0xBEDE, len(block) // 4,
        )  # fmt: skip
        self.sequence = self.sequence + 1 & 0xFFFF
        self.packets += 1
        self.octets += len(payload)
        return head + block + payload

    def report(self) -> bytes:
        """Write its sender report."""
        moment = self.origin + self.time & 0xFFFFFFFF
        return rtcp.sender_report(self.ssrc, time.time(), moment, (self.packets, self.octets))


class Looker(Receiver):
    """The receiving side; knows whose picture came in which size, and since when."""

    def __init__(self, peer: Peer, dtls: Handshake, ledger: list[Frame], tally: Tally) -> None:
        """Compare what comes with `ledger`."""
        super().__init__(peer, dtls.incoming, dtls.outgoing, Stamps(), tally)
        self._ledger = ledger
        self.seats: dict[int, str] = {}
        """Whose track it is, by SSRC."""
        self.sizes: dict[str, str] = {}
        self.since: dict[str, float] = {}
        self.strange = 0

    def _check(self, datagram: bytes, now: float) -> None:
        self._tally.checked += 1
        try:
            plain = self._incoming.unprotect(datagram)
        except Error:
            self._tally.corrupt += 1
            return
        if plain[-STAMP_SIZE:-4] != STAMP:
            return  # too small to be numbered
        number = int.from_bytes(plain[-4:], "big")
        frame = self._ledger[number] if number < len(self._ledger) else None
        seat = self.seats.get(int.from_bytes(datagram[8:12], "big"))
        if seat is None:
            return  # the offer that names it is still being answered
        if frame is None or not plain.endswith(frame.end) or frame.name != seat:
            self.strange += 1
            return
        self._tally.latencies.append(now - frame.at)
        if self.sizes.get(seat) != frame.rid:
            self.sizes[seat], self.since[seat] = frame.rid, now


class Member:
    """Joins, sends what is wanted, looks; `speaks` and `murmurs` may be changed at any time."""

    def __init__(
        self,
        engine: EmbeddedSignalling,
        room: str,
        name: str,
        media: Mapping[str, Content],
        ledger: list[Frame],
        tally: Tally,
    ) -> None:
        """Send `media`, by size; write every frame in `ledger`."""
        self._engine, self._room, self.name = engine, room, name
        self._media, self._ledger, self._tally = media, ledger, tally
        self.speaks = self.murmurs = False
        self._up = Peer(engine.host, engine.identity)
        self._down = Peer(engine.host, engine.identity)
        self._voice = Out(RED, b"0")
        self.pictures = {rid: Out(VP8, b"1", rid.encode()) for rid in RIDS}
        self.asked: Counter[str] = Counter()
        """Key frames asked of each size."""
        self._shown: dict[str, int | None] = dict.fromkeys(RIDS)
        self._wide = 0
        self._generation = 0
        self.sent = self.late = 0
        self.looker: Looker | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def join(self) -> None:
        """Take the seat and connect both ways; sending begins by itself."""
        offers = self._engine.offers[self._room, self.name] = asyncio.Queue()
        self._generation = int(await self._engine.call("join", self._room, self.name))
        self._tasks = [asyncio.ensure_future(self._follow(offers))]
        offer = description.offer(
            self._up.local, self._voice.ssrc, self._up.video, self._up.rtx, red=True
        )
        where = self._room, self.name, self._generation
        self._up.accept(await self._engine.call("publish", *where, in_sizes(offer)))
        dtls = await self._up.connect()
        self._listen(self._up, dtls, lambda _datagram: None, self._feedback)
        for work in (self._say(dtls), self._show(dtls), self._report(dtls), self._consent()):
            self._tasks.append(asyncio.ensure_future(work))

    async def look(self, heights: Mapping[str, int]) -> None:
        """Tell how high each other's picture stands on the page."""
        sights = [
            {"seat": seat, "kind": "video", "height": height} for seat, height in heights.items()
        ]
        await self._engine.call("look", self._room, self.name, self._generation, sights)

    @property
    def wanted(self) -> list[bool]:
        """Which sizes the engine wants; a browser begins with the large one."""
        return self._engine.wanted.get((self._room, self.name), [False, True])

    async def leave(self) -> None:
        """Give the seat back; faults until here are raised."""
        while running := [task for task in self._tasks if not task.done()]:
            for task in running:
                task.cancel()
            # An answer that comes in this very moment takes the cancellation away with it.
            await asyncio.wait(running, timeout=0.1)
        results = await asyncio.gather(*self._tasks, return_exceptions=True)
        for peer in (self._up, self._down):
            asyncio.get_running_loop().remove_reader(peer.socket.fileno())
            peer.close()
        await self._engine.call("leave", self._room, self.name)
        for result in results:
            if isinstance(result, Exception):
                raise result

    # --- sends -----------------------------------------------------------------------------------

    async def _say(self, dtls: Handshake) -> None:
        began, voices, before = time.perf_counter(), self._media[RIDS[0]].audio, b""
        number = 0
        while True:
            heard = self.speaks or self.murmurs
            if heard or number % SILENT_EVERY == 0:
                own = voices[number % len(voices)] if heard else b"\x78\x00\x00"
                repeated = before if heard else b""
                head = struct.pack("!BI", 0x80 | OPUS, VOICE_STEP << 10 | len(repeated))
                head = head[:1] + head[2:] if repeated else b""
                level = SPEAKING if self.speaks else MURMUR if self.murmurs else SILENCE
                payload = head + bytes((OPUS,)) + repeated + own
                self._give(dtls, self._voice.write(payload, False, self._next_wide(), level))
                before = own if heard else b""
            number += 1
            self._voice.time = number * VOICE_STEP
            began += await self._until(began + number / AUDIO_PACKETS_PER_SECOND)

    async def _show(self, dtls: Handshake) -> None:
        began, number = time.perf_counter(), 0
        while True:
            for rid, wanted in zip(RIDS, self.wanted, strict=True):
                if not wanted:
                    self._shown[rid] = None
                    continue
                shown = self._shown[rid] or 0  # what was not wanted begins with a key frame
                self._frame(dtls, rid, shown)
                self._shown[rid] = shown + 1
            number += 1
            for out in self.pictures.values():
                out.time = number * FRAME_STEP
            began += await self._until(began + number / FRAMES_PER_SECOND)

    def _frame(self, dtls: Handshake, rid: str, number: int) -> None:
        frame, out = self._media[rid].video, self.pictures[rid]
        parts = frame[number % len(frame)]
        for payload in parts[:-1]:
            self._give(dtls, out.write(payload, False, self._next_wide()))
        self._give(dtls, out.write(self._stamped(rid, parts[-1]), True, self._next_wide()))

    def _stamped(self, rid: str, payload: bytes) -> bytes:
        """Number a frame's last packet, if it has room for that."""
        if len(payload) <= COMPARED:
            return payload
        payload = payload[:-STAMP_SIZE] + STAMP + struct.pack("!I", len(self._ledger))
        self._ledger.append(Frame(self.name, rid, payload[-COMPARED:], time.perf_counter()))
        return payload

    def _next_wide(self) -> int:
        self._wide = self._wide + 1 & 0xFFFF
        return self._wide

    def _give(self, dtls: Handshake, packet: bytes) -> None:
        self._up.send(dtls.outgoing.protect(packet))
        self.sent += 1

    async def _until(self, moment: float) -> float:
        """Wait; return by how much the plan is to be put off, for a browser makes nothing up."""
        behind = time.perf_counter() - moment
        self.late += behind > LATE
        await asyncio.sleep(max(0.0, -behind))
        return max(0.0, behind - PUT_OFF)

    # --- hears and tells -------------------------------------------------------------------------

    async def _follow(self, offers: "asyncio.Queue[dict[str, Any]]") -> None:
        while True:
            offer = await offers.get()
            if offer["generation"] != self._generation:
                continue
            where = self._room, self.name, self._generation, offer["version"]
            await self._engine.call("answer", *where, self._down.answer(offer["sdp"]))
            if self.looker is None:
                dtls = await self._down.connect()
                self.looker = Looker(self._down, dtls, self._ledger, self._tally)
                self._listen(self._down, dtls, self.looker.rtp, self.looker.rtcp)
            seats = {track["mid"]: track["seat"] for track in offer["tracks"]}
            self.looker.seats = {
                section.ssrcs[0]: seats[section.mid]
                for section in self._down.remote.sections
                if section.mid in seats
            }

    def _listen(
        self,
        peer: Peer,
        dtls: Handshake,
        media: Callable[[memoryview], None],
        control: Callable[[bytes], None],
    ) -> None:
        buffer = bytearray(2048)
        view = memoryview(buffer)

        def take(size: int) -> None:
            if not 128 <= buffer[0] < 192:
                peer.take(bytes(view[:size]))
            elif 192 <= buffer[1] <= 223:
                control(bytes(view[:size]))
            else:
                media(view[:size])

        def readable() -> None:
            with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
                for _ in range(BATCH):  # then everybody else has a turn
                    if size := peer.socket.recv_into(buffer):
                        take(size)

        for datagram in peer.early:
            buffer[: len(datagram)] = datagram
            take(len(datagram))
        peer.early.clear()
        asyncio.get_running_loop().add_reader(peer.socket.fileno(), readable)

    def _feedback(self, datagram: bytes) -> None:
        dtls = self._up.dtls
        with contextlib.suppress(Error):
            if dtls is None:
                return
            for name, part in rtcp.parts(dtls.incoming.unprotect_rtcp(datagram)):
                self._tally.feedback["up " + name] += 1
                if name == "pli":
                    about = int.from_bytes(part[8:12], "big")
                    for rid, out in self.pictures.items():
                        if out.ssrc == about:
                            self.asked[rid] += 1
                            self._shown[rid] = 0  # the content's only key frame

    async def _report(self, dtls: Handshake) -> None:
        for second in itertools.count():
            await asyncio.sleep(REPORT_EVERY)
            for out in (self._voice, *self.pictures.values()):
                if out.packets:
                    self._up.send(dtls.outgoing.protect_rtcp(out.report()))
            if self.looker is not None:
                self.looker.report(video=True)
                if second % VOICE_REPORT_EVERY == 0:
                    self.looker.report(video=False)

    async def _consent(self) -> None:
        while True:
            await asyncio.sleep(CHECK_EVERY)
            for peer in (self._up, self._down):
                peer.check()
