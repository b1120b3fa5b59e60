"""The sending connection of a seat, as the packet loop in C also knows it."""

from collections.abc import Callable
from typing import Any

from rounds.media.engine import Reason
from rounds.media.sfu.description import Offer
from rounds.media.sfu.layer import Layer
from rounds.media.sfu.loop.choice import usable
from rounds.media.sfu.loop.fields import Field
from rounds.media.sfu.loop.layers import LoopLayer, LoopVoiceLayer
from rounds.media.sfu.loop.library import Structure
from rounds.media.sfu.native import Context
from rounds.media.sfu.publisher import Publisher, SharedPort
from rounds.media.sfu.transport import MediaPort, Owner, Transport
from rounds.media.sfu.twcc import LARGEST_REPORT, ArrivalLog


class LoopTransport(Transport):
    """A connection whose packets the loop decrypts."""

    __slots__ = ("_inbound", "held")
    allowance: Any = Field("allowance")

    def __init__(self, port: MediaPort, owner: Owner, now: int) -> None:
        """Begin at `now` (µs)."""
        self.held: Structure = usable().new("sender")
        super().__init__(port, owner, now)

    @property
    def inbound(self) -> Context | None:
        """The context that decrypts, once there is one."""
        return self._inbound

    @inbound.setter
    def inbound(self, context: Context | None) -> None:
        self._inbound = context
        self.held.inbound = usable().context(context)


class LoopArrivals(ArrivalLog):
    """The log that the loop writes into."""

    __slots__ = ("_log", "_report")

    def __init__(self, sender: Structure) -> None:
        """Read that sender's."""
        super().__init__()
        ffi = usable().ffi
        self._log = ffi.addressof(sender, "arrivals")
        self._report = ffi.new("uint8_t[]", LARGEST_REPORT)
        self.note = self._note

    def _note(self, arrival: tuple[int, int]) -> None:
        usable().calls.arrivals_note(self._log, *arrival)

    @property
    def count(self) -> int:
        """How many arrivals wait to be reported."""
        return int(self._log.count)

    def write(self, ssrc: int, media: int, now: int) -> bytes:
        """Return the next report and forget what it told; empty where no datagram could hold it."""
        library = usable()
        length = library.calls.arrivals_report(self._log, ssrc, media, self.reports, self._report)
        self.reported_at = now
        self.reports += 1
        return bytes(library.ffi.buffer(self._report, length))


class LoopPublisher(Publisher):
    """Everything that arrives from one seat; the loop forwards what is common of it."""

    make_layer = LoopLayer
    make_voice = LoopVoiceLayer
    make_transport = LoopTransport
    transport: LoopTransport

    def __init__(
        self,
        seat: str,
        port: SharedPort,
        connected: Callable[[], None],
        lost: Callable[[Reason], None],
    ) -> None:
        """Begin without tracks."""
        super().__init__(seat, port, connected, lost)
        self._arrivals = LoopArrivals(self.transport.held)

    def take(self, offer: Offer) -> set[str]:
        """Take the offer's tracks; return the mids that are taken."""
        self.transport.held.sources = 0
        taken = super().take(offer)
        self._share_sources()
        return taken

    def _learn(self, packet: bytes, ssrc: int, payload: int) -> tuple[int, int, Layer] | None:
        known = super()._learn(packet, ssrc, payload)
        self._share_sources()
        return known

    def _share_sources(self) -> None:
        """Tell the loop whose packets these are; what it is not told stays with Python."""
        held, most = self.transport.held, usable().calls.SOURCES
        held.transport_id, held.level_id = self._transport_id, self._level_id
        held.sources = 0
        for ssrc, (payload, red, layer) in self._primary.items():
            if held.sources < most and isinstance(layer, LoopLayer | LoopVoiceLayer):
                source = held.source[held.sources]
                source.ssrc, source.payload, source.red = ssrc, payload, red
                source.layer = layer.held
                held.sources += 1
