"""The VP8 payload descriptor (RFC 7741 §4.2): where a frame begins, and its two running numbers."""

from rounds.media.sfu.codec import Descriptor
from rounds.media.sfu.rtp import Buffer

NAME, NUMBER, FORMAT = "VP8/90000", 96, ""


def read(buffer: Buffer, at: int, length: int) -> Descriptor | None:
    """Read the descriptor of a payload of `length` bytes at `at`; None if it leads outside.

    Of the places, the first says where the picture number stands and the second how many bits it
    has, 0 and 0 without one; then where TL0PICIDX stands, 0 without one; and how long the
    descriptor is.
    """
    if length < 2:
        return None
    first, size = buffer[at], 1
    picture = bits = base = 0
    if first & 0x80:  # X: which of the optional parts follow
        parts, size = buffer[at + 1], 2
        if parts & 0x80:  # I
            if size >= length:
                return None
            picture, bits = size, 15 if buffer[at + size] & 0x80 else 7
            size += 2 if bits == 15 else 1
        if parts & 0x40:  # L
            base, size = size, size + 1
        if parts & 0x30:  # T or K
            size += 1
    if size >= length:
        return None
    # S with partition 0 begins a frame; P of the payload header is 0 in key frames (§4.3)
    key = first & 0x17 == 0x10 and not buffer[at + size] & 1
    return key, picture, bits, base, size


def picture_of(buffer: Buffer, at: int, told: Descriptor) -> int:
    """Return the picture number, -1 without one."""
    _, place, bits, _, _ = told
    if not bits:
        return -1
    if bits == 7:
        return int(buffer[at + place])
    return int(buffer[at + place] & 0x7F) << 8 | int(buffer[at + place + 1])


def base_of(buffer: Buffer, at: int, told: Descriptor) -> int:
    """Return TL0PICIDX, -1 without one."""
    return int(buffer[at + told[3]]) if told[3] else -1


def renumber(buffer: Buffer, at: int, told: Descriptor, picture: int, base: int) -> None:
    """Add to the picture number and to TL0PICIDX, each within its own width."""
    _, place, bits, base_place, _ = told
    if bits == 15:
        number = (picture_of(buffer, at, told) + picture) & 0x7FFF
        buffer[at + place] = 0x80 | number >> 8
        buffer[at + place + 1] = number & 0xFF
    elif bits:
        buffer[at + place] = (buffer[at + place] + picture) & 0x7F
    if base_place:
        buffer[at + base_place] = (buffer[at + base_place] + base) & 0xFF


def height_of(buffer: Buffer, at: int, length: int, told: Descriptor) -> int:
    """Return the shorter side in pixels that a key frame names (RFC 6386 §9.1), 0 if cut off."""
    start = told[4]
    if start + 10 > length or bytes(buffer[at + start + 3 : at + start + 6]) != b"\x9d\x01\x2a":
        return 0
    width = (buffer[at + start + 6] | buffer[at + start + 7] << 8) & 0x3FFF
    height = (buffer[at + start + 8] | buffer[at + start + 9] << 8) & 0x3FFF
    return int(min(width, height))


def fit(_offered: str) -> int:
    """Return 1: what a sender may name are limits of its receiving side (RFC 7741 §6.1)."""
    return 1


def agree(_offered: str) -> str:
    """Return nothing: we ask for no limits."""
    return ""
