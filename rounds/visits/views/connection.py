"""How everybody's connection was, for the visit's page after the end."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from rounds.accounts.browsers import browser_label
from rounds.consent.actions import Action
from rounds.kernel.actor import Role
from rounds.people.roles import role_label
from rounds.visits.connection import PersonsConnection, read_connections
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.request import (
    id_in,
    language,
    writing,
)


async def connections(request: web.Request) -> web.Response:
    """Tell of each person how their connection was: no address, no device."""
    visit = id_in(request, "visit")
    async with writing(request) as unit:
        found = await read_connections(unit, visit)
    translate = request.app[PAGES].languages.translator(language(request))
    return web.json_response({"people": [_told(one, translate) for one in found]})


def _told(one: PersonsConnection, translate: Callable[[str], str]) -> dict[str, Any]:
    record = one.record
    return {
        "seat": one.seat.id,
        "name": one.person.name,
        "role_label": role_label(Role(one.seat.role), translate),
        **asdict(one.summary),
        "height": record.height,
        "codecs": record.codecs,
        "path": record.path,
        "protocol": record.protocol,
        "browser": browser_label(record.browser, translate) if record.browser else "",
    }


DOORS = [Door("GET", "/visits/{visit}/connection.json", Action.CONNECTION_READ, connections)]
