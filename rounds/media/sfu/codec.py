"""What a picture's codec tells us, so that it is forwarded without being decoded."""

from typing import Protocol

from rounds.media.sfu.rtp import Buffer

Descriptor = tuple[bool, int, int, int, int]
"""Whether a key frame begins with a packet, and four places in it that only its codec reads."""


class Codec(Protocol):
    """One codec; `vp8` and `h264` are modules of this form."""

    NAME: str
    """As descriptions call it (`a=rtpmap`)."""
    NUMBER: int
    """Payload type of everything we send in it; its repeated packets have the next."""
    FORMAT: str
    """Format parameters of what we send (`a=fmtp`), empty for none."""

    def fit(self, offered: str) -> int:
        """Return how well these format parameters of a sender suit us, 0 for not at all."""

    def agree(self, offered: str) -> str:
        """Return the format parameters that answer them, empty for none."""

    def read(self, buffer: Buffer, at: int, length: int) -> Descriptor | None:
        """Read a payload of `length` bytes at `at`; None if it leads outside."""

    def picture_of(self, buffer: Buffer, at: int, told: Descriptor) -> int:
        """Return the picture's running number, -1 without one."""

    def base_of(self, buffer: Buffer, at: int, told: Descriptor) -> int:
        """Return the running number of the lowest temporal layer, -1 without one."""

    def renumber(self, buffer: Buffer, at: int, told: Descriptor, picture: int, base: int) -> None:
        """Add to both of them."""

    def height_of(self, buffer: Buffer, at: int, length: int, told: Descriptor) -> int:
        """Return the shorter side in pixels that a key frame names, 0 where none is found."""
