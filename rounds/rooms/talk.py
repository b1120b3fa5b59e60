"""What one person is told of the talk: what was written, how long it is kept, whose hand is up."""

from collections.abc import Callable
from typing import Any

from rounds.rooms.audience import reads
from rounds.rooms.hands import in_order
from rounds.rooms.model import Channel, ChatMessage, Seat
from rounds.rooms.picture import Picture
from rounds.rooms.retention import KEEPS

Told = dict[str, Any]
Named = Callable[[Seat], Told]
"""Tells who sits on a seat."""


def lines(picture: Picture, reader: Seat, named: Named) -> list[Told]:
    """Return the lines of the channels that are open to a seat; of others there is no trace."""
    open_to = reads(reader)
    return [
        line_told(picture, one, reader, named) for one in picture.messages if one.channel in open_to
    ]


def line_told(picture: Picture, message: ChatMessage, reader: Seat, named: Named) -> Told:
    """Return one line. The caller asks `reads` whether it may reach the reader."""
    author = picture.seat(message.seat_id)
    told = named(author)
    return {
        "id": message.id,
        "key": message.key,
        "seat": author.id,
        "name": told["name"],
        "role": told["role"],
        "channel": str(message.channel),
        "text": message.text,
        "at": message.at.isoformat(),
        "mine": author.id == reader.id,
    }


def chat_told(picture: Picture, reader: Seat) -> Told:
    """Return the channels that are open to a seat, and how long what is written there is kept.

    `hours` after the end, and once it has ended `until`; from then on the next nightly run deletes
    it (see `retention.RULES`). While the clinic is `on_hold` nothing is deleted.
    """
    ended = picture.room.closed_at
    return {
        "channels": [str(one) for one in Channel if one in reads(reader)],
        "hours": int(KEEPS.total_seconds() // 3600),
        "until": (ended + KEEPS).isoformat() if ended is not None else None,
        "on_hold": picture.on_hold,
    }


def hands(picture: Picture, reader: Seat, named: Named) -> list[Told]:
    """Return whose hands are up, in order; since when, to those who give the word."""
    return [
        named(seat) | {"since": _since(seat) if reader.may_admit else None}
        for seat in in_order(picture.seats)
    ]


def _since(seat: Seat) -> str | None:
    return None if seat.hand_at is None else seat.hand_at.isoformat()
