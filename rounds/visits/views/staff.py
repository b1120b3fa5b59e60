"""The visit console: its page, its note and its links."""

import json
from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import ConfigDict, Field

from rounds.accounts.links import new_pin
from rounds.accounts.middleware import PASSWORDS
from rounds.consent.access import Action
from rounds.kernel.actor import Role
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import is_id
from rounds.people.frame import frame_values
from rounds.visits.console import Console, read_console
from rounds.visits.links import asks_for_pin, reissue, revoke
from rounds.visits.model import VisitState
from rounds.visits.note import LONGEST_NOTE, save_note
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.request import Body, actor, json_body, language, page, path_for, reading, writing


class NoteForm(Body):
    """The note as the page has it, and the revision it began from."""

    # Spaces at the ends are the writer's own.
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)

    text: str = Field(max_length=LONGEST_NOTE)
    revision: int = Field(ge=0)


async def console(request: web.Request) -> web.Response:
    """Show the console of one visit; strangers are asked to sign in first."""
    if not actor(request).is_staff:
        # Whatever the path says: a stranger learns nothing of which visits there are.
        raise web.HTTPFound("/?" + urlencode({"next": request.path}))
    async with writing(request) as unit:
        found = await read_console(unit, _visit(request))
    template = "cancelled" if found.visit.state == VisitState.CANCELLED else "console"
    return page(request, f"visits/{template}.html", **_values(request, found))


async def save(request: web.Request) -> web.Response:
    """Save the note."""
    form = await json_body(request, NoteForm)
    async with writing(request) as unit:
        visit = await save_note(unit, _visit(request), form.text, form.revision)
    saved_at = visit.note_saved_at.isoformat() if visit.note_saved_at else None
    return web.json_response({"revision": visit.note_revision, "saved_at": saved_at})


async def reissue_link(request: web.Request) -> web.Response:
    """Replace a link; the new one is shown this once."""
    visit, invitation = _visit(request), _invitation(request)
    async with reading(request) as unit:
        pin = new_pin() if await asks_for_pin(unit, visit, invitation) else None
    # Hashed between the transactions, and only for those who may: it is slow on purpose.
    pin_hash = await request.app[PASSWORDS].hash(pin) if pin else None
    async with writing(request) as unit:
        link = await reissue(unit, visit, invitation, pin, pin_hash)
    return web.json_response({"url": path_for(request, f"/j#t={link.token}"), "pin": link.pin})


async def revoke_link(request: web.Request) -> web.Response:
    """Take a link back."""
    async with writing(request) as unit:
        await revoke(unit, _visit(request), _invitation(request))
    return web.json_response({})


def _values(request: web.Request, found: Console) -> dict[str, Any]:
    visit, zone = found.visit, ZoneInfo(found.clinic.time_zone)
    frame = frame_values(
        request.app[PAGES], language(request), found.clinic, found.me, Role(found.seat.role)
    )
    settings = {
        "visit": visit.id,
        "room": found.room.id,
        "seat": found.seat.id,
        "me": frame["me"],
    }
    return frame | {
        "visit": {
            "id": visit.id,
            "start": visit.starts_at.astimezone(zone),
            "minutes": visit.minutes,
            "purpose": visit.purpose,
            "state": visit.state,
            "cancel_reason": visit.cancel_reason,
            "patient": {
                "name": found.person.name,
                "born": date.fromisoformat(found.patient.born),
                "number": found.patient.number,
            },
            "note": visit.note,
            "note_revision": visit.note_revision,
        },
        "room_settings": json.dumps(settings),
    }


def _visit(request: web.Request) -> str:
    return _known(request.match_info["visit"])


def _invitation(request: web.Request) -> str:
    return _known(request.match_info["invitation"])


def _known(id: str) -> str:
    if not is_id(id):
        raise NotFound("There is nothing here for you.")
    return id


DOORS = [
    Door("GET", "/visits/{visit}", Action.VISIT_READ, console, media=True),
    Door("POST", "/visits/{visit}/note", Action.NOTE_WRITE, save),
    Door("POST", "/visits/{visit}/links/{invitation}/reissue", Action.LINK_MANAGE, reissue_link),
    Door("POST", "/visits/{visit}/links/{invitation}/revoke", Action.LINK_MANAGE, revoke_link),
]
