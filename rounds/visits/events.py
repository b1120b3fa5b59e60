"""Facts about visits."""

from dataclasses import dataclass

from rounds.kernel.ids import RoomId, VisitId


@dataclass(frozen=True, slots=True)
class VisitChanged:
    """A visit was planned, somebody arrived, it began or it ended."""

    visit: VisitId
    room: RoomId
