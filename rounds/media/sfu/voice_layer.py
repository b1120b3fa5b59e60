"""One incoming voice: the repeats its sender packs along go on, and fill what was lost on the way.

A receiver that takes redundant audio gets its packets as they came; any other gets their own block
as plain Opus. What the way up has lost goes to all out of the first packet that repeats it, so that
losses of the way up and of the way down do not add up to holes.
"""

from collections.abc import Callable

from rounds.media.engine import Kind
from rounds.media.sfu import red, rtp
from rounds.media.sfu.layer import FIRST_INDEX, Layer, Shared
from rounds.media.sfu.native import SLOT, Pointer, memory, move
from rounds.media.sfu.rtp import HEADER_SIZE, RED, Buffer
from rounds.media.sfu.track import Lane

FILLED_KEPT = 128
"""Filled numbers remembered, 2.6 s of a voice. A number may go out with one content only (RFC 3711
§9.1); libsrtp itself refuses what is older than its window, which is as wide."""


class VoiceLayer(Layer):
    """Takes Opus with and without redundancy."""

    __slots__ = ("_filled", "_plain", "_plain_bytes", "_plain_fan", "_plain_view", "_red_fan")

    def __init__(self, port: Shared, own_ssrc: int, feedback: Callable[[bytes], None]) -> None:
        """Begin; `feedback` sends RTCP to the browser, in the name of `own_ssrc`."""
        super().__init__(Kind.AUDIO, port, own_ssrc, feedback)
        self._plain = memory.new("char[]", SLOT)
        self._plain_bytes = memory.buffer(self._plain)
        self._plain_view = memoryview(self._plain_bytes).cast("B")
        self._red_fan: tuple[Lane, ...] = ()
        self._plain_fan: tuple[Lane, ...] = ()
        self._filled: dict[int, None] = {}

    def take_red(self, buffer: Buffer, pointer: Pointer, packet: rtp.Packet) -> None:
        """Forward one packet of redundant audio; `pointer` is its payload's."""
        _, sequence, timestamp, _, start, length, _, level = packet
        index, step = self._number(sequence)
        if not step and self._came_before(index):
            return
        self.losses.received += 1
        self._allowance -= length
        if self._allowance < 0:
            self._port.counters.over_cap += 1
            return
        own = red.own_block(buffer, start, start + length)
        if own < 0:
            self._port.counters.malformed += 1
            return
        if step > 1:
            self._fill(buffer, pointer, packet, own, step - 1)
        self.forwarded += 1
        self.octets += length
        self.redundant += own - start
        if not step:
            whole = self._write_whole(packet, pointer)
            plain = self._write_plain(packet, pointer + (own - start), start + length - own)
            self._send_late(index, self._bytes[:whole], self._plain_bytes[:plain])
            return
        self._note(timestamp, level)
        if self._red_fan:
            whole = self._write_whole(packet, pointer)
            self._spread(self._red_fan, self._template, whole, sequence, timestamp)
        if self._plain_fan:
            plain = self._write_plain(packet, pointer + (own - start), start + length - own)
            self._spread(self._plain_fan, self._plain, plain, sequence, timestamp)

    def _number(self, sequence: int) -> tuple[int, int]:
        """Return the extended number, and how far ahead of the newest it was; 0 if it is late."""
        newest = self.newest
        if newest < 0:
            return self._begin(FIRST_INDEX + sequence), 1
        step = (sequence - newest) & 0xFFFF
        if 0 < step < 0x8000:
            self.newest = newest + step
            return newest + step, step
        return newest - (-step & 0xFFFF), 0

    def _came_before(self, index: int) -> bool:
        return index in self._filled

    # --- what was lost on the way up ---------------------------------------------------------

    def _fill(
        self, buffer: Buffer, pointer: Pointer, packet: rtp.Packet, own: int, missing: int
    ) -> None:
        """Send the youngest of so many missing packets, as far as this one repeats them.

        A sender repeats what it sent last, packet by packet, so the place of a block tells its
        number; its time only has to lie before the one it is followed by.
        """
        second, sequence, timestamp, ssrc, start, _, wide, level = packet
        found: list[tuple[rtp.Packet, Pointer, int]] = []
        later = 0
        for back, block in enumerate(red.repeated_blocks(buffer, start, own)[:missing], 1):
            earlier, at, size = block
            if not size or earlier <= later:
                break
            later = earlier
            number, time = (sequence - back) & 0xFFFF, (timestamp - earlier) & 0xFFFFFFFF
            repeat = (second & 0x7F, number, time, ssrc, at, size, wide, level)
            found.append((repeat, pointer + (at - start), size))
        for repeat, place, size in reversed(found):
            self._allowance -= HEADER_SIZE + size  # a small packet may carry many small repeats
            if self._allowance < 0:
                return
            number, time = repeat[1], repeat[2]
            index = self.newest - ((sequence - number) & 0xFFFF)
            self._filled[index] = None
            if len(self._filled) > FILLED_KEPT:
                del self._filled[next(iter(self._filled))]
            self._port.counters.filled += 1
            self.forwarded += 1
            self.octets += size
            plain = self._write_plain(repeat, place, size)
            self._spread(self._fan, self._plain, plain, number, time)

    @property
    def _written(self) -> memoryview:
        return self._view if self._red_fan else self._plain_view

    # --- copies ------------------------------------------------------------------------------

    def _write_whole(self, packet: rtp.Packet, pointer: Pointer) -> int:
        """Write the packet with its repeats; return its size."""
        second, sequence, timestamp, _, _, length, _, level = packet
        view, marker = self._view, second & 0x80
        rtp.write_audio(view, marker, sequence, timestamp, level, self._port.outgoing.send_time)
        view[1] = marker | RED
        move(self._template + HEADER_SIZE, pointer, length)
        return HEADER_SIZE + length

    def _write_plain(self, packet: rtp.Packet, pointer: Pointer, size: int) -> int:
        """Write one block of a packet as plain Opus; return its size."""
        second, sequence, timestamp, _, _, _, _, level = packet
        rtp.write_audio(
            self._plain_view,
            second & 0x80,
            sequence,
            timestamp,
            level,
            self._port.outgoing.send_time,
        )
        move(self._plain + HEADER_SIZE, pointer, size)
        return HEADER_SIZE + size

    def _send_late(self, index: int, whole: bytes, plain: bytes) -> None:
        for sink in self._sinks:
            sink.late(self, index, whole if sink.red else plain)

    def _spread_to_open(self) -> None:
        super()._spread_to_open()
        begun = self.newest >= 0
        self._red_fan = tuple(sink.lane() for sink in self._sinks if sink.red and begun)
        self._plain_fan = tuple(sink.lane() for sink in self._sinks if not sink.red and begun)
