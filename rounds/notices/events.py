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
