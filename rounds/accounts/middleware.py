"""Puts the Actor on the request, from the cookie the asked page belongs to."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from rounds.accounts.cookies import guest_cookie, home_cookie, staff_cookie
from rounds.accounts.passwords import Passwords
from rounds.accounts.session import actor_for_session, actor_for_token
from rounds.accounts.throttle import Throttle
from rounds.kernel.actor import STRANGER, Actor
from rounds.kernel.config import Settings
from rounds.kernel.ids import is_id
from rounds.kernel.unit import Unit, Units
from rounds.web.keys import ACTOR, SETTINGS, UNITS

PASSWORDS = web.AppKey("passwords", Passwords)
THROTTLE = web.AppKey("throttle", Throttle)
LONGEST_TOKEN = 64

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
    return await handler(request)


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
