"""Somebody by protocol whose camera shows a colour and whose microphone says a tone, and who looks.

Packets of others are put together and decoded, so that it is known whose they are.
"""

import asyncio
import struct
import time
from collections.abc import Iterable
from fractions import Fraction

import av
import numpy as np

from rounds.media.engine import Kind
from rounds.media.sfu import rtcp
from tests.browser.coded import VOICE_RATE, Coded
from tests.browser.person import AUDIBLE_DB, FAR
from tests.making.browser import Browser, Line
from tests.media.seat import payload
from tests.rooms.caller import Caller

WIDTH, HEIGHT, RATE = 160, 90, 10
FRAME_TICKS = 90_000 // RATE
VOICE_TICKS, VOICES = 960, 50
"""Samples of a packet, and packets a second."""
SYLLABLES = 4
HEARD = 40
"""Packets of a voice that are listened to: three syllables."""
GLANCE, PATIENCE = 0.25, 30.0
"""Seconds between two looks at what came, and until what should have come has not."""
LOOKS_PER_REQUEST = 8
"""A receiver may ask for a key frame every two seconds."""
WINDOW = 8192
"""Samples of one look at the tones, as in senses.js."""


def camera(coded: Coded) -> list[bytes]:
    """Return a second of the colour, in which a darker bar moves; each frame stands for itself."""
    coder = av.CodecContext.create("libvpx", "w")
    coder.width, coder.height, coder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    coder.time_base, coder.framerate = Fraction(1, RATE), Fraction(RATE)
    coder.options = {"deadline": "realtime", "lag-in-frames": "0", "g": "0", "cpu-used": "8"}
    frames = []
    for number in range(RATE):
        picture = np.full((HEIGHT, WIDTH, 3), coded.colour, np.uint8)
        at = number * WIDTH // RATE
        picture[:, at : at + 16] = picture[:, at : at + 16] * 0.8
        frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = number, coder.time_base
        frames += [bytes(packet) for packet in coder.encode(frame)]
    return frames


def microphone(coded: Coded) -> list[bytes]:
    """Return a second of the tone, in syllables."""
    coder = av.CodecContext.create("libopus", "w")
    coder.sample_rate, coder.layout, coder.format = VOICE_RATE, "mono", "s16"
    coder.options = {"frame_duration": "20"}
    moments = np.arange(VOICE_RATE) / VOICE_RATE
    syllables = np.clip(np.sin(2 * np.pi * SYLLABLES * moments) * 4, 0, 1)
    sound = (0.5 * 32767 * syllables * np.sin(2 * np.pi * coded.tone * moments)).astype("<i2")
    packets = []
    for number in range(VOICES):
        part = sound[number * VOICE_TICKS : (number + 1) * VOICE_TICKS].reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(part, "s16", "mono")
        frame.sample_rate, frame.pts = VOICE_RATE, number * VOICE_TICKS
        packets += [bytes(packet) for packet in coder.encode(frame)]
    return packets


