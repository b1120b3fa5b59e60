"""Around the waiting room: a word from outside, whom to call in danger, who did not come."""

from typing import Any

from aiohttp import web
from pydantic import Field

from rounds.consent.actions import Action
from rounds.people.roles import relationship_label, role_label
from rounds.rooms.asked import Note
from rounds.rooms.writing import Words
from rounds.visits.emergency import EmergencyCard, Reachable, read_emergency
from rounds.visits.missed import LONGEST_REASON, follow_up
from rounds.visits.telling import tell
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.people import portrait_url
from rounds.web.request import (
    Body,
    form_body,
    id_in,
    json_body,
    language,
    writing,
)


class MissedForm(Body):
    """What became of a visit that the patient did not come to."""

    reason: str = Field("", max_length=LONGEST_REASON)


async def post_tell(request: web.Request) -> web.Response:
    """Write to those who wait."""
    form = await json_body(request, Note)
    words = Words(form.key, form.text, form.preset, form.minutes)
    async with writing(request) as unit:
        await tell(unit, id_in(request, "visit"), form.seat, words)
    return web.json_response({})


async def emergency(request: web.Request) -> web.Response:
    """Return whom to call."""
    async with writing(request) as unit:
        card = await read_emergency(unit, id_in(request, "visit"))
    return web.json_response(_values(request, card))


async def post_missed(request: web.Request) -> web.Response:
    """Say what became of a missed visit."""
    form = await form_body(request, MissedForm)
    async with writing(request) as unit:
        await follow_up(unit, id_in(request, "visit"), form.reason)
    raise web.HTTPSeeOther("/today")


def _values(request: web.Request, card: EmergencyCard) -> dict[str, Any]:
    return {
        "patient": {
            "name": card.patient.name,
            "born": card.born.isoformat(),
            "numbers": list(card.numbers),
        },
        "where": _where(card),
        "clinic": {"name": card.clinic.name, "phone": card.clinic.phone},
        "help": _help(card),
        "colleagues": [_reachable(request, one) for one in card.colleagues],
        "family": [_reachable(request, one) for one in card.family],
    }


def _where(card: EmergencyCard) -> dict[str, str] | None:
    if card.where is None:
        return None
    place, call_back, told_at = card.where.place, card.where.call_back, card.where.told_at
    return {"place": place, "call_back": call_back, "told_at": told_at.isoformat()}


def _help(card: EmergencyCard) -> list[dict[str, str | None]]:
    """Return the clinic's own help first, then what is known of its country, each once."""
    clinic, known = card.clinic, card.country_help
    reviewed = clinic.crisis_reviewed_on
    found: list[dict[str, str | None]] = [
        {
            "number": clinic.crisis_number,
            "text": clinic.crisis_text,
            "reviewed_on": reviewed.isoformat() if reviewed else None,
        }
    ]
    if known is not None and known.number != clinic.crisis_number:
        found.append(
            {
                "number": known.number,
                "text": known.text,
                "reviewed_on": known.reviewed_on.isoformat(),
            }
        )
    return found


def _reachable(request: web.Request, one: Reachable) -> dict[str, Any]:
    pages = request.app[PAGES]
    translate = pages.languages.translator(language(request))
    label = role_label(one.role, translate) if one.role else ""
    return {
        "name": one.person.name,
        "face": portrait_url(pages.assets, one.person.portrait),
        "role_label": label or relationship_label(one.relationship, translate),
        "on_call": one.on_call,
        "numbers": list(one.numbers),
    }


DOORS = [
    Door("POST", "/visits/{visit}/tell", Action.VISIT_TELL, post_tell),
    Door("GET", "/visits/{visit}/emergency.json", Action.EMERGENCY_READ, emergency),
    Door("POST", "/visits/{visit}/missed", Action.MISSED_TEND, post_missed),
]
