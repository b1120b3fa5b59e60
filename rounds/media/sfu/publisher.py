"""The sending connection of a seat: the browser offers, we take its tracks and give feedback."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from rounds.media.engine import Kind, Reason
from rounds.media.sfu import rtcp, rtp
from rounds.media.sfu.counters import Counters
from rounds.media.sfu.description import MediaLine, Offer
from rounds.media.sfu.description_writer import (
    LEVEL_URI,
    MID_URI,
    REPAIRED_URI,
    RID_URI,
    TRANSPORT_WIDE_URI,
)
from rounds.media.sfu.layer import Layer
from rounds.media.sfu.native import Pointer
from rounds.media.sfu.outgoing import Outgoing
from rounds.media.sfu.transport import MediaPort, Transport
from rounds.media.sfu.twcc import ArrivalLog
from rounds.media.sfu.up_track import UpTrack
from rounds.media.sfu.voice_layer import VoiceLayer

MOST_REPAIRS = 8
"""Sources of repeated packets that are learned from packets: one per layer, and some to spare."""


SILENT = 500_000
"""Microseconds without a packet after which a voice is silent."""


class SharedPort(MediaPort, Protocol):
    """The shared UDP port, with its list of tracks that miss packets."""

    outgoing: Outgoing
    counters: Counters
    fresh_losses: list[Callable[[int], None]]


class Line:
    """One negotiated media line and its track; by rid, where its picture comes in several sizes."""

    __slots__ = ("media", "track")

    def __init__(self, media: MediaLine, track: UpTrack) -> None:
        """Belong to that line of the offer."""
        self.media, self.track = media, track

    def layer(self, rid: str) -> Layer | None:
        """Return the layer with that restriction identifier; a plain line has one, without."""
        rids = self.media.rids
        if not rids:
            return self.track.layers[0]
        return self.track.layers[rids.index(rid)] if rid in rids else None


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

    make_layer = Layer
    make_voice = VoiceLayer
    make_transport = Transport

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
        self._layers: tuple[Layer, ...] = ()
        self._voices: tuple[Layer, ...] = ()
        self._primary: dict[int, tuple[int, int, Layer]] = {}
        """By source: payload types of the codec and of its redundant form, and whose these are."""
        self._repairs: dict[int, tuple[int, Layer]] = {}
        """By source of repeated packets: payload type of RTX, and what is repeated."""
        self._transport_id = self._level_id = self._mid_id = self._rid_id = self._repaired_id = 0
        self._arrivals = ArrivalLog()
        self.transport = self.make_transport(port, self, port.outgoing.now)

    @property
    def tracks(self) -> Iterable[UpTrack]:
        """The tracks now negotiated."""
        return [line.track for line in self._lines.values()]

    @property
    def received(self) -> int:
        """Packets that came so far, over all layers."""
        return sum(layer.losses.received for layer in self._layers)

    def loudness(self, now: int) -> int:
        """Return how loud the voice is: 0 silence to 127."""
        loudest = 0
        for voice in self._voices:
            if now - voice.heard < SILENT:
                loudest = max(loudest, voice.loudness)
        return loudest

    def fresh_wants(self) -> Iterator[tuple[Kind, tuple[bool, ...]]]:
        """Yield for each picture which layers are wanted, where that has changed.

        A cap that has become less is told here and now.
        """
        for track in self.tracks:
            if track.narrows():
                self._tell_cap(track)
            if track.is_video and track.wanted() != track.told_wanted:
                track.told_wanted = track.wanted()
                yield track.kind, track.told_wanted

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
            track = self._kept(media, kind) or self._new_track(media, kind)
            line = lines[media.mid] = Line(media, track)
            self._learn_sources(line)
            self._learn_extensions(media)
        self._lines = lines
        self._layers = tuple(layer for track in self.tracks for layer in track.layers)
        self._voices = tuple(layer for layer in self._layers if not layer.is_video)
        self.transport.expect(offer.ufrag, offer.fingerprint)
        return set(lines)

    def _kept(self, media: MediaLine, kind: Kind) -> UpTrack | None:
        """Return the line's track if this offer goes on with it: same kind, codec and source."""
        before = self._lines.get(media.mid)
        if before is None or before.track.kind is not kind:
            return None
        same = (media.rids, media.codec) == (before.media.rids, before.media.codec) and (
            not media.sources or before.track.layers[0].ssrc in media.sources
        )
        return before.track if same else None

    def _new_track(self, media: MediaLine, kind: Kind) -> UpTrack:
        port, feedback = self._port, self.transport.send_rtcp
        if kind is Kind.AUDIO:
            return UpTrack(self.seat, kind, [self.make_voice(port, self.ssrc, feedback)])
        layers = [
            self.make_layer(kind, port, self.ssrc, feedback, media.codec)
            for _ in media.rids or ("",)
        ]
        return UpTrack(self.seat, kind, layers)

    def _learn_sources(self, line: Line) -> None:
        """Take the sources that the offer names, and those that were learned before it."""
        media = line.media
        if not media.rids:
            layer, repairs = line.track.layers[0], set(media.repairs)
            for ssrc in media.sources:
                if ssrc not in repairs:
                    layer.ssrc = ssrc
                    break
            for repair, primary in media.repairs.items():
                if primary == layer.ssrc:
                    self._repairs[repair] = (media.repair, layer)
        for layer in line.track.layers:
            if layer.ssrc:
                self._primary[layer.ssrc] = (media.payload, media.red, layer)

    def _learn_extensions(self, media: MediaLine) -> None:
        extensions = media.extensions
        self._transport_id = extensions.get(TRANSPORT_WIDE_URI, self._transport_id)
        self._level_id = extensions.get(LEVEL_URI, self._level_id)
        self._mid_id = extensions.get(MID_URI, self._mid_id)
        self._rid_id = extensions.get(RID_URI, self._rid_id)
        self._repaired_id = extensions.get(REPAIRED_URI, self._repaired_id)

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
            self._arrivals.note((transport, self._port.outgoing.now))
        known = self._primary.get(ssrc)
        if known is None:
            if ssrc not in self._repairs:
                known = self._learn(bytes(buffer[offset : offset + length]), ssrc, second & 0x7F)
            if ssrc in self._repairs:
                self._restore(self._repairs[ssrc], buffer, pointer + (start - offset), packet)
                return
        if known is None:
            counters.unnegotiated += 1
            return
        payload, red, layer = known
        kind = second & 0x7F
        if kind == payload:
            if size:
                layer.take(
                    pointer + (start - offset), size, second & 0x80, sequence, timestamp, level
                )
        elif kind == red and isinstance(layer, VoiceLayer):
            layer.take_red(buffer, pointer + (start - offset), packet)
        else:
            counters.unnegotiated += 1

    def _restore(
        self, known: tuple[int, Layer], buffer: rtp.Buffer, pointer: Pointer, packet: rtp.Packet
    ) -> None:
        """Turn RTX into the packet it repeats (RFC 4588 §4); padding-only probes carry none."""
        second, _, timestamp, _, start, size, _, level = packet
        payload, layer = known
        if second & 0x7F != payload:
            self._port.counters.unnegotiated += 1
            return
        if size <= 2:
            return
        original = buffer[start] << 8 | buffer[start + 1]
        self._port.counters.restored += 1
        layer.take(pointer + 2, size - 2, second & 0x80, original, timestamp, level)

    def _learn(self, packet: bytes, ssrc: int, payload: int) -> tuple[int, int, Layer] | None:
        """Find the line of a source that the offer did not name, by its mid and rid extensions."""
        line = self._lines.get(rtp.read_text(packet, self._mid_id)) if self._mid_id else None
        if line is None or line.media.sources:
            return None
        media = line.media
        if payload in (media.payload, media.red):
            layer = line.layer(rtp.read_text(packet, self._rid_id))
            if layer is not None and not layer.ssrc:
                layer.ssrc = ssrc
                self._primary[ssrc] = (media.payload, media.red, layer)
                return self._primary[ssrc]
        elif payload == media.repair and len(self._repairs) < MOST_REPAIRS:
            layer = line.layer(rtp.read_text(packet, self._repaired_id))
            if layer is not None:
                self._repairs[ssrc] = (payload, layer)
        return None

    def receive_rtcp(self, data: bytes) -> None:
        """Take the sender's clock; nothing else of a sender concerns us."""
        now = self._port.outgoing.now
        for kind, _, body in rtcp.packets(data):
            if kind == rtcp.SENDER_REPORT:
                told = rtcp.read_sender_report(body)
                known = self._primary.get(told[0]) if told else None
                if told and known is not None:
                    known[2].sender_report(told[1], told[2], now)

    # --- time ------------------------------------------------------------------------------------

    def tick(self, now: int) -> None:
        """Send what feedback is due."""
        if self._arrivals.due(now):
            self._report_arrivals(now)
        for layer in self._layers:
            layer.tick(now)

    def refill(self, now: int, seconds: float) -> None:
        """Let allowances grow by what `seconds` permit, and look at the newest packets."""
        self.transport.refill(seconds)
        for layer in self._layers:
            layer.refill(seconds)
            layer.look(now)

    def tick_second(self, now: int) -> None:
        """Report reception and how much of a picture is of use, once a second."""
        told = []
        for layer in self._layers:
            layer.tick_second(now)
            block = layer.block(now)
            if block is not None:
                told.append(block)
        if told:
            self.transport.send_rtcp(rtcp.receiver_report(self.ssrc, told))
        for line in self._lines.values():
            line.track.tick_second()
            self._tell_cap(line.track)
        self.transport.refill_second(now)

    def _tell_cap(self, track: UpTrack) -> None:
        cap = track.cap()
        sources = [layer.ssrc for layer in track.layers if layer.ssrc]
        if cap and sources:
            # A sender takes the estimate for all it sends, and its voice out of it first.
            voices = sum(one.layers[0].figures.rate.bits for one in self.tracks if not one.is_video)
            self.transport.send_rtcp(rtcp.estimate(self.ssrc, cap + voices, sources))

    def report(self) -> list[dict[str, Any]]:
        """Return the numbers of each layer."""
        return [layer.figures.report(layer.losses, layer.newest) for layer in self._layers]

    def _report_arrivals(self, now: int) -> None:
        media = next(iter(self._primary), 0)
        told = self._arrivals.write(self.ssrc, media, now)
        if told:
            self.transport.send_rtcp(told)
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
