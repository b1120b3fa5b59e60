"""The sending connection of a seat: the browser offers, we take its tracks and give feedback."""

import secrets
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from rounds.media.engine import Kind, Reason
from rounds.media.sfu import rtcp, rtp
from rounds.media.sfu.counters import Counters
from rounds.media.sfu.description import MediaLine, Offer
from rounds.media.sfu.description_writer import LEVEL_URI, MID_URI, TRANSPORT_WIDE_URI
from rounds.media.sfu.native import Pointer
from rounds.media.sfu.outgoing import Outgoing
from rounds.media.sfu.transport import MediaPort, Transport
from rounds.media.sfu.twcc import ArrivalLog, report
from rounds.media.sfu.up_track import UpTrack


class SharedPort(MediaPort, Protocol):
    """The shared UDP port, with its list of tracks that miss packets."""

    outgoing: Outgoing
    counters: Counters
    fresh_losses: list[Callable[[int], None]]


class Line:
    """One negotiated media line and its track."""

    __slots__ = ("media", "payload", "repair", "track")

    def __init__(self, media: MediaLine, track: UpTrack) -> None:
        """Belong to that line of the offer."""
        self.media = media
        self.track = track
        self.payload = media.payload
        self.repair = media.repair


def kinds_of(offer: Offer) -> dict[str, Kind]:
    """Return what each sending line carries: first audio, first video, second video the screen."""
    free = {"audio": [Kind.AUDIO], "video": [Kind.VIDEO, Kind.SCREEN]}
    kinds: dict[str, Kind] = {}
    for media in offer.media:
        if media.rejected:
            continue
        if free[media.kind]:
            kind = free[media.kind].pop(0)
            if media.sends:
                kinds[media.mid] = kind
    return kinds


