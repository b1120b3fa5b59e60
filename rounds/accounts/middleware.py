"""Puts the Actor on the request, from the cookie the asked page belongs to."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from rounds.accounts.cookies import (
    device_cookie,
    drop_session,
    guest_cookie,
    home_cookie,
    set_session,
    staff_cookie,
)
from rounds.accounts.devices import LASTS, Renewal, renew, settle
from rounds.accounts.passwords import Passwords
from rounds.accounts.session import HOME_HOURS, actor_for_session, actor_for_token
from rounds.accounts.throttle import Throttle
from rounds.kernel.actor import STRANGER, Actor
from rounds.kernel.config import Settings
from rounds.kernel.ids import is_id
from rounds.kernel.unit import Unit, Units
from rounds.web.keys import ACTOR, SETTINGS, SIGNER, UNITS

PASSWORDS = web.AppKey("passwords", Passwords)
THROTTLE = web.AppKey("throttle", Throttle)
RENEWAL = web.RequestKey("renewal", Renewal)
LONGEST_TOKEN = 64
LONGEST_DEVICE_TOKEN = 400

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def recognise(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Read the staff's cookie, the patient's below /my, or the guest's of the invitation named."""
    invitation = request.match_info.get("guest")
    settings = request.app[SETTINGS]
    if invitation is not None:
        name = guest_cookie(settings, invitation) if is_id(invitation) else ""
    elif request.path == "/my" or request.path.startswith("/my/"):
        name = home_cookie(settings)
    else:
        name = staff_cookie(settings)
    request[ACTOR] = await actor_of_cookie(request, request.app[UNITS], name)
    if name == home_cookie(settings):
        await _keep_signed_in(request)
    return await handler(request)


async def _keep_signed_in(request: web.Request) -> None:
    """Open a session anew on a device that we were told to remember."""
    token = request.cookies.get(device_cookie(request.app[SETTINGS]), "")
    if not token or len(token) > LONGEST_DEVICE_TOKEN:
        return
    units, signer = request.app[UNITS], request.app[SIGNER]
    if request[ACTOR].is_at_home:
        await settle(units, signer, token)
        return
    renewal = request[RENEWAL] = await renew(units, signer, token)
    if renewal.session is not None:
        async with units.reading(STRANGER) as unit:
            request[ACTOR] = await actor_for_token(unit, renewal.session)


@web.middleware
async def hand_over(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the browser what its device's token was exchanged for, whatever the answer is."""
    try:
        response = await handler(request)
    except web.HTTPException as told:
        _give(request, told)
        raise
    _give(request, response)
    return response


def _give(request: web.Request, response: web.StreamResponse) -> None:
    renewal, settings = request.get(RENEWAL), request.app[SETTINGS]
    if renewal is None or home_cookie(settings) in response.cookies:
        return
    if renewal.session is None:
        drop_session(response, settings, device_cookie(settings))
        return
    set_session(response, settings, home_cookie(settings), renewal.session, HOME_HOURS * 3600)
    if renewal.device is not None:
        seconds = int(LASTS.total_seconds())
        set_session(response, settings, device_cookie(settings), renewal.device, seconds)


async def actor_of_cookie(request: web.Request, units: Units, name: str) -> Actor:
    """Return who stands behind the cookie of that name."""
    token = request.cookies.get(name, "")
    if not token or len(token) > LONGEST_TOKEN:
        return STRANGER
    async with units.reading(STRANGER) as unit:
        return await actor_for_token(unit, token)


class SocketDoor:
    """Tells namespaces who a socket is: by the cookie its page names, staff, home or guest."""

    def __init__(self, settings: Settings, units: Units) -> None:
        """Read cookies as `settings` names them."""
        self._settings = settings
        self._units = units

    async def identify(self, request: web.Request, wish: dict[str, Any]) -> Actor:
        """Return the actor of the door the page asked for."""
        invitation = wish.get("invitation")
        if wish.get("door") == "guest":
            if not is_id(invitation):
                return STRANGER
            name = guest_cookie(self._settings, str(invitation))
        elif wish.get("door") == "my":
            name = home_cookie(self._settings)
        else:
            name = staff_cookie(self._settings)
        return await actor_of_cookie(request, self._units, name)

    async def refresh(self, unit: Unit, actor: Actor) -> Actor:
        """Return what the actor's session says now."""
        return STRANGER if actor.session is None else await actor_for_session(unit, actor.session)
