"""What is told at the door: messages, telephone calls, and whether the patient agreed (pure)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from rounds.kernel.actor import Role
from rounds.people.contacts import ending
from rounds.people.roles import role_label
from rounds.rooms.arrivals_model import DoorNote, PhoneCall
from rounds.rooms.model import Seat
from rounds.rooms.picture import Picture
from rounds.rooms.presets import offered, preset_words

Told = dict[str, Any]
Translate = Callable[[str], str]


def notes_for(picture: Picture, seat: Seat, sees_all: bool, translate: Translate) -> list[Told]:
    """Return the lines a seat may read: a guest their own and those to all, a host every one."""
    return [
        _note(picture, one, seat, translate)
        for one in picture.notes
        if sees_all or one.author_id == seat.person_id or _is_for(one, seat)
    ]


def phone_of(picture: Picture, seat: Seat) -> Told:
    """Return a guest's own wish for a call, and the end of the number the clinic has."""
    call = picture.open_call(seat.id)
    known = picture.numbers.get(seat.person_id)
    return {
        "on_file": ending(known) if known else None,
        "state": _state(call),
        "number": ending(call.number) if call and call.number else None,
        "since": _iso((call.began_at or call.asked_at) if call else None),
    }


def call_to(picture: Picture, seat: Seat) -> Told | None:
    """Return what a host is told of a guest's wish for a call or of the call itself."""
    call = picture.open_call(seat.id)
    if call is None:
        return None
    return {
        "state": _state(call),
        "number": call.number,
        "since": _iso(call.began_at or call.asked_at),
    }


def by_phone(picture: Picture) -> list[Told]:
    """Return every part of the meeting that went by telephone: with whom, from when, until when."""
    return [
        {
            "seat": one.seat_id,
            "name": picture.people[picture.seat(one.seat_id).person_id].name,
            "by": picture.people[one.began_by].name if one.began_by else "",
            "began_at": _iso(one.began_at),
            "ended_at": _iso(one.ended_at),
        }
        for one in picture.calls
        if one.began_at is not None
    ]


def consent_of(picture: Picture, seat: Seat) -> Told | None:
    """Return whether the patient agreed to a relative and by what; None where nobody asks.

    `way` is `consent` (with its beginning and end) or `visit`, a yes heard in this visit.
    """
    if seat.role != Role.RELATIVE:
        return None
    held = picture.consents.get(seat.person_id)
    if held is not None:
        return {"agreed": True, "way": "consent", "since": _iso(held[0]), "until": _iso(held[1])}
    if seat.agreed_at is not None:
        return {"agreed": True, "way": "visit", "since": _iso(seat.agreed_at), "until": None}
    return {"agreed": False, "way": "", "since": None, "until": None}


def sayings(seat: Seat, translate: Translate) -> list[Told]:
    """Return what a seat can say at the door by pressing it."""
    return offered(seat.role not in (Role.PATIENT, Role.RELATIVE), translate)


def _note(picture: Picture, note: DoorNote, reader: Seat, translate: Translate) -> Told:
    author = picture.people.get(note.author_id)
    seat = next((one for one in picture.seats if one.person_id == note.author_id), None)
    role = Role(seat.role) if seat is not None else Role.COORDINATOR
    return {
        "id": note.id,
        "key": note.key,
        "seat": note.seat_id,
        "name": author.name if author else "",
        "role_label": role_label(role, translate),
        "text": preset_words(note.preset, note.minutes, translate) if note.preset else note.text,
        "at": note.at.isoformat(),
        "mine": note.author_id == reader.person_id,
        "by_guest": role in (Role.PATIENT, Role.RELATIVE),
    }


def _is_for(note: DoorNote, seat: Seat) -> bool:
    return note.seat_id == seat.id or note.seat_id is None


def _state(call: PhoneCall | None) -> str:
    if call is None:
        return ""
    return "speaking" if call.began_at is not None else "asked"


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
