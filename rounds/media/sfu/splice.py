"""Where one layer takes over from another, so that its receiver sees one stream going on."""

from typing import NamedTuple

from rounds.media.sfu import rtp
from rounds.media.sfu.codec import Codec
from rounds.media.sfu.packet_map import STRAIGHT, Bend
from rounds.media.sfu.track import Stream


class Last(NamedTuple):
    """A layer at the moment when it was left, and how it was bent until then."""

    timestamp: int
    heard: int
    clock: tuple[int, int]
    picture: int
    base: int
    bend: Bend


def last_of(layer: Stream, bend: Bend) -> Last:
    """Return what a later layer goes on from."""
    return Last(layer.timestamp, layer.heard, layer.clock, layer.picture, layer.base, bend)


CLOCK = 90_000
"""RTP ticks per second of every video (RFC 7741 §4.1, RFC 6184 §5.1)."""
FRAME = 3_000
"""Ticks of one frame at 30 per second."""
LONGEST = 10 * CLOCK
"""Clocks that disagree by more are not believed."""


def splice(left: Last, layer: Stream, timestamp: int, picture: int, base: int) -> Bend:
    """Return how `layer` must be bent, whose key frame begins with these numbers.

    Layers of one picture have clocks and picture numbers of their own (RFC 8853 §7), but a decoder
    expects them to go on.
    """
    before, elapsed = left.bend, _elapsed(left, layer, timestamp)
    return Bend(
        (left.timestamp + before.timestamp + elapsed - timestamp) & 0xFFFFFFFF,
        (left.picture + before.picture + 1 - picture) & 0x7FFF if left.picture >= 0 else 0,
        (left.base + before.base + 1 - base) & 0xFF if left.base >= 0 else 0,
    )


def _elapsed(left: Last, layer: Stream, timestamp: int) -> int:
    """Return the ticks since the last frame of `left`: by the sender's clocks, else by ours."""
    (left_ntp, left_rtp), (ntp, rtp) = left.clock, layer.clock
    if left_ntp and ntp:
        moment = ntp * CLOCK + (_signed(timestamp - rtp) << 32)
        last = left_ntp * CLOCK + (_signed(left.timestamp - left_rtp) << 32)
        ticks = (moment - last) >> 32
        if 0 < ticks < LONGEST:
            return ticks
    return max(FRAME, (layer.heard - left.heard) * CLOCK // 1_000_000)


def _signed(difference: int) -> int:
    return ((difference + 0x80000000) & 0xFFFFFFFF) - 0x80000000


def bent(packet: bytes, bend: Bend, codec: Codec) -> bytes:
    """Return the packet with what its opening adds to time and picture numbers."""
    if bend == STRAIGHT:
        return packet
    copy = bytearray(packet)
    timestamp = (int.from_bytes(packet[4:8], "big") + bend.timestamp) & 0xFFFFFFFF
    copy[4:8] = timestamp.to_bytes(4, "big")
    told = codec.read(copy, rtp.HEADER_SIZE, len(copy) - rtp.HEADER_SIZE)
    if told is not None:
        codec.renumber(copy, rtp.HEADER_SIZE, told, bend.picture, bend.base)
    return bytes(copy)
