"""What a guest reads after the visit: as JSON for their page, and the next date as a file."""

from urllib.parse import urlsplit

from aiohttp import web

from rounds.consent.actions import Action
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import is_id
from rounds.visits.agreed import read_agreed_as_guest
from rounds.visits.agreed_words import agreed_values
from rounds.visits.calendar import Entry, calendar_file
from rounds.web.doors import Door
from rounds.web.keys import PAGES, SETTINGS
from rounds.web.request import actor, language, path_for, writing


async def agreed_json(request: web.Request) -> web.Response:
    """Return what was agreed; honest about what is not written yet."""
    invitation = _invitation(request)
    async with writing(request) as unit:
        found = await read_agreed_as_guest(unit, invitation)
    ics = f"/j/{invitation}/next.ics"
    return web.json_response(
        agreed_values(request.app[PAGES], language(request), found, actor(request).person, ics)
    )


async def next_visit(request: web.Request) -> web.Response:
    """Return the next booked date for the person's own calendar; its title tells nothing."""
    async with writing(request) as unit:
        found = await read_agreed_as_guest(unit, _invitation(request))
        now = unit.now
    if found.booked is None:
        raise NotFound("There is nothing here for you.")
    host = urlsplit(request.app[SETTINGS].origin).hostname
    translate = request.app[PAGES].languages.translator(language(request))
    entry = Entry(
        uid=f"{found.booked.id}@{host}",
        title=translate("Appointment"),
        url=path_for(request, "/my"),
        begins_at=found.booked.starts_at,
        ends_at=found.booked.planned_end,
        made_at=now,
    )
    response = web.Response(
        text=calendar_file(entry), content_type="text/calendar", charset="utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


def _invitation(request: web.Request) -> str:
    id = request.match_info["guest"]
    if not is_id(id):
        raise NotFound("There is nothing here for you.")
    return id


DOORS = [
    Door("GET", "/j/{guest}/agreed.json", Action.AGREED_READ, agreed_json),
    Door("GET", "/j/{guest}/next.ics", Action.AGREED_READ, next_visit),
]
