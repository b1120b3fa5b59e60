"""Every packet a publisher will send, with its time, encrypted beforehand."""

import secrets
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from rounds.bench import rtcp
from rounds.bench.content import (
    AUDIO_PACKETS_PER_SECOND,
    FRAMES_PER_SECOND,
    OPUS_CLOCK,
    VP8_CLOCK,
    Content,
)
from rounds.bench.description import EXTENSIONS, LEVEL, MID, SEND_TIME, TRANSPORT_WIDE
from rounds.bench.handshake import Handshake
from rounds.bench.peer import Peer

STAMP = b"LAT!"  # before the four-byte number at the end of a frame's last packet
STAMP_SIZE = 8
UNSTAMPED, REPORT = -1, -2  # in place of a stamp's number: other media, RTCP
SPREAD = 0.0004  # seconds between the packets of a frame, about a browser's pacer
MID_FOR = 25  # packets of a stream that still carry the mid, as until a browser's first report
SPEAKING = 0x9E  # voice activity, -30 dBov (RFC 6464)
VIDEO_REPORT_EVERY, AUDIO_REPORT_EVERY = 1.0, 5.0  # seconds, as Chromium


class Sending(NamedTuple):
    """A datagram of the plan: due at `due` s; `stamp` numbers it for latency."""

    due: float
    peer: Peer
    datagram: bytes
    stamp: int


class Packet(NamedTuple):
    """A media packet before encryption."""

    due: float
    video: bool
    time: int  # in units of its clock since the stream's start
    marker: bool
    payload: bytes


@dataclass
class Stamps:
    """When stamped packets left, and what they carry, by number."""

    sent: list[float] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)

    def add(self, payload: bytes) -> tuple[int, bytes]:
        """Number a payload; returns the number and the payload that carries it."""
        number = len(self.sent)
        stamped = payload[:-STAMP_SIZE] + STAMP + struct.pack("!I", number)
        self.sent.append(0.0)
        self.payloads.append(stamped)
        return number, stamped


@dataclass
class Stream:
    """Counters of one outgoing stream."""

    ssrc: int
    payload_type: int
    mid: bytes
    clock: int
    sequence: int = field(default_factory=lambda: secrets.randbits(14))
    origin: int = field(default_factory=lambda: secrets.randbits(30))
    packets: int = 0
    octets: int = 0


def packets(media: Content, seconds: float, phase: float) -> Iterator[Packet]:
    """Yield the media of `seconds`, beginning with a key frame; `phase` shifts it, in s."""
    for number in range(int(seconds * FRAMES_PER_SECOND)):
        frame = media.video[number % len(media.video)]
        at = phase + number / FRAMES_PER_SECOND
        for part, payload in enumerate(frame):
            last = part == len(frame) - 1
            clock = number * VP8_CLOCK // FRAMES_PER_SECOND
            yield Packet(at + part * SPREAD, True, clock, last, payload)
    for number in range(int(seconds * AUDIO_PACKETS_PER_SECOND)):
        payload = media.audio[number % len(media.audio)]
        clock = number * OPUS_CLOCK // AUDIO_PACKETS_PER_SECOND
        at = phase / 2 + number / AUDIO_PACKETS_PER_SECOND
        yield Packet(at, False, clock, False, payload)


class Planner:
    """Writes RTP and RTCP for one publisher."""

    def __init__(self, peer: Peer, dtls: Handshake, types: tuple[int, int], stamps: Stamps) -> None:
        """`types` are the agreed numbers of Opus and VP8."""
        self._peer, self._protect, self._stamps = peer, dtls.outgoing, stamps
        self.audio = Stream(peer.audio, types[0], b"0", OPUS_CLOCK)
        self.video = Stream(peer.video, types[1], b"1", VP8_CLOCK)
        self._transport_sequence = 0
        self._agreed = {
            section.kind == "video": {uri: EXTENSIONS[uri] for uri in section.extensions}
            for section in peer.remote.sections
        }

    def plan(self, media: Content, seconds: float, phase: float) -> list[Sending]:
        """Return all datagrams of the run in order of time."""
        reports = {True: phase + 0.5, False: phase + 0.5}
        every = {True: VIDEO_REPORT_EVERY, False: AUDIO_REPORT_EVERY}
        start = time.time()
        sendings = []
        for packet in sorted(packets(media, seconds, phase), key=lambda p: p.due):
            sendings.append(self._media(packet))
            if packet.due >= reports[packet.video]:
                reports[packet.video] += every[packet.video]
                sendings.append(self._report(packet, start))
        return sendings

    def _media(self, packet: Packet) -> Sending:
        stamp, payload = UNSTAMPED, packet.payload
        if packet.video and packet.marker and len(payload) > 4 * STAMP_SIZE:
            stamp, payload = self._stamps.add(payload)
        stream = self.video if packet.video else self.audio
        plain = self.write(stream, packet, payload)
        stream.packets += 1
        stream.octets += len(payload)
        return Sending(packet.due, self._peer, self._protect.protect(plain), stamp)

    def write(self, stream: Stream, packet: Packet, payload: bytes) -> bytes:
        """Write the next RTP packet of `stream` (RFC 3550 5.1, one-byte extensions RFC 8285)."""
        extensions = self._extensions(stream, packet)
        header = struct.pack(
            "!BBHII",
            0x90,
            packet.marker << 7 | stream.payload_type,
            stream.sequence,
            stream.origin + packet.time & 0xFFFFFFFF,
            stream.ssrc,
        )
        stream.sequence = stream.sequence + 1 & 0xFFFF
        words = struct.pack("!HH", 0xBEDE, len(extensions) // 4)
        return header + words + extensions + payload

    def _extensions(self, stream: Stream, packet: Packet) -> bytes:
        agreed = self._agreed[packet.video]
        values = {SEND_TIME: (int(packet.due * (1 << 18)) & 0xFFFFFF).to_bytes(3, "big")}
        if TRANSPORT_WIDE in agreed:
            values[TRANSPORT_WIDE] = struct.pack("!H", self._transport_sequence)
            self._transport_sequence = self._transport_sequence + 1 & 0xFFFF
        if not packet.video:
            values[LEVEL] = bytes([SPEAKING])
        if stream.packets < MID_FOR:
            values[MID] = stream.mid
        body = b"".join(
            bytes([number << 4 | len(values[uri]) - 1]) + values[uri]
            for uri, number in agreed.items()
            if uri in values
        )
        return body + bytes(-len(body) % 4)

    def _report(self, packet: Packet, start: float) -> Sending:
        stream = self.video if packet.video else self.audio
        report = rtcp.sender_report(
            stream.ssrc,
            start + packet.due,
            stream.origin + packet.time,
            (stream.packets, stream.octets),
        )
        return Sending(packet.due, self._peer, self._protect.protect_rtcp(report), REPORT)
