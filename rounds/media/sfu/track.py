"""What an incoming track, its layers and its outgoing copies know of each other."""

from collections.abc import Sequence
from typing import Protocol

from rounds.media.engine import Kind
from rounds.media.sfu.codec import Codec
from rounds.media.sfu.native import Context
from rounds.media.sfu.packet_map import Bend

Lane = tuple[Context, int, int, int]
"""What one copy in the common case takes: SRTP context, pointer to the receiver's address, SSRC,
offset of the sequence number."""


class Sink(Protocol):
    """An outgoing copy, as a layer sees it."""

    red: bool
    """Whether its receiver takes redundant audio; may change only while no packet passes."""

    def lane(self) -> Lane:
        """Return how packets in order go out."""

    @property
    def bend(self) -> Bend:
        """What else changes in them."""

    def begin(self, layer: "Stream", first: int) -> None:
        """The layer's packets from this extended number on will pass."""

    def arrive(self, layer: "Stream", index: int, timestamp: int, picture: int, base: int) -> None:
        """A key frame that was waited for begins with this packet, which has not gone out yet."""

    def late(self, layer: "Stream", index: int, packet: bytes) -> None:
        """Send a packet that arrived out of order."""

    def report(self, ntp: int, timestamp: int) -> None:
        """Pass on the sender's clock."""


class Stream(Protocol):
    """One layer, as its copies see it."""

    newest: int
    """Highest extended sequence number seen, -1 before the first packet."""
    forwarded: int
    """Packets given to the copies so far."""
    octets: int
    """Payload bytes of those …"""
    redundant: int
    """… and how many of these a copy without redundant audio does not get."""

    @property
    def gone(self) -> int:
        """Packets that never came; every copy has a gap for each."""

    timestamp: int
    """RTP time of the newest packet."""
    heard: int
    """When it came, in µs."""
    clock: tuple[int, int]
    """NTP and RTP time of the sender's last report, zeros before one."""
    picture: int
    """Running number of the newest packet's picture, -1 where none was read."""
    base: int
    """That of the lowest temporal layer, -1 where none was read."""

    def open(self, sink: Sink) -> None:
        """Let packets pass to the copy from now on, and ask for a key frame for it."""

    def shut(self, sink: Sink) -> None:
        """Let none pass from now on."""

    def watch(self, sink: Sink) -> None:
        """Tell the copy when a key frame begins, and ask for one."""

    def unwatch(self, sink: Sink) -> None:
        """Wait for none any more."""

    def cached(self, index: int) -> bytes | None:
        """Return a packet as it was forwarded, SSRC, number and bend left out."""

    def ask_key_frame(self) -> None:
        """Ask the sender for a key frame, at most twice a second."""


class Copy(Protocol):
    """An outgoing copy, as the track sees it that it is a copy of."""

    @property
    def aim(self) -> int:
        """The layer it wants now, -1 for none."""

    @property
    def cap(self) -> int:
        """Bit/s its receiver's line has for this picture, 0 while that is not known."""


class Source(Protocol):
    """An incoming track, as its copies see it."""

    seat: str
    kind: Kind
    copies: list[Copy]
    """Those that are awake."""

    @property
    def is_video(self) -> bool:
        """Whether key frames and retransmission apply."""

    @property
    def codec(self) -> Codec:
        """A picture's, the same in all its layers for as long as the track lives."""

    @property
    def layers(self) -> Sequence[Stream]:
        """From the smallest picture to the largest; one for sound."""

    @property
    def dark(self) -> bool:
        """Whether nothing has come for a second."""

    def rates(self) -> list[int]:
        """Return what each layer takes in bit/s: measured, or usual where it rests."""

    def enough(self, height: int) -> int:
        """Return the layer that suffices for a picture of so many pixels."""
