"""Messages between the web process and the media process: framing and their JSON form."""

import json
import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any

from rounds.kernel import errors
from rounds.media.engine import (
    Audience,
    Connected,
    Held,
    HeldTrack,
    Kind,
    Lost,
    MediaEvent,
    Offered,
    OfferedTrack,
    Restarted,
    Sight,
    Wanted,
)
from rounds.media.sfu.settings import SfuSettings

LENGTH = struct.Struct("!I")
LARGEST = 4 * 1024 * 1024
"""Bytes of one frame; the largest honest one is a full answer of 64 kB or a big matrix."""

REFUSALS: dict[str, type[errors.Refusal]] = {
    kind.code: kind
    for kind in (
        errors.Invalid,
        errors.Forbidden,
        errors.NotFound,
        errors.Conflict,
        errors.Gone,
        errors.Unavailable,
    )
}


@dataclass(frozen=True, slots=True)
class Begin:
    """The media process is to serve with these settings; the first message it gets."""

    settings: SfuSettings


@dataclass(frozen=True, slots=True)
class Ready:
    """The media process is bound to this UDP port and serves."""

    port: int


@dataclass(frozen=True, slots=True)
class Call:
    """One method of the engine, asked by the web process."""

    number: int
    method: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the method returned."""

    number: int
    result: Any


@dataclass(frozen=True, slots=True)
class Failure:
    """The refusal the method raised, by its code."""

    number: int
    code: str
    message: str


Message = Begin | Ready | Call | Reply | Failure | MediaEvent
MESSAGES: dict[str, type[Any]] = {
    kind.__name__.lower(): kind
    for kind in (
        Begin,
        Ready,
        Call,
        Reply,
        Failure,
        Offered,
        Held,
        Wanted,
        Connected,
        Lost,
        Restarted,
    )
}


def encode(message: Message) -> bytes:
    """Return the frame: four bytes of length, then JSON."""
    told = {"is": type(message).__name__.lower()}
    told |= {field.name: getattr(message, field.name) for field in fields(message)}
    # Only what is a dataclass inside of it is taken apart: statistics of many seats are plain.
    body = json.dumps(told, separators=(",", ":"), default=asdict).encode()
    if len(body) > LARGEST:
        raise ValueError("control frame too long")
    return LENGTH.pack(len(body)) + body


def decode(body: bytes) -> Message:
    """Return the message of one frame's body. Raises ValueError for anything else."""
    fields: dict[str, Any] = json.loads(body)
    try:
        kind = MESSAGES[fields.pop("is")]
        if kind is Offered:
            fields["tracks"] = tuple(
                OfferedTrack(track["mid"], track["seat"], Kind(track["kind"]))
                for track in fields["tracks"]
            )
        if kind is Held:
            fields["tracks"] = tuple(
                HeldTrack(track["seat"], Kind(track["kind"]), track["why"])
                for track in fields["tracks"]
            )
        if kind is Wanted:
            fields |= {"kind": Kind(fields["kind"]), "layers": tuple(fields["layers"])}
        if kind is Begin:
            fields["settings"] = SfuSettings.from_json(fields["settings"])
        message: Message = kind(**fields)
    except (KeyError, TypeError) as fault:
        raise ValueError("unknown control message") from fault
    return message


class Frames:
    """Cuts a byte stream into frame bodies."""

    def __init__(self) -> None:
        """Begin with nothing received."""
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield each body completed by `data`. Raises ValueError when a frame is too long."""
        rest = self._rest
        rest += data
        while len(rest) >= LENGTH.size:
            (length,) = LENGTH.unpack_from(rest)
            if length > LARGEST:
                raise ValueError("control frame too long")
            end = LENGTH.size + length
            if len(rest) < end:
                return
            body = bytes(rest[LENGTH.size : end])
            del rest[:end]
            yield body


def refusal_of(failure: Failure) -> errors.Refusal:
    """Return the refusal to raise in the web process."""
    return REFUSALS.get(failure.code, errors.Unavailable)(failure.message)


def audience_to_json(audience: Audience) -> dict[str, dict[str, list[str]]]:
    """Return the matrix in plain lists."""
    return {
        publisher: {receiver: sorted(kinds) for receiver, kinds in row.items()}
        for publisher, row in audience.items()
    }


def audience_from_json(rows: dict[str, dict[str, list[str]]]) -> Audience:
    """Return the matrix of `audience_to_json`. Raises ValueError for an unknown kind."""
    return {
        publisher: {
            receiver: frozenset(Kind(kind) for kind in kinds) for receiver, kinds in row.items()
        }
        for publisher, row in rows.items()
    }


def sights_from_json(rows: list[dict[str, Any]]) -> list[Sight]:
    """Return the sights in plain rows. Raises ValueError for an unknown kind."""
    return [Sight(row["seat"], Kind(row["kind"]), int(row["height"])) for row in rows]
