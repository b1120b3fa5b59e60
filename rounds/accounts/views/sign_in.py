"""Signing in and out."""

from aiohttp import web
from pydantic import Field

from rounds.accounts.cookies import drop_session, staff_cookie
from rounds.accounts.middleware import PASSWORDS, THROTTLE
from rounds.accounts.session import sign_out
from rounds.accounts.signin import sign_in
from rounds.accounts.views.entering import go_on
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.errors import Invalid, Unavailable
from rounds.people.card import only_card
from rounds.web.doors import Door
from rounds.web.errors import status_of
from rounds.web.keys import CLIENT_ADDRESS, PAGES, SETTINGS, UNITS
from rounds.web.request import Body, actor, form_body, language, page, writing
from rounds.web.return_address import LONGEST, inside


class SignInForm(Body):
    """What the sign-in page sends."""

    email: str = Field("", max_length=254)
    password: str = Field("", max_length=1024)
    next: str = Field("", max_length=LONGEST)


async def sign_in_page(request: web.Request) -> web.Response:
    """Show the sign-in page, or go on for those who are in."""
    wanted = request.query.get("next", "")[:LONGEST]
    if actor(request).is_staff:
        raise web.HTTPFound(inside(wanted))
    return await _page(request, SignInForm(next=wanted))


async def post_sign_in(request: web.Request) -> web.StreamResponse:
    """Check e-mail and password; go on to the second factor or in, or say that they do not fit."""
    form = await form_body(request, SignInForm)
    app = request.app
    try:
        account = await sign_in(
            app[UNITS],
            app[PASSWORDS],
            app[THROTTLE],
            form.email,
            form.password,
            request[CLIENT_ADDRESS],
        )
    except (Invalid, Unavailable) as refusal:
        translate = app[PAGES].languages.translator(language(request))
        response = await _page(request, form, translate(refusal.message), status_of(refusal))
        if isinstance(refusal, Unavailable) and refusal.retry_after:
            response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    found = web.HTTPSeeOther(inside(form.next))
    found.headers["Location"] = await go_on(request, found, account, inside(form.next))
    raise found


async def post_sign_out(request: web.Request) -> web.StreamResponse:
    """End the session here and on the server."""
    async with writing(request) as unit:
        require(unit, Action.SIGN_OUT, Thing("session", unit.actor.session))
        await sign_out(unit)
    found = web.HTTPSeeOther("/")
    found.headers["Clear-Site-Data"] = '"cache"'
    drop_session(found, request.app[SETTINGS], staff_cookie(request.app[SETTINGS]))
    raise found


async def _page(
    request: web.Request, form: SignInForm, error: str | None = None, status: int = 200
) -> web.Response:
    return page(
        request,
        "accounts/sign_in.html",
        status,
        clinic=await only_card(request.app[UNITS]),
        email=form.email,
        next=form.next,
        error=error,
    )


DOORS = [
    Door("GET", "/", Action.PUBLIC, sign_in_page),
    Door("POST", "/sign-in", Action.PUBLIC, post_sign_in),
    Door("POST", "/sign-out", Action.SIGN_OUT, post_sign_out),
]
