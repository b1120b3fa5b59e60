"""Facts about rooms: ids only."""

from dataclasses import dataclass

from rounds.kernel.ids import MessageId, PersonId, RoomId, SeatId


@dataclass(frozen=True, slots=True)
class RoomFact:
    """Something happened in a room, to one seat."""

    room: RoomId
    seat: SeatId


class GuestKnocked(RoomFact):
    """Somebody took a place in the line."""


class GuestAdmitted(RoomFact):
    """Somebody was let in."""


class GuestSentBack(RoomFact):
    """Somebody who was inside waits again."""


class GuestDenied(RoomFact):
    """Somebody was told that it is not now."""


class HostEntered(RoomFact):
    """Somebody who may admit came in."""


class ParticipantLeft(RoomFact):
    """Somebody went by themselves."""


class ParticipantReturned(RoomFact):
    """Somebody came back after leaving."""


class SharingChanged(RoomFact):
    """Somebody began or ended sharing a screen, asked for it, or was answered."""


@dataclass(frozen=True, slots=True)
class MessageSaid:
    """A line was added to the chat."""

    room: RoomId
    seat: SeatId
    message: MessageId


@dataclass(frozen=True, slots=True)
class RoomClosed:
    """The meeting is over for everyone."""

    room: RoomId
    by: PersonId | None


MOVES = (
    GuestKnocked,
    GuestAdmitted,
    GuestSentBack,
    GuestDenied,
    HostEntered,
    ParticipantLeft,
    ParticipantReturned,
)
