"""The page of the day, and the same as JSON for its live module."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from rounds.consent.actions import Action
from rounds.home.colleagues import Colleague
from rounds.home.today import Today, TodayVisit, read_today
from rounds.home.views.asks import asks_values
from rounds.kernel.actor import Role
from rounds.notices.push import PushKey
from rounds.people.frame import frame_values
from rounds.people.roles import role_label
from rounds.rooms.presence import Presence
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.live import Live
from rounds.web.people import portrait_url
from rounds.web.request import actor, language, page, writing

PRESENCE = web.AppKey("presence", Presence)
PUSH_KEY = web.AppKey("push_key", PushKey)
LIVE = web.AppKey("live", Live)


async def today(request: web.Request) -> web.StreamResponse:
    """Show the day; strangers are asked to sign in first."""
    if not actor(request).is_staff:
        raise web.HTTPFound("/?next=/today")
    found = await _read(request)
    pages, words = request.app[PAGES], language(request)
    translate = pages.languages.translator(words)
    role = Role(actor(request).role or Role.ADMIN)
    return page(
        request,
        "home/today.html",
        **frame_values(pages, words, found.clinic, found.me, role),
        date=found.now,
        visits=[_values(visit, translate) for visit in found.visits],
        everybody=[_plan_values(visit, translate) for visit in found.everybody],
        watch=found.watch,
        books=role is not Role.INTERPRETER,
        counts={"done": found.done, "to_come": found.to_come, "last_end": found.last_end},
        unattended=found.unattended,
        asks=asks_values(found, translate),
        colleagues=[_colleague(request, one, translate) for one in found.colleagues],
        push_key=request.app[PUSH_KEY].public,
    )


async def today_json(request: web.Request) -> web.Response:
    """Return the day as JSON."""
    found = await _read(request)
    translate = request.app[PAGES].languages.translator(language(request))
    visits = [_values(visit, translate) for visit in found.visits]
    everybody = [_plan_values(visit, translate) for visit in found.everybody]
    for visit in (*visits, *everybody):
        visit["start"] = visit["start"].isoformat()
    counts = {
        "done": found.done,
        "to_come": found.to_come,
        "last_end": found.last_end.isoformat() if found.last_end else None,
    }
    return web.json_response(
        {
            "visits": visits,
            "unattended": found.unattended,
            "everybody": everybody,
            **asks_values(found, translate),
            "colleagues": [_colleague(request, one, translate) for one in found.colleagues],
            "counts": counts,
            "now": found.now.isoformat(),
            "on_call": [person.name for person in found.watch.on_call],
            "gaps": [
                {"begins": gap.begins.isoformat(), "ends": gap.ends.isoformat()}
                for gap in found.watch.gaps
            ],
        }
    )


async def _read(request: web.Request) -> Today:
    async with writing(request) as unit:
        return await read_today(unit, request.app[PRESENCE], request.app[LIVE].is_heard)


def _colleague(
    request: web.Request, one: Colleague, translate: Callable[[str], str]
) -> dict[str, Any]:
    return {
        "name": one.person.name,
        "role_label": role_label(one.role, translate),
        "face": portrait_url(request.app[PAGES].assets, one.person.portrait),
        "now": str(one.now),
        "until": one.until.isoformat() if one.until else None,
    }


def _values(line: TodayVisit, translate: Callable[[str], str]) -> dict[str, Any]:
    seat, visit = line.patient_seat, line.visit
    waits = line.standing in ("waiting", "away")
    return {
        "id": visit.id,
        "url": f"/visits/{visit.id}",
        "start": line.start,
        "minutes": visit.minutes,
        "patient": line.patient.name,
        "purpose": visit.purpose,
        "state": str(visit.state),
        "standing": line.standing,
        "label": line.standing,
        "waiting_since": seat.since.isoformat() if waits and seat.since else None,
        "admission": seat.id if waits else None,
        "people": [
            {
                "name": person.name,
                "role_label": role_label(Role(one.role), translate),
                "standing": str(one.standing),
            }
            for one, person in line.companions
        ],
        "is_next": line.is_next,
        "is_past": line.is_past,
        "answer": line.answer,
        "light": line.light,
        "unsafe": line.unsafe,
    }


def _plan_values(line: TodayVisit, translate: Callable[[str], str]) -> dict[str, Any]:
    """Return the line of a visit that one helps with: the way to its plan, not what it is about."""
    values = _values(line, translate)
    return values | {"url": f"/visits/{line.visit.id}/plan", "admission": None, "purpose": ""}


DOORS = [
    Door("GET", "/today", Action.TODAY, today),
    Door("GET", "/today.json", Action.TODAY, today_json),
]