class CodedCaller(Caller):
    """Comes, sends by itself, and tells what it hears and sees of whom."""

    takes_red = False

    def __init__(self, browser: Browser, room: Line, coded: Coded) -> None:
        """Be this person."""
        super().__init__(browser, room)
        self.coded = coded
        self._frames, self._voice = camera(coded), microphone(coded)
        self._tasks: list[asyncio.Task[None]] = []

    async def come(self) -> "CodedCaller":
        """Take the seat; sound and picture begin by themselves."""
        await super().come()
        work = (self.follow(), self._show(), self._say())
        self._tasks = [asyncio.ensure_future(one) for one in work]
        return self

    async def go(self) -> None:
        """Close the connections, without a word to the room."""
        for task in self._tasks:
            task.cancel()
        self.close()
        await self.media.close()

    async def _show(self) -> None:
        began, number = time.perf_counter(), 0
        while True:
            head = b"\x90\x80" + struct.pack("!H", 0x8000 | number & 0x7FFF)
            self.video.send(head + self._frames[number % len(self._frames)])
            number += 1
            self.video.timestamp += FRAME_TICKS - 3000  # the stream itself reckons with thirty
            await _until(began + number / RATE)

    async def _say(self) -> None:
        began, number = time.perf_counter(), 0
        while True:
            self.audio.send(self._voice[number % len(self._voice)])
            if number % VOICES == 0:
                self.consent()
            number += 1
            await _until(began + number / VOICES)

    # --- what it notices -------------------------------------------------------------------------

    def seats(self) -> set[tuple[str, Kind]]:
        """Whose tracks are offered to it."""
        return set(self.tracks.values())

    def packets(self, seat: str, kind: Kind, since: int = 0) -> list[bytes]:
        """What came of a track, leaving out so many packets of all tracks."""
        return [
            packet
            for packet in self.down.rtp[since:]
            if self.tracks.get(int.from_bytes(packet[8:12], "big")) == (seat, kind)
        ]

    def forget(self) -> None:
        """Look and listen anew."""
        for kept in (self.down.rtp, self.down.raw, self.down.rtcp, self.up.raw, self.up.rtcp):
            kept.clear()
        self.audio.forget()
        self.video.forget()

    async def hears(self, seat: str, tones: Iterable[int]) -> set[int]:
        """Those of the tones that sound in somebody's voice."""
        since, voices = len(self.down.rtp), list[bytes]()
        async with asyncio.timeout(PATIENCE):
            while len(voices) < HEARD:
                await asyncio.sleep(GLANCE)
                voices = self.packets(seat, Kind.AUDIO, since)
        return await asyncio.to_thread(_tones, [payload(one) for one in voices], set(tones))

    async def colour(self, seat: str) -> tuple[int, int, int]:
        """The mean colour of somebody's next key frame."""
        ssrc = next(one for one, track in self.tracks.items() if track == (seat, Kind.VIDEO))
        since, frame, looks = len(self.down.rtp), b"", 0
        async with asyncio.timeout(PATIENCE):
            while not frame:
                if looks % LOOKS_PER_REQUEST == 0:
                    self.down.send_rtcp(rtcp.picture_loss(1, ssrc))
                looks += 1
                await asyncio.sleep(GLANCE)
                frame = _whole_key_frame(self.packets(seat, Kind.VIDEO, since))
        return await asyncio.to_thread(_mean_colour, frame)

    async def sees(self, seat: str, other: Coded) -> bool:
        """Whether somebody's picture has this person's colour."""
        seen = np.array(await self.colour(seat)) - np.array(other.colour)
        return bool(np.linalg.norm(seen) < FAR)


def _whole_key_frame(packets: list[bytes]) -> bytes:
    """Return a frame of these packets that is a key frame and has no gap, or nothing."""
    frames: dict[int, list[bytes]] = {}
    for packet in packets:
        frames.setdefault(int.from_bytes(packet[4:8], "big"), []).append(packet)
    for parts in frames.values():
        parts.sort(key=lambda one: int.from_bytes(one[2:4], "big"))
        numbers = [int.from_bytes(one[2:4], "big") for one in parts]
        whole = numbers[-1] - numbers[0] == len(parts) - 1 and parts[-1][1] & 0x80
        bodies = [_without_descriptor(payload(one)) for one in parts]
        begins = payload(parts[0])[0] & 0x10
        if whole and begins and not bodies[0][0] & 1:
            return b"".join(bodies)
    return b""


def _without_descriptor(body: bytes) -> bytes:
    """Return what stands behind the VP8 payload descriptor (RFC 7741 §4.2)."""
    size = 1
    if body[0] & 0x80:
        parts, size = body[1], 2
        if parts & 0x80:
            size += 2 if body[size] & 0x80 else 1
        size += bool(parts & 0x40) + bool(parts & 0x30)
    return body[size:]


def _mean_colour(frame: bytes) -> tuple[int, int, int]:
    decoder = av.CodecContext.create("vp8", "r")
    pictures = [*decoder.decode(av.Packet(frame)), *decoder.decode(None)]
    red, green, blue = pictures[0].to_ndarray(format="rgb24").reshape(-1, 3).mean(axis=0)
    return round(red), round(green), round(blue)


def _tones(packets: list[bytes], tones: set[int]) -> set[int]:
    decoder = av.CodecContext.create("libopus", "r")
    decoder.sample_rate, decoder.layout = VOICE_RATE, "mono"
    parts = [
        frame.to_ndarray().astype(np.float64)
        for packet in packets
        for frame in decoder.decode(av.Packet(packet))
    ]
    scale = 32768 if decoder.format.name.startswith("s16") else 1
    sound = np.concatenate([part.reshape(-1) for part in parts]) / scale
    shape = np.blackman(WINDOW)
    loudest = dict.fromkeys(tones, -200.0)
    for at in range(0, len(sound) - WINDOW, WINDOW // 4):
        levels = np.abs(np.fft.rfft(sound[at : at + WINDOW] * shape)) / shape.sum() * 2
        for tone in tones:
            place = round(tone * WINDOW / VOICE_RATE)
            level = 20 * np.log10(levels[place - 2 : place + 3].max() + 1e-10)
            loudest[tone] = max(loudest[tone], float(level))
    return {tone for tone, level in loudest.items() if level > AUDIBLE_DB}


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.perf_counter()))
