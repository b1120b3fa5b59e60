"""Facts about visits."""

from dataclasses import dataclass

from rounds.kernel.ids import RoomId, VisitId


@dataclass(frozen=True, slots=True)
class VisitChanged:
    """A visit was planned, somebody arrived, it began or it ended."""

    visit: VisitId
    room: RoomId


@dataclass(frozen=True, slots=True)
class VisitMissed:
    """A patient did not come, came after all, or somebody followed it up."""

    visit: VisitId
    room: RoomId


@dataclass(frozen=True, slots=True)
class SummaryChanged:
    """The decision of a visit was made, or is open again."""

    visit: VisitId
    room: RoomId


@dataclass(frozen=True, slots=True)
class AgreementPublished:
    """The patient of a visit can read what was agreed, or a correction of it."""

    visit: VisitId
    room: RoomId
