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
from rounds.careplan.page_values import outbox_secret, plan_values
from rounds.careplan.showing import show_plan_beside
from rounds.consent.actions import Action
from rounds.kernel.actor import Role
from rounds.kernel.unit import Unit
from rounds.people.frame import frame_values
from rounds.visits.agreed_words import EMPTY
from rounds.visits.closing import read_closing
from rounds.visits.console import Console, read_console
from rounds.visits.links import asks_for_pin, reissue, revoke
from rounds.visits.model import VisitState
from rounds.visits.note import LONGEST_NOTE, save_note
from rounds.visits.views.closing import summary_values
from rounds.web.doors import Door
from rounds.web.keys import PAGES, SETTINGS, SIGNER
from rounds.web.request import (
    Body,
    actor,
    id_in,
    json_body,
    language,
    page,
    path_for,
    reading,
    writing,
)


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
        found = await read_console(unit, id_in(request, "visit"))
    # By itself: it locks the room before the visit, as whoever knocks does.
    async with writing(request) as unit:
        summary = await _summary(request, unit, found)
        plan = await show_plan_beside(unit, found.patient.person_id)
    template = "cancelled" if found.visit.state == VisitState.CANCELLED else "console"
    values = _values(request, found) | {"summary": summary, "agreed_told": EMPTY, "plan": None}
    if plan is not None:
        secret = outbox_secret(request.app[SETTINGS], request.app[SIGNER], actor(request))
        translate = request.app[PAGES].languages.translator(language(request))
        values |= plan_values(plan, actor(request), translate, secret, {"door": "staff"})
    return page(request, f"visits/{template}.html", **values)


async def save(request: web.Request) -> web.Response:
    """Save the note."""
    form = await json_body(request, NoteForm)
    async with writing(request) as unit:
        visit = await save_note(unit, id_in(request, "visit"), form.text, form.revision)
    saved_at = visit.note_saved_at.isoformat() if visit.note_saved_at else None
    return web.json_response({"revision": visit.note_revision, "saved_at": saved_at})


async def reissue_link(request: web.Request) -> web.Response:
    """Replace a link; the new one is shown this once."""
    visit, invitation = id_in(request, "visit"), id_in(request, "invitation")
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
        await revoke(unit, id_in(request, "visit"), id_in(request, "invitation"))
    return web.json_response({})


async def _summary(request: web.Request, unit: Unit, found: Console) -> dict[str, Any] | None:
    """Return the summary for whoever may read it; an interpreter at work does not."""
    over = found.visit.state == VisitState.CANCELLED
    if over or found.seat.role == Role.INTERPRETER:
        return None
    return summary_values(request, await read_closing(unit, found.visit.id, recorded=False))


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
    # What the care team writes is not for an interpreter at work.
    reads_note = found.seat.role != Role.INTERPRETER
    return frame | {
        "visit": {
            "id": visit.id,
            "start": visit.starts_at.astimezone(zone),
            "minutes": visit.minutes,
            "purpose": visit.purpose if reads_note else "",
            "state": visit.state,
            "cancel_reason": visit.cancel_reason,
            "patient": {
                "name": found.person.name,
                "born": date.fromisoformat(found.patient.born),
                "number": found.patient.number,
            },
            "note": visit.note if reads_note else None,
            "note_revision": visit.note_revision,
        },
        "room_settings": json.dumps(settings),
    }


DOORS = [
    Door("GET", "/visits/{visit}", Action.VISIT_READ, console, media=True),
    Door("POST", "/visits/{visit}/note", Action.NOTE_WRITE, save),
    Door("POST", "/visits/{visit}/links/{invitation}/reissue", Action.LINK_MANAGE, reissue_link),
    Door("POST", "/visits/{visit}/links/{invitation}/revoke", Action.LINK_MANAGE, revoke_link),
]
