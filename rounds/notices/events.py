"""Facts about notices."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoticeQueued:
    """A message waits to be sent."""

    notice: str


@dataclass(frozen=True, slots=True)
class NoticeGivenUp:
    """A message could not be delivered; somebody must be told."""

    notice: str
    clinic: str


@dataclass(frozen=True, slots=True)
class NoticesTended:
    """Somebody took care of messages or answers: what waits at the clinic's desk is less."""

    clinic: str


@dataclass(frozen=True, slots=True)
class ReplyReceived:
    """Somebody answered a message with something that a person of the clinic must read."""

    reply: str
    clinic: str
