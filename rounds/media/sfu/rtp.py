"""RTP headers (RFC 3550 §5.1) and one-byte header extensions (RFC 8285) on buffers."""

import struct
from collections.abc import Callable
from typing import Any

Buffer = Any
"""memoryview, bytes or bytearray."""

HEADER = struct.Struct("!BBHII")
PATCH = struct.Struct("!HII")
"""Sequence number, timestamp and SSRC: bytes 2 to 12 of every outgoing packet."""

OPUS, RED = 111, 63
"""Payload types of every voice we send; we are the offerer, so they are ours to choose. Those of
pictures are told by their codec."""
LEVEL_ID, SEND_TIME_ID = 2, 3
"""Extension ids of everything we send: audio level (RFC 6464) and abs-send-time."""

HEADER_SIZE = 24
"""Bytes of every outgoing header: 12, then 4 and 8 of extension block."""
SEND_TIME_AT = {"video": 17, "audio": 19}
"""Where the three bytes of abs-send-time stand in the outgoing header."""

_VIDEO = struct.Struct("!BBHIIIB3s4x")
_AUDIO = struct.Struct("!BBHIIIBBB3s2x")
_NUMBERS = struct.Struct("!HI")
_BLOCK = 0xBEDE0002  # one-byte extensions, two words
_LEVEL = LEVEL_ID << 4
_SEND_TIME = SEND_TIME_ID << 4 | 2

Packet = tuple[int, int, int, int, int, int, int, int]
"""Marker and payload type, sequence number, timestamp, SSRC, offset and length of the payload,
transport-wide sequence number or -1, audio level byte or -1."""


def read(
    buffer: Buffer, offset: int, length: int, transport_id: int, level_id: int
) -> Packet | None:
    """Read the packet at `offset`; None if its own lengths lead outside of it.

    `transport_id` and `level_id` are the negotiated extension ids, 0 if there are none.
    """
    if length < 12:
        return None
    first, second, sequence, timestamp, ssrc = HEADER.unpack_from(buffer, offset)
    start = 12 + 4 * (first & 15)
    transport = level = -1
    if first & 16:
        at = offset + start
        if start + 4 > length:
            return None
        start += 4 + 4 * (buffer[at + 2] << 8 | buffer[at + 3])
        if start > length:
            return None
        if buffer[at] == 0xBE and buffer[at + 1] == 0xDE:
            end = offset + start
            at += 4
            while at < end:
                element = buffer[at]
                if element == 0:  # padding
                    at += 1
                    continue
                name = element >> 4
                following = at + 2 + (element & 15)
                if name == 15 or following > end:
                    break
                if name == transport_id:
                    if following == at + 3:
                        transport = buffer[at + 1] << 8 | buffer[at + 2]
                elif name == level_id:
                    level = buffer[at + 1]
                at = following
    if first & 32:
        length -= buffer[offset + length - 1]
    if start > length:
        return None
    return second, sequence, timestamp, ssrc, offset + start, length - start, transport, level


def read_text(packet: bytes, name: int) -> str:
    """Return the words of an extension, such as mid (RFC 9143) or rid (RFC 8852); "" without."""
    at = 12 + 4 * (packet[0] & 15)
    if not name or not packet[0] & 16 or at + 4 > len(packet):
        return ""
    end = min(len(packet), at + 4 + 4 * (packet[at + 2] << 8 | packet[at + 3]))
    if packet[at : at + 2] != b"\xbe\xde":
        return ""
    at += 4
    while at < end:
        element = packet[at]
        if element == 0:
            at += 1
            continue
        following = at + 2 + (element & 15)
        if element >> 4 == 15 or following > end:
            return ""
        if element >> 4 == name:
            return packet[at + 1 : following].decode("ascii", "replace")
        at = following
    return ""


def write_video(into: Buffer, second: int, sequence: int, timestamp: int, send_time: bytes) -> None:
    """Write the outgoing header of a picture's packet; the SSRC follows per receiver.

    `second` is marker and payload type.
    """
    _VIDEO.pack_into(into, 0, 0x90, second, sequence, timestamp, 0, _BLOCK, _SEND_TIME, send_time)


def write_audio(
    into: Buffer, marker: int, sequence: int, timestamp: int, level: int, send_time: bytes
) -> None:
    """Write the outgoing header of an Opus packet; a level of -1 is sent as silence (127)."""
    _AUDIO.pack_into(
        into,
        0,
        0x90,
        marker | OPUS,
        sequence,
        timestamp,
        0,
        _BLOCK,
        _LEVEL,
        level & 0xFF if level >= 0 else 127,
        _SEND_TIME,
        send_time,
    )


def read_written(buffer: Buffer, kind: str) -> tuple[int, int, int]:
    """Return sequence number, timestamp and abs-send-time of a header written as above."""
    at = SEND_TIME_AT[kind]
    sequence, timestamp = _NUMBERS.unpack_from(buffer, 2)
    return sequence, timestamp, int.from_bytes(buffer[at : at + 3], "big")


def retransmission(
    packet: bytes, sequence: int, ssrc: int, original: int, kind: str, send_time: bytes
) -> bytearray:
    """Return a sent packet as RTX (RFC 4588 §4): the original's number stands before the data.

    Its payload type is the one behind the original's.
    """
    again = bytearray(len(packet) + 2)
    again[:HEADER_SIZE] = packet[:HEADER_SIZE]
    again[1] = packet[1] + 1
    again[2:4] = sequence.to_bytes(2, "big")
    again[8:12] = ssrc.to_bytes(4, "big")
    at = SEND_TIME_AT[kind]
    again[at : at + 3] = send_time
    again[HEADER_SIZE : HEADER_SIZE + 2] = original.to_bytes(2, "big")
    again[HEADER_SIZE + 2 :] = packet[HEADER_SIZE:]
    return again


patch: Callable[..., None] = PATCH.pack_into
