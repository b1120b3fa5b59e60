"""RTCP packets (RFC 3550 §6, RFC 3611, RFC 4585, RFC 5104) read from and written to bytes."""

import struct
from collections.abc import Iterable, Iterator, Sequence

SENDER_REPORT, RECEIVER_REPORT, DESCRIPTION, GOODBYE = 200, 201, 202, 203
TRANSPORT_FEEDBACK, PAYLOAD_FEEDBACK, EXTENDED_REPORT = 205, 206, 207
NACK, TRANSPORT_WIDE = 1, 15
"""Formats of transport feedback."""
PLI, FIR, APPLICATION = 1, 4, 15
"""Formats of payload-specific feedback."""
BLOCK = 24
"""Bytes of one report block."""
MOST_PACKETS = 32
"""Packets looked at in one compound; an honest one has at most a handful."""
MOST_NUMBERS = 256
"""Sequence numbers taken from one NACK."""

REFERENCE_TIME, DELAY_SINCE = 4, 5
"""Blocks of an extended report: when a receiver sent it, and how long ago we took that."""

_HEAD = struct.Struct("!BBH")
_REPORT = struct.Struct("!IBBHIIII")
_SENDER = struct.Struct("!BBHIQIII")


def packets(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield (packet type, count or format, body) of a compound; stop where lengths do not fit."""
    at = 0
    for _ in range(MOST_PACKETS):
        if at + 4 > len(data):
            return
        first, kind, words = _HEAD.unpack_from(data, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or end > len(data):
            return
        yield kind, first & 31, data[at + 4 : end]
        at = end


def read_sender_report(body: bytes) -> tuple[int, int, int] | None:
    """Return SSRC, NTP time and RTP timestamp."""
    if len(body) < 24:
        return None
    ssrc, ntp, timestamp = struct.unpack_from("!IQI", body)
    return ssrc, ntp, timestamp


def read_blocks(body: bytes, start: int, count: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (SSRC, fraction lost in 1/256, last SR, delay since it in 1/65536 s) per block."""
    for at in range(start, min(start + count * BLOCK, len(body) - BLOCK + 1), BLOCK):
        ssrc, fraction = struct.unpack_from("!IB", body, at)
        last, delay = struct.unpack_from("!II", body, at + 16)
        yield ssrc, fraction, last, delay


def read_nack(body: bytes) -> list[int]:
    """Return the sequence numbers asked for (RFC 4585 §6.2.1), at most MOST_NUMBERS."""
    numbers: list[int] = []
    for at in range(8, len(body) - 3, 4):
        if len(numbers) >= MOST_NUMBERS:
            break
        first, mask = struct.unpack_from("!HH", body, at)
        numbers.append(first)
        while mask:
            lowest = mask & -mask
            numbers.append((first + lowest.bit_length()) & 0xFFFF)
            mask ^= lowest
    return numbers


def read_key_frame_requests(form: int, body: bytes) -> list[int]:
    """Return the SSRCs a PLI (RFC 4585 §6.3.1) or FIR (RFC 5104 §4.3.1) asks a key frame of."""
    if form == PLI and len(body) >= 8:
        return [int.from_bytes(body[4:8], "big")]
    if form == FIR:
        return [int.from_bytes(body[at : at + 4], "big") for at in range(8, len(body) - 7, 8)]
    return []


def read_estimate(body: bytes) -> int | None:
    """Return the bit/s of a REMB (draft-alvestrand-rmcat-remb), None for another message."""
    if len(body) < 16 or body[8:12] != b"REMB":
        return None
    mantissa = (body[13] & 3) << 16 | body[14] << 8 | body[15]
    return min(mantissa << (body[13] >> 2), 1 << 40)


def estimate(ssrc: int, bits: int, sources: Sequence[int]) -> bytes:
    """Write a REMB: the receiver of these sources has use for so many bit/s of them."""
    exponent = max(0, bits.bit_length() - 18)
    mantissa = bits >> exponent
    taken = sources[:255]
    body = struct.pack(
        "!II4sBBH", ssrc, 0, b"REMB", len(taken), exponent << 2 | mantissa >> 16, mantissa & 0xFFFF
    )
    body += struct.pack(f"!{len(taken)}I", *taken)
    return _HEAD.pack(0x80 | APPLICATION, PAYLOAD_FEEDBACK, len(body) // 4) + body


def read_reference_time(body: bytes) -> tuple[int, int] | None:
    """Return the SSRC of an extended report and the middle 32 bits of its time (RFC 3611 §4.4)."""
    at = 4
    while at + 4 <= len(body):
        kind, words = body[at], int.from_bytes(body[at + 2 : at + 4], "big")
        if kind == REFERENCE_TIME and words == 2 and at + 12 <= len(body):
            return int.from_bytes(body[:4], "big"), int.from_bytes(body[at + 6 : at + 10], "big")
        at += 4 + 4 * words
    return None


def delay_since(ssrc: int, receiver: int, last: int) -> bytes:
    """Write the answer to a receiver's reference time, sent at once (RFC 3611 §4.5)."""
    head = struct.pack("!BBHI", 0x80, EXTENDED_REPORT, 5, ssrc)
    return head + struct.pack("!BBHIII", DELAY_SINCE, 0, 3, receiver, last, 0)


def sender_report(ssrc: int, ntp: int, timestamp: int, sent: int, octets: int) -> bytes:
    """Write a sender report without blocks."""
    return _SENDER.pack(
        0x80, SENDER_REPORT, 6, ssrc, ntp, timestamp, sent & 0xFFFFFFFF, octets & 0xFFFFFFFF
    )


def description(ssrc: int, name: str) -> bytes:
    """Write the canonical name of a source."""
    text = name.encode()[:255]
    body = struct.pack("!IBB", ssrc, 1, len(text)) + text + b"\0"
    body += bytes(-len(body) % 4)
    return _HEAD.pack(0x81, DESCRIPTION, len(body) // 4) + body


def block(ssrc: int, fraction: int, lost: int, highest: int, last: int, delay: int) -> bytes:
    """Write one report block; jitter is not measured and sent as 0."""
    lost = max(0, min(lost, 0x7FFFFF))
    return _REPORT.pack(
        ssrc, fraction, lost >> 16, lost & 0xFFFF, highest & 0xFFFFFFFF, 0, last, delay
    )


def receiver_report(ssrc: int, blocks: Sequence[bytes]) -> bytes:
    """Write a receiver report of at most 31 blocks."""
    taken = blocks[:31]
    head = struct.pack("!BBHI", 0x80 | len(taken), RECEIVER_REPORT, 1 + 6 * len(taken), ssrc)
    return head + b"".join(taken)


def picture_loss(ssrc: int, media: int) -> bytes:
    """Write a request for a key frame."""
    return struct.pack("!BBHII", 0x80 | PLI, PAYLOAD_FEEDBACK, 2, ssrc, media)


def nack(ssrc: int, media: int, numbers: Iterable[int]) -> bytes:
    """Write a request to send these sequence numbers again."""
    waiting = sorted(numbers)
    pairs: list[bytes] = []
    at = 0
    while at < len(waiting):
        first, mask = waiting[at], 0
        at += 1
        while at < len(waiting) and waiting[at] - first <= 16:
            if waiting[at] > first:
                mask |= 1 << (waiting[at] - first - 1)
            at += 1
        pairs.append(struct.pack("!HH", first, mask))
    head = struct.pack("!BBHII", 0x80 | NACK, TRANSPORT_FEEDBACK, 2 + len(pairs), ssrc, media)
    return head + b"".join(pairs)
