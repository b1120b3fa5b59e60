"""Puts the Actor on the request, from the cookie the asked page belongs to."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
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
from rounds.accounts.locking import touch
from rounds.accounts.model import Session
from rounds.accounts.passwords import Passwords
from rounds.accounts.session import HOME_HOURS, actor_for_session, actor_for_token
from rounds.accounts.throttle import Throttle
from rounds.consent.access import SIGNED_IN
from rounds.consent.actions import Action
from rounds.kernel.actor import STRANGER, Actor
from rounds.kernel.config import Settings
from rounds.kernel.errors import Forbidden
from rounds.kernel.ids import is_id
from rounds.kernel.unit import Unit, Units
from rounds.kernel.words import N_
from rounds.web.doors import Door
from rounds.web.errors import speaks_json
from rounds.web.keys import ACTOR, SETTINGS, SIGNER, UNITS
from rounds.web.return_address import with_return

PASSWORDS = web.AppKey("passwords", Passwords)
THROTTLE = web.AppKey("throttle", Throttle)
RENEWAL = web.RequestKey("renewal", Renewal)
LONGEST_TOKEN = 64
LONGEST_DEVICE_TOKEN = 400
# Written down no more often than this: a page view costs no write.
TOUCH_AFTER = timedelta(seconds=30)
LOCKED = N_("The screen is locked. Unlock it, and go on where you were.")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def recognise(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Read the staff's cookie, the patient's below /my, or the guest's of the invitation named.

    Behind a locked screen only the doors open that unlock it, sign out, or are open to all.
    """
    invitation = request.match_info.get("guest")
    settings = request.app[SETTINGS]
    if invitation is not None:
        name = guest_cookie(settings, invitation) if is_id(invitation) else ""
    elif request.path == "/my" or request.path.startswith("/my/"):
        name = home_cookie(settings)
    else:
        name = staff_cookie(settings)
    units, idle = request.app[UNITS], settings.idle
    actor, row = await _session_of_cookie(request, units, name, idle)
    request[ACTOR] = actor
    if name == home_cookie(settings):
        await _keep_signed_in(request, idle)
    door: Door | None = getattr(request.match_info.handler, "door", None)
    if door is not None and row is not None and door.action not in SIGNED_IN | {Action.PUBLIC}:
        if actor.locked:
            return _closed(request)
        if actor.is_staff and _is_activity(request):
            await _touch(units, actor, row, idle)
    return await handler(request)


async def _keep_signed_in(request: web.Request, idle: timedelta) -> None:
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
            request[ACTOR], _ = await actor_for_token(unit, renewal.session, idle)


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
    actor, _ = await _session_of_cookie(request, units, name, request.app[SETTINGS].idle)
    return actor


async def _session_of_cookie(
    request: web.Request, units: Units, name: str, idle: timedelta
) -> tuple[Actor, Session | None]:
    token = request.cookies.get(name, "")
    if not token or len(token) > LONGEST_TOKEN:
        return STRANGER, None
    async with units.reading(STRANGER) as unit:
        return await actor_for_token(unit, token, idle)


def _closed(request: web.Request) -> web.StreamResponse:
    if request.method in ("GET", "HEAD") and not speaks_json(request):
        raise web.HTTPFound(with_return("/locked", request.path_qs))
    raise Forbidden(LOCKED, locked=True)


def _is_activity(request: web.Request) -> bool:
    """Tell what a person does from what a page asks for by itself."""
    asked_for = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    return request.method == "POST" or (asked_for and not speaks_json(request))


async def _touch(units: Units, actor: Actor, row: Session, idle: timedelta) -> None:
    async with units.reading(actor) as unit:
        since = unit.now - (row.seen_at or row.created_at)
    if since >= TOUCH_AFTER:
        async with units(actor) as unit:
            await touch(unit, [row.id], idle)


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
        actor, _ = await _session_of_cookie(request, self._units, name, self._settings.idle)
        return actor

    async def refresh(self, unit: Unit, actor: Actor) -> Actor:
        """Return what the actor's session says now."""
        if actor.session is None:
            return STRANGER
        return await actor_for_session(unit, actor.session, self._settings.idle)
