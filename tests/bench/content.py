"""Real coded media to send: VP8 at 640x360 and Opus, made once with PyAV and kept in a cache."""

import json
import os
import struct
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

WIDTH, HEIGHT = 640, 360
FRAMES_PER_SECOND = 30
AUDIO_PACKETS_PER_SECOND = 50  # 20 ms of Opus each, what browsers send
VIDEO_BITS_PER_SECOND = 1_200_000
SECONDS = 10
PAYLOAD_LIMIT = 1150  # bytes of a frame in one packet; leaves room for headers below 1200
VP8_CLOCK, OPUS_CLOCK = 90_000, 48_000
SAMPLES = OPUS_CLOCK // AUDIO_PACKETS_PER_SECOND
EDITION = 1  # raised whenever the recipe below changes, so that an old cache is not used


@dataclass(frozen=True)
class Content:
    """Ten seconds of payloads: `video[frame]` is that frame's packets, `audio[i]` one packet."""

    video: list[list[bytes]]
    audio: list[bytes]

    @property
    def video_packets_per_second(self) -> float:
        """Mean number of video packets in a second."""
        return sum(len(frame) for frame in self.video) / SECONDS

    @property
    def video_bits_per_second(self) -> float:
        """Mean video payload in bit/s."""
        return sum(len(part) for frame in self.video for part in frame) * 8 / SECONDS


def content() -> Content:
    """Return the media, encoding it the first time on this machine (about 1 s)."""
    path = _cache()
    if path.exists():
        kept = json.loads(path.read_text())
        video = [[bytes.fromhex(part) for part in frame] for frame in kept["video"]]
        return Content(video, [bytes.fromhex(packet) for packet in kept["audio"]])
    made = Content([_packets(i, frame) for i, frame in enumerate(_vp8())], _opus())
    kept = {
        "video": [[part.hex() for part in frame] for frame in made.video],
        "audio": [packet.hex() for packet in made.audio],
    }
    part = path.with_suffix(f".{os.getpid()}")
    part.write_text(json.dumps(kept))
    part.replace(path)  # whole or not at all: several generators may start together
    return made


def _cache() -> Path:
    folder = Path(tempfile.gettempdir()) / f"rounds-bench-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid() or folder.stat().st_mode & 0o077:
        folder = Path(tempfile.mkdtemp(prefix="rounds-bench-"))
    return folder / f"content-{EDITION}.json"


def _vp8() -> list[bytes]:
    coder = av.CodecContext.create("libvpx", "w")
    assert isinstance(coder, av.VideoCodecContext)
    coder.width, coder.height, coder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    coder.time_base, coder.framerate = Fraction(1, FRAMES_PER_SECOND), Fraction(FRAMES_PER_SECOND)
    coder.bit_rate = VIDEO_BITS_PER_SECOND
    rate = str(VIDEO_BITS_PER_SECOND)
    # As browsers encode for calls: no look-ahead, one key frame, constant rate.
    coder.options = {
        "deadline": "realtime",
        "cpu-used": "8",
        "lag-in-frames": "0",
        "g": "100000",
        "minrate": rate,
        "maxrate": rate,
        "bufsize": str(VIDEO_BITS_PER_SECOND // 2),
        "error-resilient": "default",
    }
    random = np.random.default_rng(1)
    still = random.integers(0, 255, (HEIGHT, WIDTH), dtype=np.uint8) // 4 + 60
    frames: list[bytes] = []
    for i in range(FRAMES_PER_SECOND * SECONDS):
        luma = np.roll(still, i * 3, axis=1).astype(np.uint8)
        left = i * 5 % (WIDTH - 140)
        luma[100:200, left : left + 100] = random.integers(0, 255, (100, 100), dtype=np.uint8)
        grey = np.full((HEIGHT // 2, WIDTH), 128, np.uint8)
        frame = av.VideoFrame.from_ndarray(np.vstack([luma, grey]), format="yuv420p")
        frame.pts, frame.time_base = i, coder.time_base
        frames += [bytes(packet) for packet in coder.encode(frame)]
    return frames


def _packets(number: int, frame: bytes) -> list[bytes]:
    """Cut a frame into payloads with VP8 descriptors (RFC 7741 section 4.2, 15-bit PictureID)."""
    count = max(1, -(-len(frame) // PAYLOAD_LIMIT))
    size = -(-len(frame) // count)
    picture = struct.pack("!H", 0x8000 | (number & 0x7FFF))
    return [
        bytes((0x90 if part == 0 else 0x80, 0x80)) + picture + frame[part * size :][:size]
        for part in range(count)
    ]


def _opus() -> list[bytes]:
    coder = av.CodecContext.create("libopus", "w")
    assert isinstance(coder, av.AudioCodecContext)
    coder.sample_rate, coder.bit_rate = OPUS_CLOCK, 32_000
    coder.layout, coder.format = "stereo", "s16"
    coder.options = {"application": "voip", "frame_duration": "20"}
    random = np.random.default_rng(2)
    packets: list[bytes] = []
    for i in range(AUDIO_PACKETS_PER_SECOND * SECONDS):
        time = (np.arange(SAMPLES) + i * SAMPLES) / OPUS_CLOCK
        tone = 8000 * np.sin(2 * np.pi * 220 * time) + random.normal(0, 500, SAMPLES)
        samples = np.repeat(tone.astype(np.int16), 2).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = OPUS_CLOCK, i * SAMPLES, Fraction(1, 48000)
        packets += [bytes(packet) for packet in coder.encode(frame)]
    return packets
