"""Real H.264 in packets, of a wall whose brightness counts the frames, and its decoder."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

import av
import numpy as np
from aiortc.codecs.h264 import H264Encoder, h264_depayload
from av.video.frame import PictureType

from tests.media.layered import Size, offer_in_sizes
from tests.media.seat import Seat
from tests.media.wire import Wire

DARKEST, STEP = 40, 4
"""Brightness of the first frame, and how much brighter each of the following is."""


def brightness(number: int) -> int:
    """Return how bright a frame's wall is, from 0 to 255."""
    return DARKEST + STEP * number


def film(height: int, count: int, keys: Sequence[int] = (), width: int = 0) -> list[bytes]:
    """Code so many frames (byte streams of annex B); the first, and `keys`, are key frames."""
    width = width or height * 16 // 9
    coder = av.CodecContext.create("libx264", "w")
    assert isinstance(coder, av.VideoCodecContext)
    coder.width, coder.height, coder.pix_fmt = width, height, "yuv420p"
    coder.bit_rate, coder.profile = 3_000_000, "Baseline"
    coder.framerate, coder.time_base = Fraction(30), Fraction(1, 30)
    coder.options = {"tune": "zerolatency", "preset": "ultrafast"}
    chance = np.random.default_rng(1)
    coded = []
    for number in range(count):
        wall = np.full((height * 3 // 2, width), 128, np.uint8)
        # Some noise, so that a frame has several packets.
        wall[:height] = brightness(number) + chance.integers(-12, 13, (height, width))
        frame = av.VideoFrame.from_ndarray(wall, format="yuv420p")
        frame.pts, frame.time_base = number, coder.time_base
        frame.pict_type = PictureType.I if number in keys else PictureType.NONE
        coded.append(b"".join(bytes(packet) for packet in coder.encode(frame)))
    return coded


def units(coded: bytes) -> list[bytes]:
    """Cut a coded frame into its NAL units."""
    return list(H264Encoder._split_bitstream(coded))


def payloads(coded: bytes) -> list[bytes]:
    """Pack a coded frame as another program does (RFC 6184): alone, together, in fragments."""
    return H264Encoder._packetize(units(coded))


class Filmed(Size):
    """One size of a camera, in H.264."""

    def __init__(self, wire: Wire, rid: str, frames: list[list[bytes]]) -> None:
        """Have these frames to send, each as its payloads."""
        super().__init__(wire, rid)
        self.frames, self.next = frames, 0

    def roll(self) -> list[bytes]:
        """Send the next frame; return its payloads."""
        frame = self.frames[self.next]
        self.next += 1
        self.timestamp = (self.timestamp + 3000) & 0xFFFFFFFF
        for payload in frame:
            self._send(payload, lost=False, last=payload is frame[-1])
        return frame


def filmed_offer(seat: Seat) -> str:
    """Return the seat's offer of two sizes, in H.264 alone."""
    return in_h264(offer_in_sizes(seat))


def in_h264(offer: str) -> str:
    """Return an offer with the picture in H.264 under the same number."""
    form = "a=fmtp:96 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
    return offer.replace("a=rtpmap:96 VP8/90000", f"a=rtpmap:96 H264/90000\r\n{form}")


def decoded(packets: Iterable[bytes], header: int = 24) -> list[tuple[int, float]]:
    """Decode RTP packets in order; return each frame's height and brightness.

    A decoder that meets a fault says so: AssertionError.
    """
    coder = av.CodecContext.create("h264", "r")
    coder.options = {"err_detect": "explode+crccheck+bitstream+buffer"}
    seen: list[tuple[int, float]] = []

    def note(frames: Sequence[object]) -> None:
        for frame in frames:
            assert isinstance(frame, av.VideoFrame)
            assert not frame.is_corrupt
            wall = frame.to_ndarray(format="yuv420p")[: frame.height]
            seen.append((frame.height, float(wall.mean())))

    coded = b""
    for packet in packets:
        coded += h264_depayload(packet[header:])
        if packet[1] & 0x80:
            note(coder.decode(av.Packet(coded)))
            coded = b""
    note(coder.decode(None))
    return seen
