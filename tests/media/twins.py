"""The same sender twice, forwarded in Python and by the compiled loop, and fed alike."""

import contextlib
import gc
import random
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pylibsrtp

from rounds.kernel.tasks import Tasks
from rounds.media.sfu import description_writer, native, rtcp
from rounds.media.sfu.counters import Counters
from rounds.media.sfu.description import MediaLine, Offer
from rounds.media.sfu.down_track import DownTrack
from rounds.media.sfu.layer import Layer
from rounds.media.sfu.loop.mux import LoopMux
from rounds.media.sfu.loop.sender import LoopPublisher
from rounds.media.sfu.outgoing import Outgoing
from rounds.media.sfu.packet_map import PacketMap
from rounds.media.sfu.publisher import Publisher
from rounds.media.sfu.sockets import pack_address
from rounds.media.sfu.transport import Transport
from rounds.media.sfu.udp import KEY, UdpMux

VOICE, PLAIN, SMALL, LARGE, REPAIR = 11, 22, 33, 44, 55
"""SSRCs of the sender: a voice, a picture, another in two sizes, repeats of the first."""
KEYS = [bytes((number,)) * 28 for number in range(4)]
WIDE_ID, LEVEL_ID, MID_ID, RID_ID = 4, 2, 1, 5
EXTENSIONS = {
    description_writer.TRANSPORT_WIDE_URI: WIDE_ID,
    description_writer.LEVEL_URI: LEVEL_ID,
    description_writer.MID_URI: MID_ID,
    description_writer.RID_URI: RID_ID,
}


def offer() -> Offer:
    """A voice with redundancy, a picture, and a screen in two sizes whose sources are not named."""
    vp8 = {96: "vp8/90000", 97: "rtx/90000"}
    return Offer(
        media=[
            MediaLine(
                "audio", False, "0", payloads=(111, 63), extensions=EXTENSIONS, sources=[VOICE],
                codecs={111: "opus/48000/2", 63: "red/48000/2"}, formats={63: "111/111"},
            ),
            MediaLine(
                "video", False, "1", payloads=(96, 97), extensions=EXTENSIONS, codecs=vp8,
                sources=[PLAIN], repairs={REPAIR: PLAIN}, formats={97: "apt=96"},
            ),
            MediaLine(
                "video", False, "2", payloads=(96, 97), extensions=EXTENSIONS, codecs=vp8,
                rids=("q", "f"), formats={97: "apt=96"},
            ),
        ]
    )  # fmt: skip


@dataclass
class Receiver:
    """A receiving connection, as far as copies use it."""

    transport: Transport
    outgoing: Outgoing
    counters: Counters


@dataclass
class Twin:
    """One of the two: its port, its sender and the copies for three receivers."""

    mux: UdpMux
    publisher: Publisher
    copies: list[DownTrack] = field(default_factory=list)
    sessions: list[pylibsrtp.Session] = field(default_factory=list)

    def numbers(self) -> dict[str, Any]:
        """Everything that is counted."""
        return {
            **self.mux.counters.report(),
            "sent": self.mux.outgoing.sent,
            "allowance": self.publisher.transport.allowance,
            "arrivals": self.publisher._arrivals.count,
            "layers": [
                (
                    layer.ssrc, layer.newest, layer.forwarded, layer.octets, layer.redundant,
                    layer.timestamp, layer.picture, layer.base, layer.loudness, layer._allowance,
                    layer.losses.received, layer.losses.missed, layer.height, bool(layer.several),
                    layer.gone, [_kept(layer, layer.newest - back) for back in range(8)],
                )
                for track in self.publisher.tracks
                for layer in track.layers
            ],
            "copies": [(copy.layer, copy.sent, copy.octets) for copy in self.copies],
        }  # fmt: skip


def _kept(layer: Layer, index: int) -> bytes:
    """Return a packet of a layer's cache without the time at which it came."""
    packet = layer.cached(index) or b""
    return packet[:17] + packet[20:]


