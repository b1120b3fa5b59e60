"""What one person is told of screens: whose is shared, who asks, whether they may (pure)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from rounds.rooms.model import Seat
from rounds.rooms.picture import Picture
from rounds.rooms.sharing import may_take_over

Told = dict[str, Any]
Named = Callable[[Seat], Told]
"""Tells who sits on a seat."""


def may_share(picture: Picture, seat: Seat) -> str:
    """Return "free" by one's own right, "ask" before a host was asked, "asked", "let" after."""
    if may_take_over(seat):
        return "free"
    own = next((one for one in picture.shares if one.seat_id == seat.id), None)
    if own is None or own.ended_at is not None:
        return "ask"
    return "asked" if own.waits else "let"


def sharing_now(picture: Picture, named: Named) -> Told | None:
    """Return whose screen is shared, and since when."""
    for share in picture.shares:
        if share.runs:
            return named(picture.seat(share.seat_id)) | {"since": _iso(share.began_at)}
    return None


def asking(picture: Picture, named: Named) -> list[Told]:
    """Return who asks to share a screen."""
    return [named(picture.seat(one.seat_id)) for one in picture.shares if one.waits]


def shared(picture: Picture, seat: Seat, named: Named) -> list[Told]:
    """After the end, who shared a screen from when to when: for a host, who writes the note."""
    if picture.room.is_open or not seat.may_admit:
        return []
    return [
        named(picture.seat(one.seat_id))
        | {"began_at": _iso(one.began_at), "ended_at": _iso(one.ended_at)}
        for one in picture.shares
        if one.began_at is not None
    ]


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
