"""One outgoing copy of a track for one receiver: its layer, numbers, repetition and reports."""

import secrets
from collections.abc import Iterable
from typing import Protocol

from rounds.media.sfu import rtcp, rtp
from rounds.media.sfu.counters import Counters
from rounds.media.sfu.figures import OwnLoss, Rate
from rounds.media.sfu.key_frame_budget import KeyFrameBudget
from rounds.media.sfu.outgoing import Outgoing
from rounds.media.sfu.packet_map import STRAIGHT, Bend, PacketMap
from rounds.media.sfu.splice import Last, bent, last_of, splice
from rounds.media.sfu.track import Lane, Source, Stream
from rounds.media.sfu.transport import Transport

REPEAT_INTERVAL = 15_000
"""Microseconds in which the same packet is not sent twice."""
REPEATED_SHARE = 0.5
"""Bytes repeated in a second by those that passed in the one before: a fifth lost on each way asks
for a third. More means that the line is full, and each repeat takes the place of something new."""
LEAST_REPEATED = 10_000
"""Bytes a second that are repeated anyway, headers of the way counted."""
WAY_HEADERS = 60
"""Bytes around each packet: IP, UDP, SRTP."""
REPORTS_KEPT = 8
STOPPED = 1_000_000
"""Microseconds without a packet after which a size is no longer counted on."""


class Receiver(Protocol):
    """The receiving connection, as its copies see it."""

    transport: Transport
    outgoing: Outgoing
    counters: Counters


