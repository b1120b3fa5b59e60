"""The locked screen: locking, unlocking, and saying that somebody is there."""

from aiohttp import web
from pydantic import Field

from rounds.accounts.locking import lock_if_idle, lock_now, own_session
from rounds.accounts.views.second_step import LONGEST_CODE, prover, told
from rounds.consent.actions import Action
from rounds.kernel.errors import Invalid, Unavailable
from rounds.people.model import Clinic, Person
from rounds.web.doors import Door
from rounds.web.errors import speaks_json, status_of
from rounds.web.keys import CLIENT_ADDRESS, SETTINGS
from rounds.web.request import Body, actor, form_body, json_body, page, reading, writing
from rounds.web.return_address import LONGEST, inside, with_return


class UnlockForm(Body):
    """The password, or a code; and where to go on."""

    password: str = Field("", max_length=1024)
    code: str = Field("", max_length=LONGEST_CODE)
    next: str = Field("", max_length=LONGEST)


class LockForm(Body):
    """Whether to lock in any case, or only if nothing was done for long enough."""

    now: bool = False


async def locked_page(request: web.Request) -> web.Response:
    """Show the locked screen; whoever is not behind one goes on."""
    wanted = inside(request.query.get("next", "")[:LONGEST])
    if not actor(request).is_staff:
        raise web.HTTPFound(with_return("/", wanted))
    if not actor(request).locked:
        raise web.HTTPFound(wanted)
    return await _page(request, wanted)


async def unlock(request: web.Request) -> web.StreamResponse:
    """Open the screen again."""
    as_json = speaks_json(request)
    form = await (json_body if as_json else form_body)(request, UnlockForm)
    try:
        await prover(request).unlock(
            actor(request), form.code, form.password, request[CLIENT_ADDRESS]
        )
    except (Invalid, Unavailable) as refusal:
        if as_json:
            raise
        return await _page(request, inside(form.next), refusal)
    async with reading(request) as unit:
        await own_session(unit)
    if as_json:
        return web.json_response({})
    raise web.HTTPSeeOther(inside(form.next))


async def lock(request: web.Request) -> web.StreamResponse:
    """Lock the screen: at once, or if nobody was here for long enough; say how long is left."""
    if not speaks_json(request):
        async with writing(request) as unit:
            await lock_now(unit)
        raise web.HTTPSeeOther("/locked")
    form = await json_body(request, LockForm)
    async with writing(request) as unit:
        if form.now:
            await lock_now(unit)
            return web.json_response({"locked": True, "seconds": 0})
        left = await lock_if_idle(unit, request.app[SETTINGS].idle)
    return web.json_response({"locked": not left, "seconds": left.total_seconds()})


async def active(request: web.Request) -> web.Response:
    """Note that somebody is at the page; that is done for every deed, and this is one."""
    async with reading(request) as unit:
        await own_session(unit, Action.ACCOUNT_OWN)
    return web.json_response({"seconds": request.app[SETTINGS].idle.total_seconds()})


async def _page(
    request: web.Request, wanted: str, refusal: Invalid | Unavailable | None = None
) -> web.Response:
    async with reading(request) as unit:
        row = await own_session(unit)
        clinic = await unit.session.get_one(Clinic, row.clinic_id)
        me = await unit.session.get_one(Person, row.person_id)
    return page(
        request,
        "accounts/locked.html",
        status_of(refusal) if refusal else 200,
        clinic={"name": clinic.name, "phone": clinic.phone},
        first_name=me.given_name,
        next=wanted,
        error=told(request, refusal),
    )


DOORS = [
    Door("GET", "/locked", Action.UNLOCK, locked_page),
    Door("POST", "/account/unlock", Action.UNLOCK, unlock),
    Door("POST", "/account/lock", Action.UNLOCK, lock),
    Door("POST", "/account/active", Action.ACCOUNT_OWN, active),
]
