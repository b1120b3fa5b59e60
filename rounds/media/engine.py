"""What everything above knows of media: rooms, seats, who may receive whom, statistics.

A seat has two connections: on "up" the browser offers and sends, on "down" the engine offers
and sends. The offerer is always the sender, so offers cannot collide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Protocol

from rounds.kernel.errors import Unavailable

BUSY_SECONDS = 5
"""Seconds after which it is worth asking again when all are busy."""


class Kind(StrEnum):
    """What a track carries. SCREEN is the second video of a seat."""

    AUDIO = "audio"
    VIDEO = "video"
    SCREEN = "screen"


Audience = Mapping[str, Mapping[str, frozenset[Kind]]]
"""Publisher's seat -> receiver's seat -> kinds that may pass. Absent means closed."""

Side = Literal["up", "down"]
Reason = Literal["replaced", "removed", "timeout", "failed", "restarted"]


@dataclass(frozen=True, slots=True)
class OfferedTrack:
    """One line of an offer: whose track (`seat`) stands on which media line (`mid`)."""

    mid: str
    seat: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Offered:
    """The engine's offer for a seat's receiving connection; `version` grows with each."""

    room: str
    seat: str
    generation: int
    version: int
    sdp: str
    tracks: tuple[OfferedTrack, ...]


@dataclass(frozen=True, slots=True)
class HeldTrack:
    """A picture that is open to a seat and rests.

    Its `line` is too narrow, or it is `unseen`, or the seat's device does not know its `codec`.
    """

    seat: str
    kind: Kind
    why: Literal["line", "unseen", "codec"]


@dataclass(frozen=True, slots=True)
class Held:
    """Which pictures rest for a seat now; all others pass."""

    room: str
    seat: str
    generation: int
    tracks: tuple[HeldTrack, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which layers of its picture a seat is to send, the smallest first."""

    room: str
    seat: str
    generation: int
    kind: Kind
    layers: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Connected:
    """One of the two connections of a seat can carry media."""

    room: str
    seat: str
    generation: int
    side: Side


@dataclass(frozen=True, slots=True)
class Lost:
    """The connections of this generation are gone; the client must ask for a new ticket."""

    room: str
    seat: str
    generation: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Restarted:
    """A media process came back empty: audiences must be set and every seat must join again.

    It concerns these rooms only; None means all.
    """

    rooms: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """How many pixels of the screen a picture's shorter side has, 0 for not at all."""

    seat: str
    kind: Kind
    height: int


MediaEvent = Offered | Held | Wanted | Connected | Lost | Restarted


def all_busy() -> Unavailable:
    """Return the refusal of a join while no media process may take another room.

    `busy` in its details tells it from a restart, which is over in seconds.
    """
    return Unavailable(
        "All our lines for sound and picture are in use. "
        "Please stay on this page: it tries again by itself. "
        "If it takes long, please use the telephone.",
        retry_after=BUSY_SECONDS,
        busy=True,
    )


class MediaEngine(Protocol):
    """Rooms of seats. Every method may raise Unavailable while a media process restarts."""

    async def start(self) -> None:
        """Begin; returns when tickets can be served."""

    async def close(self) -> None:
        """End all connections and every media process."""

    async def renew(self) -> None:
        """Replace the media processes by fresh ones, one after another, each when it is empty.

        Returns at once; no visit is cut.
        """

    @property
    def ready(self) -> bool:
        """Whether a join would be served now."""

    async def join(self, room: str, seat: str) -> int:
        """Take the seat afresh and return its generation; its older connections are closed.

        Raises Unavailable also when the room is full, and `all_busy` when it is a new room and
        no process may take one; people in running rooms always come in again.
        """

    async def publish(self, room: str, seat: str, generation: int, sdp: str) -> str:
        """Answer the browser's offer of its sending connection.

        Raises Invalid (not an offer we take), NotFound (no such seat or generation).
        """

    async def answer(self, room: str, seat: str, generation: int, version: int, sdp: str) -> None:
        """Take the browser's answer to the offer of that version; raises as `publish`."""

    async def look(self, room: str, seat: str, generation: int, sights: Sequence[Sight]) -> None:
        """Take how large a seat sees the pictures it receives; those not named, as they come."""

    async def set_audience(self, room: str, audience: Audience) -> None:
        """Replace the room's whole matrix at once. A room without a matrix is closed to all."""

    async def leave(self, room: str, seat: str, generation: int | None = None) -> None:
        """Close the seat's connections; with a generation only if it is still that one."""

    async def close_room(self, room: str) -> None:
        """Close every seat of the room and forget its matrix."""

    async def statistics(self) -> dict[str, Any]:
        """Numbers for operators and tests; no address in them."""
