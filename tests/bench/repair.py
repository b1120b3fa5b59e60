"""Retransmission as a browser does it: what was sent is kept, what is missing is asked for."""

import struct
from dataclasses import dataclass, field

from rounds.bench import rtcp
from rounds.bench.plan import Packet, Planner, Stream

KEPT = 1024  # sent packets that can be sent again
FIRST_ASK, ASK_AGAIN = 0.01, 0.1  # seconds after a gap; a browser waits for about a round trip
TRIES = 10


class Resender:
    """The sender's half (RFC 4588): answers NACKs with RTX."""

    def __init__(self, planner: Planner, ssrc: int, payload_type: int) -> None:
        """Send again on `ssrc`."""
        self._planner = planner
        self._stream = Stream(ssrc, payload_type, b"1", 90_000)
        self._stream.origin = planner.video.origin
        self._kept: dict[int, tuple[Packet, bytes]] = {}

    def keep(self, sequence: int, packet: Packet, payload: bytes) -> None:
        """Remember what went out with a sequence number."""
        self._kept[sequence] = (packet, payload)
        if len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]

    def answer(self, asked: list[int]) -> list[bytes]:
        """Return the RTX packets for what can still be sent again."""
        again = []
        for sequence in asked:
            if sequence in self._kept:
                packet, payload = self._kept[sequence]
                original = struct.pack("!H", sequence) + payload
                again.append(self._planner.write(self._stream, packet, original))
        return again


@dataclass
class Received:
    """One packet that arrived, by itself or again: RTP time, marker, our clock."""

    time: int
    marker: bool
    at: float


@dataclass
class Repairer:
    """The receiver's half for one video stream."""

    ssrc: int
    packets: dict[int, Received] = field(default_factory=dict)
    missing: dict[int, tuple[float, int]] = field(default_factory=dict)
    repaired: int = 0
    highest: int = -1

    def arrived(self, sequence: int, packet: Received, again: bool) -> None:
        """Note a packet of the stream; `again` if it came as RTX."""
        index = sequence
        if self.highest >= 0:
            index = self.highest + ((sequence - self.highest + 0x8000) & 0xFFFF) - 0x8000
            for gap in range(self.highest + 1, index):
                self.missing[gap] = (packet.at + FIRST_ASK, 0)
        self.highest = max(self.highest, index)
        self.missing.pop(index, None)
        if index not in self.packets:
            self.packets[index] = packet
            self.repaired += again

    def ask(self, now: float, sender: int) -> bytes | None:
        """Return a NACK for what is due (RFC 4585 section 6.2.1), None if nothing is."""
        due = [index for index, (when, _) in self.missing.items() if when <= now]
        for index in due:
            tries = self.missing[index][1] + 1
            self.missing[index] = (now + ASK_AGAIN, tries)
            if tries > TRIES:
                del self.missing[index]
        if not due:
            return None
        pairs = b"".join(struct.pack("!HH", index & 0xFFFF, 0) for index in due[:100])
        head = struct.pack("!BBHII", 0x81, rtcp.TRANSPORT_FEEDBACK, 2 + len(pairs) // 4, sender, 0)
        return head[:8] + struct.pack("!I", self.ssrc) + pairs

    def frames(self, step: int) -> tuple[int, int]:
        """Return how many frames there were and how many came whole; `step` is a frame's time."""
        if not self.packets:
            return 0, 0
        order = sorted(self.packets)
        first, last = self.packets[order[0]], self.packets[order[-1]]
        whole, begin = 0, order[0]
        for index in order:
            if not self.packets[index].marker:
                continue
            parts = range(begin, index + 1)
            time = self.packets[index].time
            whole += all(p in self.packets and self.packets[p].time == time for p in parts)
            begin = index + 1
        return ((last.time - first.time) & 0xFFFFFFFF) // step + 1, whole


def asked_for(nack: bytes) -> list[int]:
    """Return the sequence numbers a generic NACK names."""
    numbers = []
    for at in range(12, len(nack) - 3, 4):
        first, more = struct.unpack_from("!HH", nack, at)
        numbers.append(first)
        numbers += [(first + 1 + bit) & 0xFFFF for bit in range(16) if more >> bit & 1]
    return numbers
