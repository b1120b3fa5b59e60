"""Facts about rooms: ids only."""

from dataclasses import dataclass

from rounds.kernel.ids import MessageId, NoteId, PersonId, RoomId, SeatId


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


class HandMoved(RoomFact):
    """Somebody raised a hand, or it was lowered."""


class GuestAnswered(RoomFact):
    """Somebody said on arriving how they are, or went by the quick way out."""


class SelfTested(RoomFact):
    """Somebody tried out browser, devices and line."""


class GuestAgreedTo(RoomFact):
    """The patient said that a guest may take part."""


class CallAsked(RoomFact):
    """A guest asked to be called instead, or does not any more."""


class CallBegan(RoomFact):
    """The meeting goes on by telephone with one guest."""


class CallEnded(RoomFact):
    """A guest's part by telephone is over."""


@dataclass(frozen=True, slots=True)
class NoteWritten:
    """A line was written at the door, to or by one guest or to all."""

    room: RoomId
    note: NoteId
    by_guest: bool


@dataclass(frozen=True, slots=True)
class MessageSaid:
    """A line was added to the chat."""

    room: RoomId
    seat: SeatId
    message: MessageId


@dataclass(frozen=True, slots=True)
class QuietAsked:
    """A host, on the seat `by`, asked others to mute themselves."""

    room: RoomId
    by: SeatId
    seats: tuple[SeatId, ...]


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
AT_THE_DOOR = (GuestAnswered, SelfTested, GuestAgreedTo, CallAsked, CallBegan, CallEnded)
"""What changes nobody's standing, and is told to everybody all the same."""
