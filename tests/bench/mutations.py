"""Damaged datagrams: valid messages of each protocol, changed by a seeded hand.

The changes know nothing of any implementation: bits flipped, fields set to extremes, lengths that
lie, ends cut off or grown, two messages spliced.
"""

import random
import struct
from collections.abc import Callable

from aioice import stun

from rounds.bench import rtcp
from rounds.bench.handshake import Handshake, Identity

EXTREMES = (0, 1, 2, 3, 4, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF)
LONGEST = 1500


class Hand:
    """Makes damaged datagrams; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        """Prepare the valid messages it begins with."""
        self.random = random.Random(seed)
        self.stun = stun_messages("aaaaaaaa:bbbbbbbb", self.random)
        self.dtls = dtls_records(self.random)
        self.rtp = rtp_packets(self.random)
        self.rtcp = rtcp_compounds(7)
        self._changes: tuple[Callable[[bytearray], None], ...] = (
            self._flip,
            self._flip,
            self._extreme,
            self._extreme,
            self._cut,
            self._grow,
            self._repeat,
        )

    def damage(self, samples: list[bytes]) -> bytes:
        """Return one of the samples with one to four changes."""
        data = bytearray(self.random.choice(samples))
        for _ in range(self.random.randint(1, 4)):
            if data:
                self.random.choice(self._changes)(data)
        if self.random.random() < 0.05:
            other = self.random.choice(samples)
            data = data[: len(data) // 2] + other[len(other) // 2 :]
        return bytes(data[:LONGEST]) or b"\0"

    def noise(self) -> bytes:
        """Return random bytes of random length."""
        return self.random.randbytes(self.random.randint(1, 400))

    def _flip(self, data: bytearray) -> None:
        place = self.random.randrange(len(data))
        data[place] ^= 1 << self.random.randrange(8)

    def _extreme(self, data: bytearray) -> None:
        place = self.random.randrange(len(data))
        value = self.random.choice(EXTREMES)
        if value > 0xFF or self.random.random() < 0.5:
            data[place : place + 2] = struct.pack("!H", value)
        else:
            data[place] = value

    def _cut(self, data: bytearray) -> None:
        del data[self.random.randrange(len(data)) :]

    def _grow(self, data: bytearray) -> None:
        data += self.random.randbytes(self.random.randint(1, 64))

    def _repeat(self, data: bytearray) -> None:
        start = self.random.randrange(len(data))
        part = bytes(data[start : start + self.random.randint(1, 32)])
        data[start:start] = part * self.random.randint(1, 4)


def stun_messages(username: str, chance: random.Random) -> list[bytes]:
    """Return signed messages of every class, for an unknown user."""
    messages = []
    for kind in stun.Class:
        message = stun.Message(stun.Method.BINDING, kind, chance.randbytes(12))
        message.attributes["USERNAME"] = username
        message.attributes["PRIORITY"] = 1
        message.attributes["ICE-CONTROLLING"] = 1
        message.attributes["USE-CANDIDATE"] = None
        message.attributes["XOR-MAPPED-ADDRESS"] = ("192.0.2.1", 5000)
        message.attributes["SOFTWARE"] = "bench"
        message.add_message_integrity(b"unknown")
        messages.append(bytes(message))
    return messages


def dtls_records(chance: random.Random) -> list[bytes]:
    """Return a real client's first flight and records of all other types (RFC 6347 4.1)."""
    flight: list[bytes] = []
    Handshake(Identity(), False, "", flight.append).start()
    for kind in range(20, 26):
        body = chance.randbytes(40)
        flight.append(struct.pack("!BHHIHH", kind, 0xFEFD, 0, 0, 1, len(body)) + body)
    return flight


def rtp_packets(chance: random.Random) -> list[bytes]:
    """Return packets with one- and two-byte extensions, CSRCs, padding, VP8 and RTX payloads."""
    one = b"\xbe\xde\x00\x03" + b"\x10\x31" + b"\x32abc" + b"\x41\x00\x01" + b"\x20\x9e\x00"
    two = b"\x10\x00\x00\x02" + b"\x04\x02\x00\x01" + b"\x02\x01\x9e\x00"
    vp8 = b"\x90\xe0\x80\x01\x05\x20" + chance.randbytes(200)
    packets = []
    for first, middle in ((0x80, b""), (0x90, one), (0x90, two), (0x92, bytes(8) + one)):
        for kind in (96, 97, 111, 224):
            head = struct.pack("!BBHII", first, kind, chance.randrange(1 << 16), 1, 7)
            packets.append(head + middle + vp8)
    head = struct.pack("!BBHII", 0xB0, 96, 1, 1, 7)
    return [*packets, head + one + vp8 + b"\0\0\0\4"]


def rtcp_compounds(about: int) -> list[bytes]:
    """Return reports and every kind of feedback a browser may send about a stream."""
    stream = rtcp.Reception(True, 1, 1)
    report = rtcp.receiver_report(1, [rtcp.block(about, stream, 0.0)])
    transport, payload = rtcp.TRANSPORT_FEEDBACK, rtcp.PAYLOAD_FEEDBACK
    transport_wide = struct.pack("!BBHIIHHIH", 0x8F, transport, 5, 1, about, 1, 2, 0, 0x2001)
    feedback = [
        rtcp.remb(1, 500_000, [about]),
        struct.pack("!BBHIIHH", 0x81, transport, 3, 1, about, 100, 0xFFFF),
        struct.pack("!BBHII", 0x81, payload, 2, 1, about),
        struct.pack("!BBHIIIBBBB", 0x84, payload, 4, 1, 0, about, 1, 0, 0, 0),
        transport_wide + bytes((4, 4)),
        struct.pack("!BBHI", 0x81, 203, 1, 1),
    ]
    sender = rtcp.sender_report(about, 1.5, 3, (4, 5))
    return [report, sender, *(report + each for each in feedback), sender + report + feedback[0]]
