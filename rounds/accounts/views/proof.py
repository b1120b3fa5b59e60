"""Proving to be there before a dangerous act: as a page, and for modules of other pages."""

from aiohttp import web
from pydantic import Field

from rounds.accounts.cookies import set_session, staff_cookie
from rounds.accounts.credentials import own_account
from rounds.accounts.locking import own_session
from rounds.accounts.session import PROOF_LASTS, STAFF_HOURS
from rounds.accounts.views.second_step import LONGEST_CODE, prover, told
from rounds.consent.actions import Action
from rounds.kernel.errors import Invalid, Unavailable
from rounds.people.frame import staff_frame
from rounds.web.doors import Door
from rounds.web.errors import status_of
from rounds.web.keys import CLIENT_ADDRESS, PAGES, SETTINGS
from rounds.web.request import Body, actor, form_body, json_body, language, page, reading
from rounds.web.return_address import LONGEST, inside, with_return

# A proof that runs out while a form is on its way would lose the form.
SPARE_SECONDS = 30


class Proof(Body):
    """A code, or the password where there is no second factor."""

    code: str = Field("", max_length=LONGEST_CODE)
    password: str = Field("", max_length=1024)


class ProofForm(Proof):
    """The same from the page, with where to go on."""

    next: str = Field("", max_length=LONGEST)


async def prove_page(request: web.Request) -> web.Response:
    """Ask for a proof."""
    wanted = inside(request.query.get("next", "")[:LONGEST])
    if not actor(request).is_staff:
        raise web.HTTPFound(with_return("/", wanted))
    return await _page(request, wanted)


async def post_prove_page(request: web.Request) -> web.StreamResponse:
    """Take the proof of the page and go on."""
    form = await form_body(request, ProofForm)
    async with reading(request) as unit:
        await own_session(unit, Action.ACCOUNT_OWN)
    found = web.HTTPSeeOther(inside(form.next))
    try:
        await _prove(request, found, form)
    except (Invalid, Unavailable) as refusal:
        return await _page(request, inside(form.next), refusal)
    raise found


async def prove(request: web.Request) -> web.Response:
    """Take the proof of a module."""
    form = await json_body(request, Proof)
    async with reading(request) as unit:
        await own_session(unit, Action.ACCOUNT_OWN)
    response = web.json_response({})
    await _prove(request, response, form)
    return response


async def fresh(request: web.Request) -> web.Response:
    """Tell whether a dangerous act would go through now, and what proves it otherwise."""
    async with reading(request) as unit:
        row = await own_session(unit, Action.ACCOUNT_OWN)
        account = await own_account(unit)
        left = PROOF_LASTS - (unit.now - row.proved_at) if row.proved_at else None
    lasts = left is not None and left.total_seconds() > SPARE_SECONDS
    return web.json_response({"fresh": lasts, "code": account.totp_confirmed_at is not None})


async def _prove(request: web.Request, response: web.StreamResponse, form: Proof) -> None:
    token = await prover(request).prove(
        actor(request), form.code, form.password, request[CLIENT_ADDRESS]
    )
    settings = request.app[SETTINGS]
    set_session(response, settings, staff_cookie(settings), token, STAFF_HOURS * 3600)


async def _page(
    request: web.Request, wanted: str, refusal: Invalid | Unavailable | None = None
) -> web.Response:
    async with reading(request) as unit:
        await own_session(unit, Action.ACCOUNT_OWN)
        account = await own_account(unit)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    return page(
        request,
        "accounts/prove.html",
        status_of(refusal) if refusal else 200,
        **frame,
        with_code=account.totp_confirmed_at is not None,
        next=wanted,
        error=told(request, refusal),
    )


DOORS = [
    Door("GET", "/prove", Action.ACCOUNT_OWN, prove_page),
    Door("POST", "/prove", Action.ACCOUNT_OWN, post_prove_page),
    Door("POST", "/account/prove", Action.ACCOUNT_OWN, prove),
    Door("GET", "/account/fresh.json", Action.ACCOUNT_OWN, fresh),
]
