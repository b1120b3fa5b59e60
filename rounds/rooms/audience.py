"""Who hears and sees whom in a room: one matrix, computed from the standings (pure)."""

from collections.abc import Iterable

from rounds.media.engine import Audience, Kind

EVERYTHING = frozenset(Kind)


def audience(admitted: Iterable[str]) -> Audience:
    """Open every pair of admitted seats to each other; everybody else is closed to everyone."""
    seats = sorted(admitted)
    return {one: {other: EVERYTHING for other in seats if other != one} for one in seats}


def hears(matrix: Audience, listener: str, speaker: str) -> bool:
    """Tell whether what `speaker` says or writes reaches `listener`."""
    return Kind.AUDIO in matrix.get(speaker, {}).get(listener, frozenset())
