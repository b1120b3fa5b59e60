"""A connected seat of either target, with what the load generator needs to know about it."""

from dataclasses import dataclass
from typing import Any, Protocol

from rounds.bench.description import Description
from rounds.bench.peer import Peer


@dataclass
class Seat:
    """One person: a connection that sends and a connection that receives."""

    room: int
    publisher: Peer
    subscriber: Peer

    def payload_types(self) -> tuple[int, int]:
        """Return the numbers agreed for Opus and VP8 on the sending connection."""
        return payload_types(self.publisher.remote)


class Signalling(Protocol):
    """How the generator asks a target for rooms; one implementation per target."""

    async def open_room(self, number: int, size: int) -> list[Seat]:
        """Connect `size` people to a new room, everyone receiving everyone else."""

    async def statistics(self) -> dict[str, Any]:
        """Return what the target counts about itself, if it does."""


def payload_types(agreed: Description) -> tuple[int, int]:
    """Return the numbers of Opus and VP8 in the target's answer."""
    audio = next(s for s in agreed.sections if s.kind == "audio")
    video = next(s for s in agreed.sections if s.kind == "video")
    return audio.payload_type("opus/48000"), video.payload_type("VP8/90000")
