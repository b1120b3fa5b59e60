"""Who hears, sees and reads whom in a room: one matrix, from standings and roles (pure)."""

from collections.abc import Iterable

from rounds.kernel.actor import STAFF
from rounds.media.engine import Audience, Kind
from rounds.rooms.model import Channel, Seat, Standing

TALK = frozenset({Kind.AUDIO, Kind.VIDEO})
WITH_SCREEN = TALK | {Kind.SCREEN}
CARE_TEAM = STAFF
"""Who reads what the care team writes among itself: an interpreter at work does not."""


def audience(admitted: Iterable[str], sharing: str | None = None) -> Audience:
    """Open every pair of admitted seats to each other; everybody else is closed to everyone.

    A screen passes from the seat that is `sharing` alone, whatever any other one sends.
    """
    seats = sorted(admitted)
    return {
        one: {other: WITH_SCREEN if one == sharing else TALK for other in seats if other != one}
        for one in seats
    }


def hears(matrix: Audience, listener: str, speaker: str) -> bool:
    """Tell whether what `speaker` says or writes reaches `listener`."""
    return Kind.AUDIO in matrix.get(speaker, {}).get(listener, frozenset())


def reads(seat: Seat) -> frozenset[Channel]:
    """Return the channels of the chat that are open to a seat: to read, and so to write in.

    It is the seat's column of the matrix. Who wrote a line makes no difference, nor when: whoever
    is outside reads nothing, and a guest never what the care team wrote.
    """
    if seat.standing != Standing.ADMITTED:
        return frozenset()
    return frozenset(Channel) if is_of_team(seat) else frozenset({Channel.EVERYONE})


def is_of_team(seat: Seat) -> bool:
    """Tell whether somebody sits here as one of those who care for the patient."""
    return seat.role in CARE_TEAM
