"""Who hears and sees whom in a room: one matrix, computed from the standings (pure)."""

from collections.abc import Iterable

from rounds.media.engine import Audience, Kind

TALK = frozenset({Kind.AUDIO, Kind.VIDEO})
WITH_SCREEN = TALK | {Kind.SCREEN}


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
