"""Layers whose numbers, packets and copies the packet loop in C also knows."""

from collections.abc import Callable
from typing import Any

from rounds.media.engine import Kind
from rounds.media.sfu import vp8
from rounds.media.sfu.codec import Codec
from rounds.media.sfu.layer import Layer, Shared
from rounds.media.sfu.loop.choice import usable
from rounds.media.sfu.loop.fields import Field
from rounds.media.sfu.loop.library import Structure
from rounds.media.sfu.losses import Losses
from rounds.media.sfu.packet_cache import SIZE, PacketCache
from rounds.media.sfu.packet_map import STRAIGHT
from rounds.media.sfu.rtp import OPUS
from rounds.media.sfu.track import Sink
from rounds.media.sfu.voice_layer import VoiceLayer


class LoopLosses(Losses):
    """Losses whose count of what came is the loop's."""

    __slots__ = ("held",)
    received: Any = Field("received")

    def __init__(self, held: Structure, wanted: bool) -> None:
        """Count in that layer's structure."""
        self.held = held
        super().__init__(wanted)


class LoopCache(PacketCache):
    """The ring that the loop writes into."""

    __slots__ = ("_held", "_library")

    def __init__(self, held: Structure) -> None:
        """Keep packets in that layer's structure."""
        self._library, self._held = usable(), held

    def put(self, index: int, packet: bytes) -> None:
        """Keep the packet with this extended sequence number."""
        library = self._library
        library.calls.kept_put(self._held, index, library.ffi.from_buffer(packet), len(packet))

    def get(self, index: int) -> bytes | None:
        """Return the packet if it is still here."""
        length = self._library.calls.kept_get(self._held, index)
        if not length:
            return None
        return bytes(self._library.ffi.buffer(self._held.kept[index % SIZE].bytes, length))


class _Held:
    """What both kinds of layers share with the loop; the rest of them stays as it is."""

    held: Structure
    newest: Any = Field("newest")
    heard: Any = Field("heard")
    forwarded: Any = Field("forwarded")
    octets: Any = Field("octets")
    redundant: Any = Field("redundant")
    timestamp: Any = Field("timestamp")
    picture: Any = Field("picture")
    base: Any = Field("base")
    loudness: Any = Field("loudness")
    several: Any = Field("several")
    _allowance: Any = Field("allowance")
    _sinks: list[Sink]
    codec: Codec
    losses: Losses
    cache: PacketCache | None
    _template: Any
    _bytes: Any
    _view: memoryview

    def _move_in(self, video: bool) -> None:
        """Put what the layer has made for itself into the structure."""
        held, ffi = self.held, usable().ffi
        held.video, held.payload = video, self.codec.NUMBER if video else OPUS
        self.losses = LoopLosses(held, video)
        self.cache = LoopCache(held) if video else None
        self._template = ffi.cast("char *", held.whole)
        self._bytes = ffi.buffer(held.whole)
        self._view = memoryview(self._bytes).cast("B")

    def _share_copies(self) -> None:
        """Tell the loop which copies get packets in order, those first that change least."""
        library, held = usable(), self.held
        sinks = self._sinks if self.newest >= 0 else []
        ordered = sorted(sinks, key=lambda sink: sink.bend != STRAIGHT)
        held.lanes = -1
        # Between sizes of a picture the loop can go over in VP8 alone.
        if len(ordered) > library.calls.LANES or (self.several and self.codec is not vp8):
            return
        for number, sink in enumerate(ordered):
            lane, bend = held.lane[number], sink.bend
            library.fill_lane(lane, sink.lane())
            lane.red, lane.bent = sink.red, bend != STRAIGHT
            lane.timestamp, lane.picture, lane.base = bend
        held.lanes = len(ordered)


class LoopLayer(_Held, Layer):
    """A picture, or one size of it."""

    __slots__ = ("held",)

    def __init__(
        self,
        kind: Kind,
        port: Shared,
        own_ssrc: int,
        feedback: Callable[[bytes], None],
        codec: Codec = vp8,
    ) -> None:
        """Carry that kind; `codec` is a picture's."""
        self.held = usable().new("layer")
        super().__init__(kind, port, own_ssrc, feedback, codec)
        self._move_in(self.is_video)

    def _spread_to_open(self) -> None:
        super()._spread_to_open()
        self._share_copies()


class LoopVoiceLayer(_Held, VoiceLayer):
    """A voice."""

    __slots__ = ("held",)

    def __init__(self, port: Shared, own_ssrc: int, feedback: Callable[[bytes], None]) -> None:
        """Begin."""
        self.held = usable().new("layer")
        super().__init__(port, own_ssrc, feedback)
        self._move_in(video=False)
        ffi, held = usable().ffi, self.held
        self._plain = ffi.cast("char *", held.plain)
        self._plain_bytes = ffi.buffer(held.plain)
        self._plain_view = memoryview(self._plain_bytes).cast("B")

    def _spread_to_open(self) -> None:
        super()._spread_to_open()
        self._share_copies()
