"""Where somebody is signed in between visits: the list, and signing out of one place or all."""

from zoneinfo import ZoneInfo

from aiohttp import web

from rounds.accounts.browsers import browser_label
from rounds.accounts.devices import read_places, revoke_everywhere, revoke_place
from rounds.consent.actions import Action
from rounds.home.my import read_frame
from rounds.home.views.frame import frame, send_to_sign_in
from rounds.home.views.sign_in import signed_out
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import is_id
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.request import language, page, writing


async def devices(request: web.Request) -> web.StreamResponse:
    """Show where the person is signed in."""
    send_to_sign_in(request)
    async with writing(request) as unit:
        clinic, me = await read_frame(unit)
        places = await read_places(unit)
    translate = request.app[PAGES].languages.translator(language(request))
    zone = ZoneInfo(clinic.time_zone)
    listed = [
        {
            "id": one.id,
            "label": browser_label(one.label, translate),
            "used_at": one.used_at.astimezone(zone),
            "until": one.until.astimezone(zone),
            "remembered": one.remembered,
            "here": one.here,
        }
        for one in places
    ]
    return page(request, "home/my_devices.html", **frame(request, clinic, me), places=listed)


async def revoke(request: web.Request) -> web.StreamResponse:
    """Sign out of one place."""
    id = request.match_info["device"]
    if not is_id(id):
        raise NotFound("There is nothing here for you.")
    async with writing(request) as unit:
        here = next((one.id for one in await read_places(unit) if one.here), None)
        await revoke_place(unit, id)
    if id == here:
        raise signed_out(request)
    raise web.HTTPSeeOther("/my/devices")


async def revoke_all(request: web.Request) -> web.StreamResponse:
    """Sign out everywhere."""
    async with writing(request) as unit:
        await revoke_everywhere(unit)
    raise signed_out(request)


DOORS = [
    Door("GET", "/my/devices", Action.MY_PAGES, devices),
    Door("POST", "/my/devices/revoke-all", Action.MY_PAGES, revoke_all),
    Door("POST", "/my/devices/{device}/revoke", Action.MY_PAGES, revoke),
]
