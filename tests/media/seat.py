"""One person at the engine for the tests: a sending and a receiving Wire."""

import contextlib
import inspect
import secrets
import struct
from typing import Any

from rounds.bench import description
from rounds.kernel.errors import NotFound
from rounds.media.engine import Kind, Lost, MediaEvent, Offered
from tests.media.wire import Wire, eventually

VP8_KEY = b"\x90\x80\x81\x23" + b"\x10\x02\x00\x9d\x01\x2a"
VP8_DELTA = b"\x90\x80\x81\x24" + b"\x11\x02\x00"


async def settled(value: Any) -> Any:
    """Return a value, or what an awaitable gives: a Hall answers at once, an engine later."""
    return await value if inspect.isawaitable(value) else value


class Stream:
    """Numbered packets of one source."""

    def __init__(self, wire: Wire, kind: str, start: int | None = None) -> None:
        """Begin at `start`, or anywhere below 2^15."""
        self.wire, self.kind = wire, kind
        self.ssrc = secrets.randbits(31) | 1
        self.repair = secrets.randbits(31) | 1
        self.sequence = secrets.randbits(15) if start is None else start
        self.timestamp = secrets.randbits(31)
        self.wide = 0
        self.sent: dict[int, bytes] = {}
        self._heads: dict[int, tuple[int, int]] = {}

    def packet(self, payload: bytes, kind: int = 0, last: bool = True) -> bytes:
        """Return the next packet, with level or transport-wide number and an unknown extension.

        `kind` is its payload type, 0 for the usual one; after the `last` of a frame time goes on.
        """
        kind = kind or (111 if self.kind == "audio" else 96)
        extension = b"\x41" + struct.pack("!H", self.wide) + b"\x50\xaa" + b"\x20\x1e" + bytes(1)
        marker, time = last << 7, self.timestamp & 0xFFFFFFFF
        head = struct.pack("!BBHII", 0x90, marker | kind, self.sequence, time, self.ssrc)
        packet = head + b"\xbe\xde\x00\x02" + extension + payload
        self.sent[self.sequence] = payload
        self._heads[self.sequence] = marker, time
        self.sequence = (self.sequence + 1) & 0xFFFF
        self.wide = (self.wide + 1) & 0xFFFF
        if last:
            self.timestamp += 960 if self.kind == "audio" else 3000
        return packet

    def send(self, payload: bytes = b"", kind: int = 0) -> bytes:
        """Send the next packet with a payload of its own; return the payload."""
        base = payload or (
            (VP8_DELTA if self.kind == "video" else b"\x78") + secrets.token_bytes(8)
        )
        self.wire.send_rtp(self.packet(base, kind))
        return base

    def forget(self) -> None:
        """Keep nothing of what was sent; it cannot be repeated then."""
        self.sent.clear()
        self._heads.clear()

    def repeat(self, sequence: int, number: int) -> None:
        """Send a packet again as RTX (RFC 4588)."""
        marker, time = self._heads[sequence]
        head = struct.pack("!BBHII", 0x80, marker | 97, number, time, self.repair)
        self.wire.send_rtp(head + struct.pack("!H", sequence) + self.sent[sequence])


class Seat:
    """Joins, publishes and answers every offer; what it hears is on `down`."""

    def __init__(self, service: Any, room: str, seat: str, host: str = "127.0.0.1") -> None:
        """Belong to a Hall or an engine."""
        self.service, self.room, self.seat = service, room, seat
        self.up, self.down = Wire(host), Wire(host)
        self.audio, self.video = Stream(self.up, "audio"), Stream(self.up, "video")
        self.generation = 0
        self.sends_red = self.takes_red = True
        self.unknown = ""
        """A codec whose pictures are refused."""
        self.offers: list[Offered] = []
        self.lost: list[Lost] = []
        self.tracks: dict[int, tuple[str, Kind]] = {}

    async def join(self) -> None:
        """Take the seat."""
        self.generation = await settled(self.service.join(self.room, self.seat))

    def offer(self) -> str:
        """Return the offer of the sending side."""
        ssrcs = self.audio.ssrc, self.video.ssrc, self.video.repair
        return description.offer(self.up.local, *ssrcs, red=self.sends_red)

    async def publish(self, sdp: str = "") -> str:
        """Describe the sending side."""
        answer: str = await settled(
            self.service.publish(self.room, self.seat, self.generation, sdp or self.offer())
        )
        self.up.accept(answer)
        return answer

    async def come(self) -> None:
        """Join, publish and connect both sides."""
        await self.join()
        await self.publish()
        await self.up.connect()
        await eventually(lambda: self.down.remote.user)
        await self.down.connect()

    async def hear(self, event: MediaEvent) -> None:
        """Take an event of the engine; offers to this seat are answered."""
        if not isinstance(event, Offered | Lost) or event.seat != self.seat:
            return
        if isinstance(event, Lost):
            self.lost.append(event)
            return
        self.offers.append(event)
        self.down.accept(event.sdp)
        lines = {track.mid: track for track in event.tracks}
        self.tracks = {
            section.ssrcs[0]: (lines[section.mid].seat, lines[section.mid].kind)
            for section in self.down.remote.sections
            if section.mid in lines
        }
        answer = description.answer(self.down.remote, self.down.local, self.takes_red, self.unknown)
        with contextlib.suppress(NotFound):  # the seat may be gone before its event is read
            await settled(
                self.service.answer(self.room, self.seat, event.generation, event.version, answer)
            )

    def heard(self, seat: str, kind: Kind) -> list[bytes]:
        """Return the packets of one person's track that arrived, in order of arrival."""
        return [
            packet
            for packet in self.down.rtp
            if self.tracks.get(int.from_bytes(packet[8:12], "big")) == (seat, kind)
        ]

    async def until_heard(self, seat: str, kind: Kind, count: int) -> list[bytes]:
        """Wait for so many packets of one person's track and return them."""
        await eventually(lambda: len(self.heard(seat, kind)) >= count)
        return self.heard(seat, kind)

    async def until_reaches(self, listener: "Seat") -> list[bytes]:
        """Speak until the listener hears it; return all packets of the voice it heard."""

        def spoken() -> list[bytes]:
            self.audio.send()
            return listener.heard(self.seat, Kind.AUDIO)

        return await eventually(spoken)

    async def until_offered(self, count: int) -> None:
        """Wait until exactly so many tracks are offered to this seat."""
        await eventually(lambda: len(self.tracks) == count)

    def ssrc(self, seat: str, kind: Kind) -> int:
        """Return the SSRC of one person's track; KeyError before it is offered."""
        return {track: ssrc for ssrc, track in self.tracks.items()}[seat, kind]

    def close(self) -> None:
        """Give both sockets back."""
        self.up.close()
        self.down.close()


def payload(packet: bytes) -> bytes:
    """Return what a packet from the engine carries."""
    return packet[24:]
