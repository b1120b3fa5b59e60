"""One incoming stream: numbering, losses, cache, key frame requests and the fan to its copies."""

from collections.abc import Callable
from typing import Protocol

from rounds.media.engine import Kind
from rounds.media.sfu import rtcp, rtp, vp8
from rounds.media.sfu.counters import Counters
from rounds.media.sfu.figures import UpFigures
from rounds.media.sfu.losses import Losses
from rounds.media.sfu.native import SLOT, SRTP, Pointer, memory, move
from rounds.media.sfu.outgoing import CAPACITY, Outgoing
from rounds.media.sfu.packet_cache import PacketCache
from rounds.media.sfu.packet_map import STRAIGHT, Bend
from rounds.media.sfu.track import Lane, Sink

KEY_FRAME_INTERVAL = 500_000
"""Microseconds between two requests: every receiver pays for each key frame."""
FIRST_INDEX = 0x10000
"""Extended numbers start one cycle up, so that late packets of the beginning stay positive."""
BYTES_PER_SECOND = {Kind.AUDIO: 33_000, Kind.VIDEO: 500_000, Kind.SCREEN: 500_000}
"""Caps per layer: 128 kbit/s of audio, said twice with its block headers; 4 Mbit/s of video."""

protect = SRTP.protect
patch = rtp.patch


class Shared(Protocol):
    """What a layer uses of the shared UDP port."""

    outgoing: Outgoing
    counters: Counters
    fresh_losses: list[Callable[[int], None]]


