"""A camera that sends its picture in two sizes, as a browser does (RFC 8853), with VP8 numbers."""

import secrets
import struct

from rounds.media.engine import Kind
from rounds.media.sfu import rtcp
from tests.media.seat import Seat
from tests.media.wire import Wire

RIDS = ("q", "f")
HEIGHTS = {"q": 180, "f": 360}
MID_ID, RID_ID, REPAIRED_ID = 1, 5, 6
FRAME = 3000
"""RTP ticks between two frames."""


def offer_in_sizes(seat: Seat) -> str:
    """Return the seat's offer with the picture in two sizes."""
    return in_sizes(seat.offer())


def in_sizes(offer: str) -> str:
    """Return an offer of one picture with it in two sizes and no source named."""
    lines: list[str] = []
    for line in offer.split("\r\n"):
        video = lines and any(one.startswith("m=video") for one in lines)
        if video and line.startswith(("a=ssrc", "a=msid")):
            continue
        lines.append(line)
    at = len(lines) - 1
    lines[at:at] = [
        f"a=extmap:{RID_ID} urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
        f"a=extmap:{REPAIRED_ID} urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
        *(f"a=rid:{rid} send" for rid in RIDS),
        f"a=simulcast:send {';'.join(RIDS)}",
    ]
    return "\r\n".join(lines)


class Size:
    """One of the sizes: numbers and a clock of its own."""

    number = 96
    """Payload type; RTX is the next."""

    def __init__(self, wire: Wire, rid: str) -> None:
        """Begin anywhere."""
        self.wire, self.rid = wire, rid
        self.ssrc = secrets.randbits(31) | 1
        self.repair = secrets.randbits(31) | 1
        self.sequence = secrets.randbits(15)
        self.timestamp = self.start = secrets.randbits(32)
        self.picture = secrets.randbits(15)
        self.base = secrets.randbits(8)
        self.sent: dict[int, tuple[int, bytes]] = {}

    def frame(self, key: bool = False, *, lost: bool = False, size: int = 12) -> bytes:
        """Send a frame of one packet, or let it be lost on the way; return its last 12 bytes."""
        self.timestamp = (self.timestamp + FRAME) & 0xFFFFFFFF
        self.picture = (self.picture + 1) & 0x7FFF
        self.base = (self.base + 1) & 0xFF
        height = HEIGHTS[self.rid]
        data = secrets.token_bytes(size)
        head = b"\x10\x02\x00\x9d\x01\x2a" + struct.pack("<HH", height * 16 // 9, height)
        frame = (head if key else b"\x11\x02\x00") + data
        descriptor = b"\x90\xe0" + struct.pack("!HB", 0x8000 | self.picture, self.base) + b"\x20"
        self._send(descriptor + frame, lost)
        return data[-12:]

    def repeat(self, sequence: int) -> None:
        """Send a packet again as RTX of this size."""
        words = bytes((REPAIRED_ID << 4,)) + self.rid.encode()
        timestamp, payload = self.sent[sequence]
        number = secrets.randbits(15)
        head = struct.pack("!BBHII", 0x90, self.number + 1, number, timestamp, self.repair)
        original = struct.pack("!H", sequence) + payload
        self.wire.send_rtp(head + _extensions(words) + original)

    def tell_clock(self, seconds: float) -> None:
        """Send a report: the size's clock stands at its newest frame, `seconds` after 1900."""
        ntp = int(seconds * (1 << 32))
        self.wire.send_rtcp(rtcp.sender_report(self.ssrc, ntp, self.timestamp, 1, 1))

    def _send(self, payload: bytes, lost: bool, last: bool = True) -> None:
        words = bytes((RID_ID << 4,)) + self.rid.encode()
        second = last << 7 | self.number
        head = struct.pack("!BBHII", 0x90, second, self.sequence, self.timestamp, self.ssrc)
        self.sent[self.sequence] = (self.timestamp, payload)
        self.sequence = (self.sequence + 1) & 0xFFFF
        if not lost:
            self.wire.send_rtp(head + _extensions(words) + payload)


def _extensions(words: bytes) -> bytes:
    block = bytes((MID_ID << 4,)) + b"1" + words
    block += bytes(-len(block) % 4)
    return b"\xbe\xde" + struct.pack("!H", len(block) // 4) + block


class Picture:
    """What of a received packet tells that a stream goes on."""

    def __init__(self, packet: bytes) -> None:
        """Read the header and the VP8 numbers of a packet of `Size`."""
        self.sequence = int.from_bytes(packet[2:4], "big")
        self.timestamp = int.from_bytes(packet[4:8], "big")
        self.picture = int.from_bytes(packet[26:28], "big") & 0x7FFF
        self.base = packet[28]
        self.data = packet[-12:]


async def two_sizes(sender: Seat) -> tuple[Size, Size]:
    """Let a seat that has joined publish its picture in two sizes; return them, the small first."""
    await sender.publish(offer_in_sizes(sender))
    await sender.up.connect()
    small, large = (Size(sender.up, rid) for rid in RIDS)
    return small, large


def seen(receiver: Seat, sender: Seat) -> list[Picture]:
    """Return the pictures of the sender that have arrived."""
    return [Picture(packet) for packet in receiver.heard(sender.seat, Kind.VIDEO)]
