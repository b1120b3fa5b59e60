"""Lets a browser ring while the page of the day is closed: its worker, begin and end."""

from aiohttp import web
from pydantic import Field

from rounds.accounts.queries.sessions import session_by_id
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.notices.subscriptions import subscribe, unsubscribe
from rounds.web.doors import Door
from rounds.web.keys import PAGES, SETTINGS, SIGNER
from rounds.web.request import Body, json_body, writing

WORKER = "home/worker.js"


class EndForm(Body):
    """The address a push service gave this browser."""

    endpoint: str = Field(min_length=1, max_length=2000)


class KeysForm(Body):
    """The browser's keys (RFC 8291)."""

    p256dh: str = Field(min_length=1, max_length=100)
    auth: str = Field(min_length=1, max_length=40)


class PushForm(EndForm):
    """A subscription as the browser writes it."""

    keys: KeysForm


async def worker(request: web.Request) -> web.Response:
    """Answer with the service worker, from the root, so that it may open every page."""
    found = request.app[PAGES].assets.find(WORKER)
    if found is None:
        raise web.HTTPNotFound
    asset, _ = found
    # A worker that no longer fits its pages must not live on in a cache.
    return web.Response(
        body=asset.body, content_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


async def begin(request: web.Request) -> web.Response:
    """Let this browser ring until its session ends."""
    form = await json_body(request, PushForm)
    app = request.app
    async with writing(request) as unit:
        _own(unit)
        found = await session_by_id(unit.session, unit.actor.session or "")
        if found is None:
            raise NotFound("There is nothing here for you.")
        keys = (form.keys.p256dh, form.keys.auth)
        until = found[0].expires_at
        await subscribe(unit, app[SIGNER], app[SETTINGS], form.endpoint, keys, until)
    return web.json_response({})


async def end(request: web.Request) -> web.Response:
    """Let this browser ring no more."""
    form = await json_body(request, EndForm)
    async with writing(request) as unit:
        _own(unit)
        await unsubscribe(unit, request.app[SIGNER], form.endpoint)
    return web.json_response({})


def _own(unit: Unit) -> None:
    require(unit, Action.ACCOUNT_OWN, Thing("person", unit.actor.person, unit.actor.clinic))


DOORS = [
    Door("GET", "/worker.js", Action.PUBLIC, worker),
    Door("POST", "/account/push", Action.ACCOUNT_OWN, begin),
    Door("POST", "/account/push/end", Action.ACCOUNT_OWN, end),
]
