"""RTCP as a browser's receiver and sender write it (RFC 3550 section 6, REMB draft)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

SENDER_REPORT, RECEIVER_REPORT, DESCRIPTION = 200, 201, 202
TRANSPORT_FEEDBACK, PAYLOAD_FEEDBACK = 205, 206
NTP_EPOCH = 2_208_988_800  # seconds between 1900 and 1970
# What the counters of the report call a packet, by type and format (RFC 4585, RFC 5104).
NAMES = {
    (TRANSPORT_FEEDBACK, 1): "nack",
    (TRANSPORT_FEEDBACK, 15): "transport-cc",
    (PAYLOAD_FEEDBACK, 1): "pli",
    (PAYLOAD_FEEDBACK, 4): "fir",
    (PAYLOAD_FEEDBACK, 15): "remb",
}
PLAIN_NAMES = {SENDER_REPORT: "sr", RECEIVER_REPORT: "rr", DESCRIPTION: "sdes", 203: "bye"}


@dataclass
class Reception:
    """What a receiver knows of one stream; `cycles` counts wraps of the sequence number."""

    video: bool
    first: int
    highest: int
    cycles: int = 0
    received: int = 0
    reported: int = 0
    reported_lost: int = 0
    report_time: int = 0  # middle 32 bits of the last sender report's NTP time
    report_arrival: float = 0.0  # our clock

    def note(self, sequence: int) -> None:
        """Count a packet."""
        ahead = (sequence - self.highest) & 0xFFFF
        if ahead < 0x8000:
            if sequence < self.highest:
                self.cycles += 1
            self.highest = sequence
        self.received += 1

    @property
    def extended(self) -> int:
        """The extended highest sequence number."""
        return (self.cycles << 16 | self.highest) & 0xFFFFFFFF

    @property
    def lost(self) -> int:
        """Packets missing since the first."""
        return max(0, (self.cycles << 16) + self.highest - self.first + 1 - self.received)


def block(ssrc: int, stream: Reception, now: float) -> bytes:
    """Write a report block about `stream` and begin its next interval."""
    missing = stream.lost - stream.reported_lost
    expected = stream.received - stream.reported + missing
    fraction = min(255, missing * 256 // expected) if expected > 0 and missing > 0 else 0
    stream.reported, stream.reported_lost = stream.received, stream.lost
    delay = int((now - stream.report_arrival) * 65536) if stream.report_time else 0
    # Jitter is written as 1 ms of the video clock: neither target acts on it.
    return struct.pack(
        "!IIIIII",
        ssrc,
        fraction << 24 | min(stream.lost, 0x7FFFFF),
        stream.extended,
        90,
        stream.report_time,
        delay & 0xFFFFFFFF,
    )


def receiver_report(sender: int, blocks: list[bytes]) -> bytes:
    """Write an RR with up to 31 blocks."""
    return _packet(len(blocks), RECEIVER_REPORT, struct.pack("!I", sender) + b"".join(blocks))


def remb(sender: int, bits_per_second: int, about: list[int]) -> bytes:
    """Write a receiver's estimate (draft-alvestrand-rmcat-remb-03 section 2.2)."""
    exponent = max(0, bits_per_second.bit_length() - 18)
    value = len(about) << 24 | exponent << 18 | bits_per_second >> exponent
    body = struct.pack(f"!II4sI{len(about)}I", sender, 0, b"REMB", value, *about)
    return _packet(15, PAYLOAD_FEEDBACK, body)


def sender_report(ssrc: int, wall: float, rtp_time: int, sent: tuple[int, int]) -> bytes:
    """Write an SR and its CNAME; `wall` is Unix time, `sent` packets and payload bytes."""
    whole = int(wall)
    body = struct.pack(
        "!IIIIII",
        ssrc,
        whole + NTP_EPOCH & 0xFFFFFFFF,
        int((wall - whole) * (1 << 32)),
        rtp_time & 0xFFFFFFFF,
        sent[0] & 0xFFFFFFFF,
        sent[1] & 0xFFFFFFFF,
    )
    name = struct.pack("!IBB", ssrc, 1, 5) + b"bench" + b"\0"
    return _packet(0, SENDER_REPORT, body) + _packet(1, DESCRIPTION, name)


def _packet(count: int, kind: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def parts(compound: bytes) -> Iterator[tuple[str, bytes]]:
    """Name each packet of a compound and yield it whole."""
    while len(compound) >= 4:
        first, kind, words = struct.unpack_from("!BBH", compound)
        size = 4 * (words + 1)
        name = NAMES.get((kind, first & 31)) or PLAIN_NAMES.get(kind, f"{kind}/{first & 31}")
        yield name, compound[:size]
        compound = compound[size:]


def report_time(report: bytes) -> tuple[int, int]:
    """Return an SR's SSRC and the middle 32 bits of its NTP time."""
    ssrc, seconds, fraction = struct.unpack_from("!III", report, 4)
    return ssrc, (seconds & 0xFFFF) << 16 | fraction >> 16