class Layer:
    """Takes decrypted packets; every copy whose lane is open gets each of them.

    Sound and a plain picture are one layer; of a picture in several sizes each is one.
    """

    __slots__ = (
        "_allowance",
        "_asked_at",
        "_bent",
        "_bytes",
        "_fan",
        "_key_frame_wanted",
        "_own_ssrc",
        "_port",
        "_send_feedback",
        "_sinks",
        "_template",
        "_view",
        "_watching",
        "base",
        "cache",
        "clock",
        "figures",
        "forwarded",
        "heard",
        "height",
        "is_video",
        "kind",
        "losses",
        "loudness",
        "newest",
        "octets",
        "picture",
        "redundant",
        "several",
        "ssrc",
        "timestamp",
    )

    def __init__(
        self, kind: Kind, port: Shared, own_ssrc: int, feedback: Callable[[bytes], None]
    ) -> None:
        """Carry that kind; `feedback` sends RTCP to the browser, in the name of `own_ssrc`."""
        self.kind = kind
        self._own_ssrc = own_ssrc
        self.ssrc = 0
        self.is_video = kind is not Kind.AUDIO
        self.several = False
        """Whether there are other sizes of the picture, so that copies change between them."""
        self.newest = self.picture = self.base = -1
        self.timestamp = self.heard = 0
        self.forwarded = self.octets = self.redundant = 0
        self.clock: tuple[int, int] = (0, 0)
        self.figures = UpFigures(kind)
        self.loudness = 0
        """Of a voice's newest packet: 0 silence to 127 (RFC 6464 turned round)."""
        self.height = 0
        """Pixels of the shorter side, 0 before a key frame told."""
        self.cache = PacketCache() if self.is_video else None
        self.losses = Losses(self.is_video)
        self._port = port
        self._send_feedback = feedback
        self._sinks: list[Sink] = []
        self._watching: list[Sink] = []
        self._fan: tuple[Lane, ...] = ()
        self._bent: tuple[tuple[Lane, Bend], ...] = ()
        self._template = memory.new("char[]", SLOT)
        self._bytes = memory.buffer(self._template)
        self._view = memoryview(self._bytes).cast("B")
        self._allowance = BYTES_PER_SECOND[kind]
        self._key_frame_wanted = False
        self._asked_at = -KEY_FRAME_INTERVAL

    # --- packets -----------------------------------------------------------------------------

    def take(
        self, pointer: Pointer, length: int, marker: int, sequence: int, timestamp: int, level: int
    ) -> None:
        """Forward one packet; `pointer` and `length` are its payload's."""
        newest = self.newest
        if newest < 0:
            index = self._begin(FIRST_INDEX + sequence)
            in_order = True
        else:
            step = (sequence - newest) & 0xFFFF
            in_order = 0 < step < 0x8000
            if in_order:
                self.newest = index = newest + step
                if step > 1:
                    self._note_gap(newest + 1, index)
            else:
                index = newest - (-step & 0xFFFF)
                if self._came_before(index):
                    return
        self.losses.received += 1
        self._allowance -= length
        if self._allowance < 0:
            self._port.counters.over_cap += 1
            return
        outgoing, view = self._port.outgoing, self._view
        if self.is_video:
            rtp.write_video(view, marker, sequence, timestamp, outgoing.send_time)
        else:
            rtp.write_audio(view, marker, sequence, timestamp, level, outgoing.send_time)
        move(self._template + rtp.HEADER_SIZE, pointer, length)
        total = rtp.HEADER_SIZE + length
        self.forwarded += 1
        self.octets += length
        if self.cache is not None:
            self.cache.put(index, self._bytes[:total])
        if not in_order:
            packet = self._bytes[:total]
            for sink in self._sinks:
                sink.late(self, index, packet)
            return
        self._note(timestamp, level)
        told = self._describe(index, length) if self.several else None
        if self._fan:
            self._spread(self._fan, self._template, total, sequence, timestamp)
        if self._bent:
            self._spread_bent(total, sequence, timestamp, told)

    def _note(self, timestamp: int, level: int) -> None:
        """Keep the time of the newest packet, and how loud a voice was."""
        self.timestamp, self.heard = timestamp, self._port.outgoing.now
        self.loudness = 127 - (level & 127) if level >= 0 else 0

    def _spread(
        self, fan: tuple[Lane, ...], template: Pointer, total: int, sequence: int, timestamp: int
    ) -> None:
        outgoing = self._port.outgoing
        if outgoing.count + len(fan) > CAPACITY:
            outgoing.flush()
        count, array, size = outgoing.count, outgoing.array, outgoing.length
        data, pointers = array.data, array.pointers
        headers, vectors = array.headers, array.vectors
        for context, address, ssrc, offset in fan:
            pointer = pointers[count]
            move(pointer, template, total)
            patch(data, count * SLOT + 2, (sequence + offset) & 0xFFFF, timestamp, ssrc)
            size[0] = total
            if protect(context, pointer, size):
                continue
            headers[count * 8] = address
            vectors[count * 2 + 1] = size[0]
            count += 1
        outgoing.count = count

    def _spread_bent(
        self, total: int, sequence: int, timestamp: int, told: vp8.Descriptor | None
    ) -> None:
        """Give the packet to copies that came here from another layer."""
        outgoing, payload = self._port.outgoing, rtp.HEADER_SIZE
        for (context, address, ssrc, offset), bend in self._bent:
            packet = bytearray(self._view[:total])
            number = (sequence + offset) & 0xFFFF
            patch(packet, 2, number, (timestamp + bend.timestamp) & 0xFFFFFFFF, ssrc)
            if told is not None:
                vp8.renumber(packet, payload, told, bend.picture, bend.base)
            outgoing.rtp_to(packet, context, address)

    def _describe(self, index: int, length: int) -> vp8.Descriptor | None:
        """Read where a frame begins; a key frame lets in whoever waits for one."""
        view, start = self._view, rtp.HEADER_SIZE
        told = vp8.read(view, start, length)
        if told is None:
            return None
        picture, base = vp8.picture_of(view, start, told), vp8.base_of(view, start, told)
        if told[0]:
            self.height = vp8.height_of(view, start, length, told) or self.height
            self._key_frame_wanted = False
            waiting, self._watching = self._watching, []
            for sink in waiting:
                sink.arrive(self, index, self.timestamp, picture, base)
                self._sinks.append(sink)
            if waiting:
                self._spread_to_open()
                for sink in waiting:
                    if self.clock[0]:
                        sink.report(*self.clock)
        self.picture, self.base = picture, base
        return told

    def _begin(self, index: int) -> int:
        self.newest = index
        self.losses.begin(index)
        for sink in self._sinks:
            sink.begin(self, index)
        self._spread_to_open()
        return index

    def _note_gap(self, first: int, index: int) -> None:
        if self.losses.note(first, index):
            self._port.fresh_losses.append(self.ask_again)
        elif self.is_video:
            self.ask_key_frame()

    def _came_before(self, index: int) -> bool:
        """Return whether a late packet is there already, and note that it is missing no more."""
        return not self.losses.recover(index) and self.is_video and self.cached(index) is not None

    def cached(self, index: int) -> bytes | None:
        """Return a packet as it was forwarded, SSRC and number left out."""
        return self.cache.get(index) if self.cache is not None else None

    # --- copies ------------------------------------------------------------------------------

    def open(self, sink: Sink) -> None:
        """Let packets pass to the copy from now on, and ask for a key frame for it."""
        if sink in self._sinks:
            return
        self._sinks.append(sink)
        if self.newest >= 0:
            sink.begin(self, self.newest + 1)
            self._spread_to_open()
            if self.clock[0]:
                sink.report(*self.clock)
        if self.is_video:
            self.ask_key_frame()

    def shut(self, sink: Sink) -> None:
        """Let none pass from now on."""
        if sink in self._sinks:
            self._sinks.remove(sink)
            self._spread_to_open()

    def watch(self, sink: Sink) -> None:
        """Tell the copy when a key frame begins, and ask for one."""
        if sink not in self._watching:
            self._watching.append(sink)
        self.ask_key_frame()

    def unwatch(self, sink: Sink) -> None:
        """Wait for none any more."""
        if sink in self._watching:
            self._watching.remove(sink)

    def _spread_to_open(self) -> None:
        # Before the first packet there is no number to continue from.
        sinks = self._sinks if self.newest >= 0 else []
        self._fan = tuple(sink.lane() for sink in sinks if sink.bend == STRAIGHT)
        self._bent = tuple((sink.lane(), sink.bend) for sink in sinks if sink.bend != STRAIGHT)

    # --- feedback to the sender ----------------------------------------------------------------

    def ask_key_frame(self) -> None:
        """Ask the sender for a key frame, at most twice a second; what comes between waits."""
        self._key_frame_wanted = True  # until its time has come
        self._ask_waiting_key_frame(self._port.outgoing.now)

    def tick(self, now: int) -> None:
        """Send what is asked for and due."""
        if self.losses.any:
            self.ask_again(now)
        if self._key_frame_wanted:
            self._ask_waiting_key_frame(now)

    def _ask_waiting_key_frame(self, now: int) -> None:
        if self.ssrc and now - self._asked_at >= KEY_FRAME_INTERVAL:
            self._asked_at = now
            self._key_frame_wanted = False
            self._port.counters.key_frames_asked += 1
            self.figures.key_frames_asked += 1
            self._send_feedback(rtcp.picture_loss(self._own_ssrc, self.ssrc))

    def ask_again(self, now: int) -> None:
        """Ask for missing packets whose time has come."""
        wanted = self.losses.due(now)
        if wanted and self.ssrc:
            self._port.counters.requested += len(wanted)
            self.figures.requested += len(wanted)
            self._send_feedback(
                rtcp.nack(self._own_ssrc, self.ssrc, [index & 0xFFFF for index in wanted])
            )

    def refill(self, seconds: float) -> None:
        """Let the byte allowance grow by what `seconds` permit."""
        full = BYTES_PER_SECOND[self.kind]
        self._allowance = min(full, self._allowance + int(full * seconds))

    def sender_report(self, ntp: int, timestamp: int, now: int) -> None:
        """Keep the sender's clock and pass it to every open copy."""
        self.clock = (ntp, timestamp)
        self.losses.heard_report(ntp, now)
        for sink in self._sinks:
            sink.report(ntp, timestamp)

    @property
    def gone(self) -> int:
        """Packets that never came, not even when asked again."""
        if self.newest < 0:
            return 0
        return max(0, self.losses.expected(self.newest) - self.losses.received)

    @property
    def _written(self) -> memoryview:
        """What the newest packet in order was written to."""
        return self._view

    def look(self, now: int) -> None:
        """Look at the newest packet, a few times a second, for the jitter."""
        jitter = self.figures.jitter
        if self.newest < 0 or not jitter.due(now):
            return
        # The template still holds what the last packet went out with, its arrival among it.
        kind = "video" if self.is_video else "audio"
        sequence, timestamp, arrival = rtp.read_written(self._written, kind)
        if sequence == self.newest & 0xFFFF:
            jitter.look(now, timestamp, arrival)

    def tick_second(self, now: int) -> None:
        """Take the rate, and ask again for key frames that are still waited for."""
        self.figures.rate.count(now, self.losses.received, self.octets)
        if self._watching:
            self.ask_key_frame()

    def block(self, now: int) -> bytes | None:
        """Return the report block about this track, None before its first packet."""
        if self.newest < 0 or not self.ssrc:
            return None
        return self.losses.block(self.ssrc, self.newest, now)
