"""What the day asks at once, as page and JSON show it."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from rounds.home.asks import AtTheDoor
from rounds.home.today import Today
from rounds.rooms.presets import LATE_MINUTES, preset_words
from rounds.tasks.words import line_values
from rounds.visits.closing import Unfinished
from rounds.visits.missed import CALL_OFFERED, HELD_BACK, Open

Translate = Callable[[str], str]


def asks_values(found: Today, translate: Translate) -> dict[str, Any]:
    """Return `door`, `missed`, `unfinished`, `tasks`, minutes to be late by; times are ISO 8601."""
    zone = ZoneInfo(found.clinic.time_zone)
    return {
        "door": [_door(one, zone, translate) for one in found.door],
        "missed": [_missed(one, zone, translate) for one in found.missed],
        "unfinished": [_unfinished(one, zone) for one in found.unfinished],
        "tasks": [line_values(one, translate) for one in found.tasks],
        "late": list(LATE_MINUTES),
    }


def _door(one: AtTheDoor, zone: ZoneInfo, translate: Translate) -> dict[str, Any]:
    return {
        "visit": one.visit.id,
        "url": f"/visits/{one.visit.id}",
        "patient": one.patient.name,
        "start": one.visit.starts_at.astimezone(zone).isoformat(),
        "waiting": [person.name for person in one.waiting],
        "said": [
            {
                "name": person.name,
                "text": preset_words(note.preset, note.minutes, translate)
                if note.preset
                else note.text,
                "at": note.at.astimezone(zone).isoformat(),
            }
            for note, person in one.said
        ],
        "calls": [
            {
                "name": wish.person.name,
                "number": wish.call.number,
                "state": "asked" if wish.call.began_at is None else "speaking",
                "unsafe": wish.unsafe,
            }
            for wish in one.calls
        ],
    }


def _unfinished(one: Unfinished, zone: ZoneInfo) -> dict[str, Any]:
    ended = one.summary.ended_at or one.visit.planned_end
    return {
        "visit": one.visit.id,
        "url": f"/visits/{one.visit.id}/summary",
        "patient": one.patient.name,
        "start": one.visit.starts_at.astimezone(zone).isoformat(),
        "ended": ended.astimezone(zone).isoformat(),
    }


def _missed(one: Open, zone: ZoneInfo, translate: Translate) -> dict[str, Any]:
    _ = translate
    words = {
        "sms": _("a text message was sent"),
        "email": _("an e-mail was sent"),
        CALL_OFFERED: _("a call was offered"),
        HELD_BACK: _("nobody wrote, as it may not be safe for them"),
    }
    tried = [words[word] for word in one.missed.tried.split(",") if word in words]
    return {
        "visit": one.visit.id,
        "patient": one.patient.name,
        "start": one.visit.starts_at.astimezone(zone).isoformat(),
        "tried": ", ".join(tried) if tried else _("nobody could be written to"),
    }