class DownTrack:
    """Sleeps while its pair is closed, and goes on with the next number when it opens again."""

    __slots__ = (
        "_base_gone",
        "_base_octets",
        "_base_sent",
        "_budget",
        "_layer",
        "_left",
        "_map",
        "_open",
        "_receiver",
        "_repeated",
        "_repeats_left",
        "_plain",
        "_takes_red",
        "_reports",
        "_rtx_sequence",
        "_watched",
        "aim",
        "cap",
        "fraction_lost",
        "name",
        "red",
        "repeated",
        "own_loss",
        "playable",
        "rate",
        "resent",
        "round_trip",
        "rtx",
        "rtx_ssrc",
        "source",
        "ssrc",
    )

    def __init__(self, source: Source, receiver: Receiver, name: str) -> None:
        """Begin asleep, with SSRCs and a start number of its own.

        `name` is stream and canonical name: it says nothing about the person, and the copies of one
        person's voice and face share it, so that they are played in step.
        """
        self.source = source
        self._receiver = receiver
        self.ssrc = secrets.randbits(31) + 1
        self.rtx_ssrc = secrets.randbits(31) + 1
        self.name = name
        self.rtx = True
        self.red = False
        """Whether redundant audio passes: the receiver takes it, and its line has room."""
        self._takes_red = self._plain = False
        self.playable = True
        """Whether the receiver's device can show this picture."""
        self._map = PacketMap(start=secrets.randbits(14))
        self._rtx_sequence = secrets.randbits(14)
        self._budget = KeyFrameBudget()
        self._open = False
        self.aim = len(source.layers) - 1
        """The layer that shall pass, -1 for none."""
        self.cap = 0
        """Bit/s the receiver's line has for this picture, 0 while that is not known."""
        self._layer: Stream | None = None
        """What passes now."""
        self._left: Last | None = None
        """What passed before, for what comes after to go on from."""
        self._watched: list[Stream] = []
        """Layers whose next key frame is waited for."""
        self._base_sent = self._base_octets = self._base_gone = 0
        self._repeated: dict[int, int] = {}
        self._repeats_left = LEAST_REPEATED
        self._reports: dict[int, int] = {}
        self.fraction_lost = 0.0
        self.round_trip: float | None = None
        self.own_loss = OwnLoss()
        self.rate = Rate()
        self.resent = self.repeated = 0
        """Packets sent again, and their bytes."""

    def agree(self, rtx: bool, red: bool) -> None:
        """Take what the receiver has accepted: retransmission as RTX, redundant audio."""
        if red != self._takes_red:
            self.sleep()  # its source sorts its copies as they wake
        self.rtx, self._takes_red = rtx, red
        self.red = red and not self._plain

    def spare(self, plain: bool) -> None:
        """Let a voice pass without its repeats, where the line has no room, or with them."""
        if plain == self._plain:
            return
        self._plain = plain
        red = self._takes_red and not plain
        if red == self.red:
            return
        open_now = self._open
        self.sleep()
        self.red = red
        if open_now:
            self.wake()

    def refuse(self) -> None:
        """Take it that the receiver's device knows nothing of this codec: the picture rests."""
        self.playable = False
        self.choose(-1)

    # --- awake and asleep ------------------------------------------------------------------------

    def wake(self) -> None:
        """Let packets pass from now on."""
        if not self._open:
            self._open = True
            self._budget = KeyFrameBudget()
            self.source.copies.append(self)
            self.own_loss.begin(self.sent, self._gone())
            self._approach()

    def sleep(self) -> None:
        """Let none pass from now on, neither packets nor reports nor repetitions."""
        if self._open:
            self._open = False
            self.source.copies.remove(self)
            self._leave()

    def choose(self, layer: int) -> None:
        """Go over to that layer at its next key frame; with -1 let none pass for a while."""
        if layer != self.aim:
            self.aim = layer
            if self._open:
                self._approach()

    @property
    def awake(self) -> bool:
        """Whether the pair is open."""
        return self._open

    @property
    def layer(self) -> int:
        """Which layer passes now, -1 for none."""
        return -1 if self._layer is None else self.source.layers.index(self._layer)

    @property
    def sent(self) -> int:
        """Packets that passed so far."""
        return self._base_sent + (self._layer.forwarded if self._layer is not None else 0)

    @property
    def octets(self) -> int:
        """Payload bytes of those."""
        return self._base_octets + (self._octets_of(self._layer) if self._layer is not None else 0)

    def _gone(self) -> int:
        """Return how many packets the sender's way has lost of what passed here."""
        return self._base_gone + (self._layer.gone if self._layer is not None else 0)

    def _octets_of(self, layer: Stream) -> int:
        return layer.octets - (0 if self.red else layer.redundant)

    def _approach(self) -> None:
        self._unwatch()
        if self.aim < 0:
            self._leave()
            return
        layer = self.source.layers[self.aim]
        if layer is self._layer:
            return
        if len(self.source.layers) == 1:
            self._enter(layer)
            layer.open(self)
        else:
            # While nothing passes, any size is better than none.
            self._watch([layer] if self._layer is not None else self.source.layers)

    def _enter(self, layer: Stream) -> None:
        self._layer = layer
        self._base_sent -= layer.forwarded
        self._base_octets -= self._octets_of(layer)
        self._base_gone -= layer.gone

    def _leave(self) -> None:
        self._unwatch()
        layer = self._layer
        if layer is not None:
            self._base_sent, self._base_octets = self.sent, self.octets
            self._base_gone = self._gone()
            self._layer = None
            self._left = last_of(layer, self._map.bend)
            self._map.pause()
            layer.shut(self)

    def _watch(self, layers: Iterable[Stream]) -> None:
        for layer in layers:
            if layer not in self._watched:
                self._watched.append(layer)
                layer.watch(self)

    def _unwatch(self) -> None:
        watched, self._watched = self._watched, []
        for layer in watched:
            layer.unwatch(self)

    # --- what the layers call --------------------------------------------------------------------

    def lane(self) -> Lane:
        """Return how packets in order go out."""
        transport = self._receiver.transport
        return transport.outbound, transport.to.pointer, self.ssrc, self._map.offset

    @property
    def bend(self) -> Bend:
        """What else changes in them."""
        return self._map.bend

    def begin(self, layer: Stream, first: int) -> None:
        """The layer's packets from this extended number on will pass."""
        self._map.resume(layer, first)

    def arrive(self, layer: Stream, index: int, timestamp: int, picture: int, base: int) -> None:
        """A key frame that was waited for begins with this packet, which has not gone out yet."""
        self._watched.remove(layer)
        self._leave()
        bend = STRAIGHT
        if self._left is not None:
            bend = splice(self._left, layer, timestamp, picture, base)
        self._enter(layer)
        self._map.resume(layer, index, bend)
        self._approach()

    def late(self, layer: Stream, index: int, packet: bytes) -> None:
        """Send a packet that arrived out of order, if it belongs to an opening."""
        goes = self._map.outgoing(layer, index)
        if goes is not None and self._open:
            self._send(bent(packet, goes[1], self.source.codec), goes[0])

    def report(self, ntp: int, timestamp: int) -> None:
        """Pass on the sender's clock with this copy's counts; it keeps voice and lips together."""
        receiver = self._receiver
        moment = (timestamp + self._map.bend.timestamp) & 0xFFFFFFFF
        receiver.transport.send_rtcp(
            rtcp.sender_report(self.ssrc, ntp, moment, self.sent, self.octets)
            + rtcp.description(self.ssrc, self.name)
        )
        self._reports[(ntp >> 16) & 0xFFFFFFFF] = receiver.outgoing.now
        if len(self._reports) > REPORTS_KEPT:
            del self._reports[next(iter(self._reports))]

    # --- what the receiver says ------------------------------------------------------------------

    def heard_block(self, fraction: int, last: int, delay: int, now: int) -> None:
        """Take a report block: loss, and the round trip since our report it names."""
        self.fraction_lost = fraction / 256
        self.own_loss.hear(self.fraction_lost, self.sent, self._gone())
        sent = self._reports.get(last)
        if sent is not None:
            self.round_trip = max(0.0, (now - sent) / 1e6 - delay / 65536)

    def wants_key_frame(self, now: int) -> None:
        """Pass the receiver's request on within its budget."""
        if self._layer is not None and self._budget.allows(now):
            self._layer.ask_key_frame()

    def wants_again(self, numbers: list[int], now: int) -> None:
        """Send packets again that the receiver misses and we still have."""
        if self._layer is None:
            return
        counters, kind = self._receiver.counters, "video" if self.source.is_video else "audio"
        for number in numbers:
            found = self._map.incoming(number)
            packet = None if found is None else found[0].cached(found[1])
            if found is None or packet is None:
                counters.not_cached += 1
                continue
            if now - self._repeated.get(number, -REPEAT_INTERVAL) < REPEAT_INTERVAL:
                continue
            if self._repeats_left <= 0:
                return
            self._repeats_left -= len(packet) + WAY_HEADERS
            self._repeated[number] = now
            counters.resent += 1
            self.resent += 1
            self.repeated += len(packet)
            self._send_again(bent(packet, found[2], self.source.codec), number, kind)

    def tick_second(self, now: int) -> None:
        """Start a new second of repetitions; look for another size where this one has stopped."""
        if self._open:
            self.rate.count(now, self.sent, self.octets)
        self._repeats_left = max(LEAST_REPEATED, int(self.rate.bits / 8 * REPEATED_SHARE))
        self._repeated.clear()
        layer = self._layer
        if self._open and layer is not None and now - layer.heard > STOPPED:
            self._watch(one for one in self.source.layers if one is not layer)

    # --- sending ---------------------------------------------------------------------------------

    def _send_again(self, packet: bytes, number: int, kind: str) -> None:
        if not self.rtx:
            self._send(packet, number)
            return
        receiver = self._receiver
        again = rtp.retransmission(
            packet, self._rtx_sequence, self.rtx_ssrc, number, kind, receiver.outgoing.send_time
        )
        self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
        transport = receiver.transport
        if transport.outbound is not None:
            receiver.outgoing.rtp(again, transport.outbound, transport.to)

    def _send(self, packet: bytes, number: int) -> None:
        transport = self._receiver.transport
        if transport.outbound is None:
            return
        copy = bytearray(packet)
        timestamp = int.from_bytes(packet[4:8], "big")
        rtp.patch(copy, 2, number & 0xFFFF, timestamp, self.ssrc)
        self._receiver.outgoing.rtp(copy, transport.outbound, transport.to)
