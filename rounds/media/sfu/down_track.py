"""One outgoing copy of a track for one receiver: numbering, repetition, reports, its requests."""

import secrets
from typing import Protocol

from rounds.media.sfu import rtcp, rtp
from rounds.media.sfu.counters import Counters
from rounds.media.sfu.figures import OwnLoss, Rate
from rounds.media.sfu.outgoing import Outgoing
from rounds.media.sfu.packet_map import PacketMap
from rounds.media.sfu.track import Lane, Source
from rounds.media.sfu.transport import Transport

FIRST_WAIT = 500_000
"""Microseconds until the same receiver may ask for a key frame again …"""
LONGEST_WAIT = 10_000_000
"""… doubling up to this while it asks on and on: it cannot decode at all, and everyone pays. One
that is quiet for twice its wait has decoded meanwhile and is trusted again."""
REPEAT_INTERVAL = 15_000
"""Microseconds in which the same packet is not sent twice."""
MOST_REPEATS = 400
"""Packets repeated per second for one copy, so that a request cannot multiply traffic."""
REPORTS_KEPT = 8


class Receiver(Protocol):
    """The receiving connection, as its copies see it."""

    transport: Transport
    outgoing: Outgoing
    counters: Counters


class KeyFrameBudget:
    """How often one receiver's requests are passed on."""

    __slots__ = ("_last", "_wait")

    def __init__(self) -> None:
        """Begin trusted."""
        self._last = -LONGEST_WAIT
        self._wait = FIRST_WAIT

    def allows(self, now: int) -> bool:
        """Return whether a request at `now` (µs) may pass, and count it if so."""
        since = now - self._last
        if since < self._wait:
            return False
        calm = since >= 2 * self._wait
        self._wait = FIRST_WAIT if calm else min(2 * self._wait, LONGEST_WAIT)
        self._last = now
        return True


class DownTrack:
    """Sleeps while its pair is closed, and goes on with the next number when it opens again."""

    __slots__ = (
        "_base_octets",
        "_base_sent",
        "_budget",
        "_map",
        "_open",
        "_receiver",
        "_repeated",
        "_repeats_left",
        "_reports",
        "_rtx_sequence",
        "fraction_lost",
        "name",
        "own_loss",
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
        self._map = PacketMap(start=secrets.randbits(14))
        self._rtx_sequence = secrets.randbits(14)
        self._budget = KeyFrameBudget()
        self._open = False
        self._base_sent = self._base_octets = 0
        self._repeated: dict[int, int] = {}
        self._repeats_left = MOST_REPEATS
        self._reports: dict[int, int] = {}
        self.fraction_lost = 0.0
        self.round_trip: float | None = None
        self.own_loss = OwnLoss()
        self.rate = Rate()
        self.resent = 0

    # --- awake and asleep ------------------------------------------------------------------------

    def wake(self) -> None:
        """Let packets pass from now on."""
        if not self._open:
            self._open = True
            self._base_sent -= self.source.forwarded
            self._base_octets -= self.source.octets
            self._budget = KeyFrameBudget()
            self.own_loss.begin(self.sent, self.source.gone)
            self.source.open(self)

    def sleep(self) -> None:
        """Let none pass from now on, neither packets nor reports nor repetitions."""
        if self._open:
            self._open = False
            self.source.shut(self)
            self._base_sent += self.source.forwarded
            self._base_octets += self.source.octets

    @property
    def awake(self) -> bool:
        """Whether packets pass."""
        return self._open

    @property
    def sent(self) -> int:
        """Packets that passed so far, while awake."""
        return self._base_sent + self.source.forwarded

    @property
    def octets(self) -> int:
        """Payload bytes of those."""
        return self._base_octets + self.source.octets

    # --- what the source calls -------------------------------------------------------------------

    def lane(self) -> Lane:
        """Return how packets in order go out."""
        transport = self._receiver.transport
        return transport.outbound, transport.to.pointer, self.ssrc, self._map.offset

    def resume(self, first: int) -> None:
        """Packets from this extended number on will pass."""
        self._map.resume(first)

    def pause(self, newest: int) -> None:
        """No packet passes any more."""
        self._map.pause(newest)

    def late(self, index: int, packet: bytes) -> None:
        """Send a packet that arrived out of order, if it belongs to an opening."""
        number = self._map.outgoing(index)
        if number is not None and self._open:
            self._send(packet, number)

    def report(self, ntp: int, timestamp: int) -> None:
        """Pass on the sender's clock with this copy's counts; it keeps voice and lips together."""
        receiver = self._receiver
        receiver.transport.send_rtcp(
            rtcp.sender_report(self.ssrc, ntp, timestamp, self.sent, self.octets)
            + rtcp.description(self.ssrc, self.name)
        )
        self._reports[(ntp >> 16) & 0xFFFFFFFF] = receiver.outgoing.now
        if len(self._reports) > REPORTS_KEPT:
            del self._reports[next(iter(self._reports))]

    # --- what the receiver says ------------------------------------------------------------------

    def heard_block(self, fraction: int, last: int, delay: int, now: int) -> None:
        """Take a report block: loss, and the round trip since our report it names."""
        self.fraction_lost = fraction / 256
        self.own_loss.hear(self.fraction_lost, self.sent, self.source.gone)
        sent = self._reports.get(last)
        if sent is not None:
            self.round_trip = max(0.0, (now - sent) / 1e6 - delay / 65536)

    def wants_key_frame(self, now: int) -> None:
        """Pass the receiver's request on within its budget."""
        if self._open and self._budget.allows(now):
            self.source.ask_key_frame()

    def wants_again(self, numbers: list[int], now: int) -> None:
        """Send packets again that the receiver misses and we still have."""
        if not self._open:
            return
        counters, kind = self._receiver.counters, "video" if self.source.is_video else "audio"
        for number in numbers:
            index = self._map.incoming(number, self.source.newest)
            packet = None if index is None else self.source.cached(index)
            if index is None or packet is None:
                counters.not_cached += 1
                continue
            if now - self._repeated.get(index, -REPEAT_INTERVAL) < REPEAT_INTERVAL:
                continue
            if self._repeats_left <= 0:
                return
            self._repeats_left -= 1
            self._repeated[index] = now
            counters.resent += 1
            self.resent += 1
            self._send_again(packet, number, kind)

    def refill_second(self, now: int) -> None:
        """Start a new second of repetitions, and take the rate of the last one."""
        if self._open:
            self.rate.count(now, self.sent, self.octets)
        self._repeats_left = MOST_REPEATS
        self._repeated.clear()

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
