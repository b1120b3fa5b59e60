"""What a page says of the media it received, and what that means since it last did (pure)."""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from rounds.web.request import Body

MOST_STREAMS = 11
"""Others in one room."""
LONGEST = 60 * 60 * 24 * MOST_STREAMS * 1000


class Report(Body):
    """Counters of a browser since its connections stand (W3C WebRTC Statistics), all streams added.

    Times are in milliseconds: `frozen` pictures stood still, `watched` they were to be seen,
    `heard` sound was played, `concealed` so much of it was made up. `height` and
    `frames_per_second` are those of the largest picture. The rest says how the connection goes,
    without an address.
    """

    freezes: int = Field(0, ge=0, le=1_000_000)
    frozen: int = Field(0, ge=0, le=LONGEST)
    watched: int = Field(0, ge=0, le=LONGEST)
    heard: int = Field(0, ge=0, le=LONGEST)
    concealed: int = Field(0, ge=0, le=LONGEST)
    height: int = Field(0, ge=0, le=16_384)
    frames_per_second: int = Field(0, ge=0, le=240)
    codecs: list[Literal["opus", "red", "VP8", "VP9", "H264", "AV1"]] = Field(
        default_factory=list, max_length=6
    )
    path: Literal["", "host", "relay"] = ""
    protocol: Literal["", "udp", "tcp", "tls"] = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a report adds to the one before: milliseconds and a number of freezes."""

    freezes: int = 0
    frozen: int = 0
    watched: int = 0
    heard: int = 0
    concealed: int = 0

    def __add__(self, other: "Heard") -> "Heard":
        """Add another's counts."""
        return Heard(
            self.freezes + other.freezes,
            self.frozen + other.frozen,
            self.watched + other.watched,
            self.heard + other.heard,
            self.concealed + other.concealed,
        )

    @property
    def concealment(self) -> float:
        """Share of the sound that was made up, 0 to 1."""
        return self.concealed / self.heard if self.heard else 0.0

    @property
    def stillness(self) -> float:
        """Share of the time that a picture stood still, 0 to 1."""
        return self.frozen / self.watched if self.watched else 0.0


def since(before: Report | None, now: Report, seconds: float) -> Heard:
    """Return what was added in `seconds`, never more than they can hold."""
    first = before or Report()
    most = int(seconds * 1000) * MOST_STREAMS

    def grown(new: int, old: int, limit: int) -> int:
        return min(max(0, new - old), limit)

    heard = grown(now.heard, first.heard, most)
    watched = grown(now.watched, first.watched, most)
    return Heard(
        freezes=grown(now.freezes, first.freezes, max(1, int(seconds * 5)) * MOST_STREAMS),
        frozen=grown(now.frozen, first.frozen, watched),
        watched=watched,
        heard=heard,
        concealed=grown(now.concealed, first.concealed, heard),
    )