class Publisher:
    """Everything that arrives from one seat."""

    def __init__(
        self,
        seat: str,
        port: SharedPort,
        connected: Callable[[], None],
        lost: Callable[[Reason], None],
    ) -> None:
        """Begin without tracks."""
        self.seat = seat
        self._port = port
        self._on_connected = connected
        self._on_lost = lost
        self.ssrc = secrets.randbits(31) + 1
        self.offered: tuple[str, str] = ("", "")
        self._lines: dict[str, Line] = {}
        self._primary: dict[int, Line] = {}
        self._repairs: dict[int, Line] = {}
        self._transport_id = self._level_id = self._mid_id = 0
        self._arrivals = ArrivalLog()
        self.transport = Transport(port, self, port.outgoing.now)

    @property
    def tracks(self) -> Iterable[UpTrack]:
        """The tracks now negotiated."""
        return [line.track for line in self._lines.values()]

    def take(self, offer: Offer) -> set[str]:
        """Take the offer's tracks; return the mids that are taken."""
        self.offered = (offer.ufrag, offer.fingerprint)
        kinds = kinds_of(offer)
        lines: dict[str, Line] = {}
        self._primary.clear()
        self._repairs.clear()
        for media in offer.media:
            kind = kinds.get(media.mid)
            if kind is None:
                continue
            track = self._kept(media, kind) or UpTrack(
                self.seat, kind, self._port, self.ssrc, self.transport.send_rtcp
            )
            line = lines[media.mid] = Line(media, track)
            self._learn_sources(line)
            self._learn_extensions(media)
        self._lines = lines
        self.transport.expect(offer.ufrag, offer.fingerprint)
        return set(lines)

    def _kept(self, media: MediaLine, kind: Kind) -> UpTrack | None:
        """Return the line's track if this offer goes on with it: same kind, same source."""
        before = self._lines.get(media.mid)
        if before is None or before.track.kind is not kind:
            return None
        same = not media.sources or before.track.ssrc in media.sources
        return before.track if same else None

    def _learn_sources(self, line: Line) -> None:
        media = line.media
        repairs = set(media.repairs)
        for ssrc in media.sources:
            if ssrc not in repairs:
                line.track.ssrc = ssrc
                self._primary[ssrc] = line
                break
        for repair, primary in media.repairs.items():
            if primary == line.track.ssrc:
                self._repairs[repair] = line

    def _learn_extensions(self, media: MediaLine) -> None:
        extensions = media.extensions
        self._transport_id = extensions.get(TRANSPORT_WIDE_URI, self._transport_id)
        self._level_id = extensions.get(LEVEL_URI, self._level_id)
        self._mid_id = extensions.get(MID_URI, self._mid_id)

    # --- packets ---------------------------------------------------------------------------------

    def receive_rtp(self, buffer: rtp.Buffer, offset: int, pointer: Pointer, length: int) -> None:
        """Give a packet to its track; only negotiated sources and payload types pass."""
        counters = self._port.counters
        packet = rtp.read(buffer, offset, length, self._transport_id, self._level_id)
        if packet is None:
            counters.malformed += 1
            return
        second, sequence, timestamp, ssrc, start, size, transport, level = packet
        if transport >= 0:
            self._arrivals.note(transport, self._port.outgoing.now)
        line = self._primary.get(ssrc)
        if line is None:
            if ssrc in self._repairs:
                self._restore(self._repairs[ssrc], buffer, pointer + (start - offset), packet)
                return
            line = self._learn(bytes(buffer[offset : offset + length]), ssrc, second & 0x7F)
        if line is None or second & 0x7F != line.payload:
            counters.unnegotiated += 1
        elif size:
            line.track.take(
                pointer + (start - offset), size, second & 0x80, sequence, timestamp, level
            )

    def _restore(
        self, line: Line, buffer: rtp.Buffer, pointer: Pointer, packet: rtp.Packet
    ) -> None:
        """Turn RTX into the packet it repeats (RFC 4588 §4); padding-only probes carry none."""
        second, _, timestamp, _, start, size, _, level = packet
        if second & 0x7F != line.repair:
            self._port.counters.unnegotiated += 1
            return
        if size <= 2:
            return
        original = buffer[start] << 8 | buffer[start + 1]
        self._port.counters.restored += 1
        line.track.take(pointer + 2, size - 2, second & 0x80, original, timestamp, level)

    def _learn(self, packet: bytes, ssrc: int, payload: int) -> Line | None:
        """Find the line of a source that the offer did not name, by its mid extension."""
        line = self._lines.get(rtp.read_mid(packet, self._mid_id) or "") if self._mid_id else None
        if line is None or line.media.sources:
            return None
        if payload == line.payload and not line.track.ssrc:
            line.track.ssrc = ssrc
            self._primary[ssrc] = line
            return line
        if payload == line.repair and len(self._repairs) < len(self._lines):
            self._repairs[ssrc] = line
        return None

    def receive_rtcp(self, data: bytes) -> None:
        """Take the sender's clock; nothing else of a sender concerns us."""
        now = self._port.outgoing.now
        for kind, _, body in rtcp.packets(data):
            if kind == rtcp.SENDER_REPORT:
                told = rtcp.read_sender_report(body)
                line = self._primary.get(told[0]) if told else None
                if told and line is not None:
                    line.track.sender_report(told[1], told[2], now)

    # --- time ------------------------------------------------------------------------------------

    def tick(self, now: int, seconds: float) -> None:
        """Send what feedback is due."""
        self.transport.refill(seconds)
        if self._arrivals.due(now):
            self._report_arrivals(now)
        for line in self._lines.values():
            track = line.track
            track.refill(seconds)
            if track.losses.any:
                track.ask_again(now)
            track.ask_waiting_key_frame(now)
            track.look(now)

    def tick_second(self, now: int) -> None:
        """Report reception, once a second."""
        for line in self._lines.values():
            line.track.count(now)
        blocks = [line.track.block(now) for line in self._lines.values()]
        told = [block for block in blocks if block is not None]
        if told:
            self.transport.send_rtcp(rtcp.receiver_report(self.ssrc, told))
        self.transport.refill_second(now)

    def report(self) -> list[dict[str, Any]]:
        """Return the numbers of each track."""
        return [
            line.track.figures.report(line.track.losses, line.track.newest)
            for line in self._lines.values()
        ]

    def _report_arrivals(self, now: int) -> None:
        log = self._arrivals.take(now)
        media = next(iter(self._primary), 0)
        self.transport.send_rtcp(report(self.ssrc, media, self._arrivals.reports, log))
        self._arrivals.reports += 1
        self._port.counters.feedback += 1

    # --- life ------------------------------------------------------------------------------------

    def connected(self) -> None:
        """Media can flow."""
        self._on_connected()

    def lost(self, reason: Reason) -> None:
        """The connection has failed."""
        self._on_lost(reason)

    def close(self) -> None:
        """Release the connection."""
        self.transport.close()
