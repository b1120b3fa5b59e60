"""The pages of a patient or relative between visits: home, one visit, its calendar file."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import Field

from rounds.accounts.cookies import guest_cookie, set_session
from rounds.accounts.middleware import actor_of_cookie
from rounds.accounts.session import GUEST_DAYS
from rounds.consent.actions import Action
from rounds.home.my import Carer, MyVisit, read_frame, read_home, read_my_agreed, read_my_visit
from rounds.home.views.frame import frame, send_to_sign_in
from rounds.people.model import Matter
from rounds.people.roles import role_label
from rounds.tasks.words import line_values
from rounds.visits.agreed_words import agreed_values
from rounds.visits.at_home import link_in_use, open_here
from rounds.visits.calendar import Entry, calendar_file
from rounds.web.doors import Door
from rounds.web.keys import PAGES, SETTINGS, UNITS
from rounds.web.people import person_values
from rounds.web.request import (
    Body,
    form_body,
    id_in,
    language,
    page,
    path_for,
    reading,
    writing,
)

GUEST_SECONDS = (GUEST_DAYS + 1) * 24 * 3600
Translate = Callable[[str], str]
CALENDAR = "/my/visits/{visit}.ics"


class OpenForm(Body):
    """Whether the person said that another device may lose the visit."""

    confirmed: str = Field("", max_length=8)


async def home(request: web.Request) -> web.StreamResponse:
    """Show what comes, what was and who cares."""
    send_to_sign_in(request)
    async with writing(request) as unit:
        found = await read_home(unit)
    translate = _translator(request)
    return page(
        request,
        "home/my.html",
        **frame(request, found.clinic, found.me),
        own=found.own,
        opened=found.opened,
        patient=person_values(request, found.patient),
        now=found.now,
        opens_at=found.opens_at,
        next=[_visit_values(request, one, translate) for one in found.next],
        last=[_visit_values(request, one, translate) for one in found.last],
        tasks=[line_values(one, translate) for one in found.tasks],
        team=[_carer_values(request, one, translate) for one in found.team],
    )


async def my_visit(request: web.Request) -> web.StreamResponse:
    """Show one visit: when it is, with whom, and what can be done for it now."""
    send_to_sign_in(request)
    async with writing(request) as unit:
        clinic, me, found = await read_my_visit(unit, id_in(request, "visit"))
        agreed = await read_my_agreed(unit, id_in(request, "visit"))
    values = _visit_values(request, found, _translator(request))
    return page(
        request,
        "home/my_visit.html",
        **frame(request, clinic, me),
        visit=values,
        agreed_told=agreed
        and agreed_values(request.app[PAGES], language(request), agreed, me.id, CALENDAR),
    )


async def open_visit(request: web.Request) -> web.StreamResponse:
    """Let this browser into the visit; ask first when another device would lose it."""
    visit, form = id_in(request, "visit"), await form_body(request, OpenForm)
    settings, units = request.app[SETTINGS], request.app[UNITS]
    async with reading(request) as unit:
        in_use = await link_in_use(unit, visit)
    here = None
    if in_use is not None:
        guest = await actor_of_cookie(request, units, guest_cookie(settings, in_use))
        here = in_use if guest.is_guest and guest.invitation == in_use else None
    async with writing(request) as unit:
        opened = await open_here(unit, visit, here, form.confirmed == "yes")
    if opened.invitation is None:
        async with reading(request) as unit:
            clinic, me = await read_frame(unit)
        values = frame(request, clinic, me) | {"visit": {"id": visit}}
        return page(request, "home/my_elsewhere.html", 200, **values)
    found = web.HTTPSeeOther(f"/j/{opened.invitation}")
    if opened.cookie is not None:
        name = guest_cookie(settings, opened.invitation)
        set_session(found, settings, name, opened.cookie, GUEST_SECONDS)
    raise found


async def calendar(request: web.Request) -> web.Response:
    """Return the appointment for the person's own calendar; its title tells nothing."""
    async with writing(request) as unit:
        _clinic, _me, found = await read_my_visit(unit, id_in(request, "visit"))
        now = unit.now
    host = urlsplit(request.app[SETTINGS].origin).hostname
    entry = Entry(
        uid=f"{found.visit.id}@{host}",
        title=_translator(request)("Appointment"),
        url=path_for(request, "/my"),
        begins_at=found.visit.starts_at,
        ends_at=found.visit.planned_end,
        made_at=now,
        cancelled=found.is_cancelled,
    )
    response = web.Response(
        text=calendar_file(entry), content_type="text/calendar", charset="utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


def _visit_values(request: web.Request, one: MyVisit, translate: Translate) -> dict[str, Any]:
    hosts = [
        person_values(request, person) | {"role_label": role_label(role, translate)}
        for person, role in one.hosts
    ]
    _ = translate
    title = _("Visit with {name}").format(name=hosts[0]["name"]) if hosts else _("Your visit")
    return {
        "id": one.visit.id,
        "title": title,
        "start": one.start,
        "opens_at": one.opens_at,
        "minutes": one.visit.minutes,
        "hosts": hosts,
        "is_open": one.is_open,
        "is_over": one.is_over,
        "is_cancelled": one.is_cancelled,
        "invited": one.invited,
    }


def _carer_values(request: web.Request, one: Carer, translate: Translate) -> dict[str, Any]:
    _ = translate
    words = [role_label(one.role, translate)]
    if Matter.LEAD in one.matters:
        words.append(_("leads your care"))
    if Matter.COORDINATION in one.matters:
        words.append(_("keeps your dates together"))
    return person_values(request, one.person) | {"role_label": ", ".join(words)}


def _translator(request: web.Request) -> Translate:
    return request.app[PAGES].languages.translator(language(request))


DOORS = [
    Door("GET", "/my", Action.MY_PAGES, home),
    Door("GET", "/my/visits/{visit}.ics", Action.MY_VISIT, calendar),
    Door("GET", "/my/visits/{visit}", Action.MY_VISIT, my_visit),
    Door("POST", "/my/visits/{visit}/open", Action.MY_VISIT, open_visit),
]
