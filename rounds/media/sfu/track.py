"""What an incoming track and its outgoing copies know of each other."""

from typing import Protocol

from rounds.media.engine import Kind
from rounds.media.sfu.native import Context

Lane = tuple[Context, int, int, int]
"""What one copy in the common case takes: SRTP context, pointer to the receiver's address, SSRC,
offset of the sequence number."""


class Sink(Protocol):
    """An outgoing copy, as the incoming track sees it."""

    def lane(self) -> Lane:
        """Return how packets in order go out."""

    def resume(self, first: int) -> None:
        """Packets from this extended number on will pass."""

    def pause(self, newest: int) -> None:
        """No packet passes any more."""

    def late(self, index: int, packet: bytes) -> None:
        """Send a packet that arrived out of order."""

    def report(self, ntp: int, timestamp: int) -> None:
        """Pass on the sender's clock."""


class Source(Protocol):
    """An incoming track, as its copies see it."""

    seat: str
    kind: Kind
    newest: int
    """Highest extended sequence number seen, -1 before the first packet."""
    forwarded: int
    """Packets given to the copies so far."""
    octets: int
    """Payload bytes of those."""

    @property
    def gone(self) -> int:
        """Packets that never came; every copy has a gap for each."""

    @property
    def is_video(self) -> bool:
        """Whether key frames and retransmission apply."""

    def open(self, sink: Sink) -> None:
        """Let packets pass to the copy from now on."""

    def shut(self, sink: Sink) -> None:
        """Let none pass from now on."""

    def cached(self, index: int) -> bytes | None:
        """Return a packet as it was forwarded, SSRC and number left out."""

    def ask_key_frame(self) -> None:
        """Ask the sender for a key frame, at most twice a second."""
