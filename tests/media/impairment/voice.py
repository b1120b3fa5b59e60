"""The voice of coded tones as Opus, and what a receiver that mends nothing makes of its packets."""

import functools
import struct
from fractions import Fraction

import av
import numpy as np

from rounds.bench.description import OPUS, RED
from tests.media.impairment.symbols import RATE, Understood, compare, listen, voice

FRAME = 960
"""Samples of one packet, 20 ms."""
BIT_RATE = 32_000
HEADER = 24
"""Bytes of header of every packet from the engine."""


@functools.cache
def frames() -> tuple[bytes, ...]:
    """Return the voice once, 12 s, coded as a browser does at its lowest rate."""
    coder = av.CodecContext.create("libopus", "w")
    assert isinstance(coder, av.AudioCodecContext)
    coder.sample_rate, coder.bit_rate = RATE, BIT_RATE
    coder.layout, coder.format = "mono", "s16"
    coder.options = {"application": "voip", "frame_duration": "20", "vbr": "off"}
    said = (voice() * 32767).astype(np.int16)
    coded: list[bytes] = []
    for at in range(0, len(said), FRAME):
        frame = av.AudioFrame.from_ndarray(said[None, at : at + FRAME], "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
        coded += [bytes(packet) for packet in coder.encode(frame)]
    return tuple(coded)


def with_repeat(before: bytes, own: bytes) -> bytes:
    """Return redundant audio as Chromium packs it: the frame before, then the packet's own."""
    head = 1 << 31 | OPUS << 24 | FRAME << 10 | len(before)
    return struct.pack("!IB", head, OPUS) + before + own


def blocks(packet: bytes) -> dict[int, bytes]:
    """Return each frame of a packet from the engine by its time."""
    time = int.from_bytes(packet[4:8], "big")
    payload = packet[HEADER:]
    if packet[1] & 0x7F != RED:
        return {time: payload}
    found, heads, at = {}, [], 0
    while payload[at] & 0x80:
        (head,) = struct.unpack_from("!I", payload, at)
        heads.append((time - (head >> 10 & 0x3FFF), head & 0x3FF))
        at += 4
    at += 1
    for when, length in heads:
        found[when & 0xFFFFFFFF] = payload[at : at + length]
        at += length
    return found | {time: payload[at:]}


def understood(packets: list[bytes]) -> Understood:
    """Decode what came, with silence for what did not: no concealment, no in-band FEC."""
    came: dict[int, bytes] = {}
    for packet in packets:
        came = blocks(packet) | came
    first = int.from_bytes(packets[0][4:8], "big")
    places = {(time - first + 0x80000000 & 0xFFFFFFFF) - 0x80000000: time for time in came}
    decoder = av.CodecContext.create("opus", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    heard: list[np.ndarray] = []
    for place in range(0, max(places) + FRAME, FRAME):
        sound = np.zeros(FRAME)
        if place in places:
            for frame in decoder.decode(av.Packet(came[places[place]])):
                sound = frame.to_ndarray().astype(float).reshape(-1)[:FRAME]
        heard.append(np.resize(sound, FRAME))
    samples = np.concatenate(heard)
    return compare(listen(samples, RATE), len(samples) / RATE)