class Twins:
    """Both, with the one sender and the one receiver of datagrams."""

    def __init__(self, tasks: Tasks) -> None:
        self.source, self.sink = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in "12")
        for one in (self.source, self.sink):
            one.bind(("127.0.0.1", 0))
            one.setblocking(False)
        self.sealer = native.session(KEYS[0], native.WAYS[0])
        python = Twin(*self._sender(UdpMux("127.0.0.1", 0, tasks), Publisher))
        loop = Twin(*self._sender(LoopMux("127.0.0.1", 0, tasks), LoopPublisher))
        self.both = (python, loop)
        for twin in self.both:
            self._receivers(twin)

    def close(self) -> None:
        """Give the ports back."""
        for twin in self.both:
            twin.mux._socket.close()
        for one in (self.source, self.sink):
            one.close()
        gc.collect()  # each has megabytes of buffers

    def _sender(self, mux: UdpMux, kind: type[Publisher]) -> tuple[UdpMux, Publisher]:
        publisher = kind("anna", mux, lambda: None, lambda _reason: None)
        publisher.ssrc = 7
        publisher.take(offer())
        transport = publisher.transport
        session = native.session(KEYS[0], native.WAYS[1])
        transport.srtp = session  # type: ignore[assignment]
        transport.inbound = native.SRTP.context(session)
        raw = pack_address(mux._socket.family, self._named(mux, self.source))
        key = KEY.unpack(raw[: KEY.size].ljust(KEY.size, b"\0"))
        mux.adopt(key, transport)
        self._open(mux, transport, KEYS[1])
        return mux, publisher

    def _open(self, mux: UdpMux, transport: Transport, key: bytes) -> None:
        session = native.session(key, native.WAYS[0])
        transport.dtls.kept = session  # type: ignore[attr-defined]
        transport.outbound = native.SRTP.context(session)
        transport.to.set(pack_address(mux._socket.family, self._named(mux, self.sink)))

    @staticmethod
    def _named(mux: UdpMux, one: socket.socket) -> tuple[Any, ...]:
        host, port = one.getsockname()
        return (f"::ffff:{host}", port, 0, 0) if mux.has_ipv6 else (host, port)

    def _receivers(self, twin: Twin) -> None:
        """Two receivers with everything; the second takes no redundant audio."""
        for number in range(2):
            transport = Transport(twin.mux, twin.publisher, 0)
            self._open(twin.mux, transport, KEYS[2 + number])
            receiver = Receiver(transport, twin.mux.outgoing, twin.mux.counters)
            for place, track in enumerate(twin.publisher.tracks):
                copy = DownTrack(track, receiver, "copy")
                copy.ssrc, copy.rtx_ssrc = 100 * number + place + 1, 100 * number + place + 51
                copy._map, copy._rtx_sequence = PacketMap(100 + place), 5
                copy.red = number == 0
                twin.copies.append(copy)

    # --- what is done to both --------------------------------------------------------------------

    def each(self, act: Callable[[Twin], object]) -> list[list[bytes]]:
        """Do the same to both; return what each sent."""
        came: list[list[bytes]] = []
        for twin in self.both:
            act(twin)
            twin.mux.outgoing.flush()
            came.append(self._came())
        return came

    def seal(self, clear: bytes) -> bytes:
        """Encrypt a packet of the sender; as it is, where libsrtp itself refuses to."""
        with contextlib.suppress(pylibsrtp.Error):
            return self.sealer.protect(clear)
        return clear

    def turn(self, datagrams: list[bytes]) -> list[list[bytes]]:
        """Give these datagrams to both; return what each sent."""

        def turn(twin: Twin) -> None:
            for datagram in datagrams:
                self.source.sendto(datagram, ("127.0.0.1", twin.mux.port))
            for _ in range(len(datagrams) // 64 + 1):
                twin.mux._readable()

        return self.each(turn)

    def _came(self) -> list[bytes]:
        came: list[bytes] = []
        with contextlib.suppress(BlockingIOError):
            while True:
                came.append(self.sink.recv(4096))
        return came


class Opener:
    """Decrypts what one twin sent, to compare it but for the time it was sent at."""

    def __init__(self) -> None:
        self.refused = self.opened = 0
        self._sessions = [native.session(key, native.WAYS[1]) for key in KEYS[1:]]

    def clear(self, datagram: bytes) -> bytes:
        """Return the packet; as it was sent, without the tag, where a receiver finds it too old."""
        control = 192 <= datagram[1] <= 223
        self.opened += 1
        for session in self._sessions:
            with contextlib.suppress(pylibsrtp.Error):
                if control:
                    return session.unprotect_rtcp(datagram)
                return _timeless(bytearray(session.unprotect(datagram)))
        self.refused += 1
        return _timeless(bytearray(datagram[:-16]))


def _timeless(packet: bytearray) -> bytes:
    at = 17 if packet[16] == 0x32 else 19
    packet[at : at + 3] = bytes(3)
    return bytes(packet)


class Source:
    """Numbered packets of one stream of the sender."""

    def __init__(
        self, dice: random.Random, ssrc: int, rid: str = "", other: "Source | None" = None
    ) -> None:
        """`other` is another size of the same picture, which has the same frames."""
        self.dice, self.ssrc, self.rid = dice, ssrc, rid
        self.ticks: list[int] = [0] if other is None else other.ticks
        self.sequence = dice.choice((0, 1, 65530, dice.randrange(0x10000)))
        self.start = dice.randrange(1 << 32)
        self.picture, self.base = dice.randrange(0x8000), dice.randrange(256)
        self.wide = 0

    @property
    def timestamp(self) -> int:
        """RTP time of the present frame."""
        return (self.start + self.ticks[0]) & 0xFFFFFFFF

    def report(self) -> bytes:
        """Return the sender's report of its first frame."""
        return rtcp.sender_report(self.ssrc, 1 << 40, self.start, 0, 0)

    def packet(self, payload: bytes, kind: int, sequence: int | None = None) -> bytes:
        """Return the packet with that number, or the next one."""
        if sequence is None:
            sequence, self.sequence = self.sequence, (self.sequence + 1) & 0xFFFF
        self.wide = (self.wide + self.dice.choice((1, 1, 1, 2, 0x7FFF, 0xFFFF))) & 0xFFFF
        extension = bytes((WIDE_ID << 4 | 1,)) + struct.pack("!H", self.wide)
        if self.dice.random() < 0.8:
            extension += bytes((LEVEL_ID << 4, self.dice.randrange(256)))
        if self.rid:
            extension += bytes((MID_ID << 4,)) + b"2" + bytes((RID_ID << 4,)) + self.rid.encode()
        extension += bytes(-len(extension) % 4)
        padded = self.dice.random() < 0.1
        first = 0xB0 if padded else 0x90
        marker = self.dice.choice((0, 0x80))
        head = struct.pack("!BBHII", first, marker | kind, sequence, self.timestamp, self.ssrc)
        head += b"\xbe\xde" + struct.pack("!H", len(extension) // 4) + extension
        return head + payload + (b"\0\0\0\4" if padded else b"")

    def frame(self, key: bool) -> bytes:
        """Return the payload of a frame's first packet, with any kind of descriptor."""
        self.ticks[0] += 3000
        self.picture, self.base = (self.picture + 1) & 0x7FFF, (self.base + 1) & 0xFF
        short = self.dice.random() < 0.2
        number = bytes((self.picture & 0x7F,))
        if not short:
            number = struct.pack("!H", 0x8000 | self.picture)
        parts = self.dice.choice((0xE0, 0xE0, 0x80, 0x40, 0x20, 0))
        descriptor = bytes((0x90, parts)) + (number if parts & 0x80 else b"")
        descriptor += bytes((self.base,)) if parts & 0x40 else b""
        descriptor += b"\x20" if parts & 0x30 else b""
        head = b"\x10\x02\x00\x9d\x01\x2a\x40\x01\xb4\x00" if key else b"\x11\x02\x00"
        return descriptor + head + self.dice.randbytes(self.dice.randrange(1200))

    def red(self) -> bytes:
        """Return a payload of redundant audio, mostly a right one."""
        self.ticks[0] += 960
        own, before = (self.dice.randbytes(self.dice.randrange(0, 90)) for _ in "12")
        heads = b""
        for _ in range(self.dice.choice((0, 1, 1, 1, 9))):
            told = self.dice.choice((len(before), len(before), 1023))
            heads += bytes((0x80 | 111,)) + struct.pack("!I", 960 << 10 | told)[1:]
        return heads + bytes((111,)) + before + own
