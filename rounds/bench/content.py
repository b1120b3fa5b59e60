"""Real coded media to send: VP8 of several qualities and Opus, made once and kept in a cache."""

import json
import math
import os
import random
import struct
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

FRAMES_PER_SECOND = 30
AUDIO_PACKETS_PER_SECOND = 50  # 20 ms of Opus each, what browsers send
PAYLOAD_LIMIT = 1150  # bytes of a frame in one packet; leaves room for headers below 1200
VP8_CLOCK, OPUS_CLOCK = 90_000, 48_000
SAMPLES = OPUS_CLOCK // AUDIO_PACKETS_PER_SECOND
EDITION = 3  # raised whenever the recipe below changes, so that an old cache is not used
DIMMED = bytes(value // 4 + 60 for value in range(256))
"""Turns noise into a still that costs a key frame and nothing after it."""


@dataclass(frozen=True, slots=True)
class Quality:
    """A size of picture and the rate it is coded at, in bit/s."""

    name: str
    width: int
    height: int
    rate: int
    seconds: int = 10
    """Length of what is sent again and again, beginning with a key frame."""


USUAL = Quality("360p, much motion", 640, 360, 1_200_000)
"""What one camera of a visit sends when nothing hinders it."""


@dataclass(frozen=True)
class Content:
    """Some seconds of payloads: `video[frame]` is that frame's packets, `audio[i]` one packet."""

    video: list[list[bytes]]
    audio: list[bytes]

    @property
    def video_packets_per_second(self) -> float:
        """Mean number of video packets in a second."""
        return sum(len(frame) for frame in self.video) / self._seconds

    @property
    def video_bits_per_second(self) -> float:
        """Mean video payload in bit/s."""
        return sum(len(part) for frame in self.video for part in frame) * 8 / self._seconds

    @property
    def _seconds(self) -> float:
        return len(self.video) / FRAMES_PER_SECOND


def content(quality: Quality = USUAL) -> Content:
    """Return the media, encoding it the first time on this machine (some seconds)."""
    path = _cache(quality)
    if path.exists():
        kept = json.loads(path.read_text())
        video = [[bytes.fromhex(part) for part in frame] for frame in kept["video"]]
        return Content(video, [bytes.fromhex(packet) for packet in kept["audio"]])
    made = Content([_packets(i, frame) for i, frame in enumerate(_vp8(quality))], _opus(quality))
    kept = {
        "video": [[part.hex() for part in frame] for frame in made.video],
        "audio": [packet.hex() for packet in made.audio],
    }
    part = path.with_suffix(f".{os.getpid()}")
    part.write_text(json.dumps(kept))
    part.replace(path)  # whole or not at all: several generators may start together
    return made


def _cache(quality: Quality) -> Path:
    folder = Path(tempfile.gettempdir()) / f"rounds-bench-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid() or folder.stat().st_mode & 0o077:
        folder = Path(tempfile.mkdtemp(prefix="rounds-bench-"))
    return folder / f"content-{EDITION}-{quality.height}-{quality.rate}-{quality.seconds}.json"


def _vp8(quality: Quality) -> list[bytes]:
    width, height, rate = quality.width, quality.height, quality.rate
    coder = av.CodecContext.create("libvpx", "w")
    coder.width, coder.height, coder.pix_fmt = width, height, "yuv420p"
    coder.time_base, coder.framerate = Fraction(1, FRAMES_PER_SECOND), Fraction(FRAMES_PER_SECOND)
    coder.bit_rate = rate
    # As browsers encode for calls: no look-ahead, one key frame, constant rate.
    coder.options = {
        "deadline": "realtime",
        "cpu-used": "8",
        "lag-in-frames": "0",
        "g": "100000",
        "minrate": str(rate),
        "maxrate": str(rate),
        "bufsize": str(rate // 2),
        "error-resilient": "default",
    }
    chance = random.Random(1)
    still = chance.randbytes(width * height).translate(DIMMED)
    frames: list[bytes] = []
    for i in range(FRAMES_PER_SECOND * quality.seconds):
        frame = av.VideoFrame(width, height, "yuv420p")
        frame.planes[0].update(_luma(still, width, height, i, chance))
        for plane in frame.planes[1:]:
            plane.update(bytes([128]) * (width * height // 4))
        frame.pts, frame.time_base = i, coder.time_base
        frames += [bytes(packet) for packet in coder.encode(frame)]
    return frames


def _luma(still: bytes, width: int, height: int, number: int, chance: random.Random) -> bytes:
    """Move the still by three pixels a frame, and fresh noise, a face's share of it, across it."""
    shift = number * 3 % width
    box = height * 5 // 18
    left = number * 5 % (width - box - box // 3)
    rows = []
    for y in range(height):
        row = still[y * width : (y + 1) * width]
        row = row[width - shift :] + row[: width - shift]
        if box <= y < 2 * box:
            row = row[:left] + chance.randbytes(box) + row[left + box :]
        rows.append(row)
    return b"".join(rows)


def _packets(number: int, frame: bytes) -> list[bytes]:
    """Cut a frame into payloads with VP8 descriptors (RFC 7741 section 4.2, 15-bit PictureID)."""
    count = max(1, -(-len(frame) // PAYLOAD_LIMIT))
    size = -(-len(frame) // count)
    picture = struct.pack("!H", 0x8000 | (number & 0x7FFF))
    return [
        bytes((0x90 if part == 0 else 0x80, 0x80)) + picture + frame[part * size :][:size]
        for part in range(count)
    ]


def _opus(quality: Quality) -> list[bytes]:
    coder = av.CodecContext.create("libopus", "w")
    coder.sample_rate, coder.bit_rate = OPUS_CLOCK, 32_000
    coder.layout, coder.format = "stereo", "s16"
    coder.options = {"application": "voip", "frame_duration": "20"}
    chance = random.Random(2)
    second = b"".join(
        struct.pack("=hh", tone, tone)
        for at in range(OPUS_CLOCK)
        for tone in [int(8000 * math.sin(440 * math.pi * at / OPUS_CLOCK) + chance.gauss(0, 500))]
    )
    size = len(second) // AUDIO_PACKETS_PER_SECOND
    packets: list[bytes] = []
    for i in range(AUDIO_PACKETS_PER_SECOND * quality.seconds):
        frame = av.AudioFrame(format="s16", layout="stereo", samples=SAMPLES)
        at = i % AUDIO_PACKETS_PER_SECOND * size
        frame.planes[0].update(second[at : at + size])
        frame.sample_rate, frame.pts, frame.time_base = OPUS_CLOCK, i * SAMPLES, Fraction(1, 48000)
        packets += [bytes(packet) for packet in coder.encode(frame)]
    return packets
