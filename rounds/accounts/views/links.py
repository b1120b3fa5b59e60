"""The pages of set-up links, and of those who forgot their password."""

from aiohttp import web
from pydantic import Field

from rounds.accounts.account_links import choose_password, find, send_reset
from rounds.accounts.middleware import PASSWORDS, THROTTLE
from rounds.accounts.views.entering import go_on
from rounds.consent.actions import Action
from rounds.kernel.actor import STRANGER
from rounds.kernel.errors import Gone, Unavailable
from rounds.people.card import only_card
from rounds.people.model import Clinic
from rounds.web.doors import Door
from rounds.web.errors import status_of
from rounds.web.keys import CLIENT_ADDRESS, PAGES, SETTINGS, SIGNER, TASKS, UNITS
from rounds.web.request import Body, form_body, json_body, language, page
from rounds.web.return_address import AFTER_SIGN_IN


class TokenForm(Body):
    """A link's token."""

    token: str = Field(min_length=1, max_length=128)


class ChoiceForm(TokenForm):
    """A link's token and the password that was chosen."""

    password: str = Field(max_length=1024)


class ForgotForm(Body):
    """The address of an account, as somebody remembers it."""

    email: str = Field("", max_length=254)


async def set_up_page(request: web.Request) -> web.Response:
    """Show the page that reads the link's token; opening it changes nothing."""
    return page(request, "accounts/set_up.html", clinic=await only_card(request.app[UNITS]))


async def peek(request: web.Request) -> web.Response:
    """Tell whose link this is and what for, without using it."""
    form = await json_body(request, TokenForm)
    await request.app[THROTTLE].check_link(request[CLIENT_ADDRESS])
    async with request.app[UNITS].reading(STRANGER) as unit:
        try:
            row, account, person = await find(unit, form.token)
        except Gone:
            await request.app[THROTTLE].count_link(request[CLIENT_ADDRESS])
            raise
        clinic = await unit.session.get_one(Clinic, account.clinic_id)
    told = {"purpose": row.purpose, "email": account.email, "first_name": person.given_name}
    return web.json_response(told | {"clinic": clinic.name})


async def set_up(request: web.Request) -> web.Response:
    """Use the link: keep the password and go on."""
    form = await json_body(request, ChoiceForm)
    app = request.app
    await app[THROTTLE].check_link(request[CLIENT_ADDRESS])
    try:
        account = await choose_password(app[UNITS], app[PASSWORDS], form.token, form.password)
    except Gone:
        await app[THROTTLE].count_link(request[CLIENT_ADDRESS])
        raise
    response = web.json_response({})
    response.text = f'{{"location": "{await go_on(request, response, account, AFTER_SIGN_IN)}"}}'
    return response


async def forgot_page(request: web.Request) -> web.Response:
    """Ask which address the link shall go to."""
    return await _forgot_page(request)


async def post_forgot(request: web.Request) -> web.Response:
    """Say the same to everybody; whoever has an account gets a link."""
    form = await form_body(request, ForgotForm)
    app, email = request.app, form.email.lower()
    try:
        may_go_out = await app[THROTTLE].take_reset(email, request[CLIENT_ADDRESS])
    except Unavailable as refusal:
        return await _forgot_page(request, refusal=refusal)
    if may_go_out and "@" in email:
        # Beside the answer, which must not take longer for those who exist.
        sending = send_reset(app[UNITS], app[SIGNER], email, app[SETTINGS].origin)
        app[TASKS].once("account-reset", sending)
    return await _forgot_page(request, sent=True)


async def _forgot_page(
    request: web.Request, sent: bool = False, refusal: Unavailable | None = None
) -> web.Response:
    translate = request.app[PAGES].languages.translator(language(request))
    response = page(
        request,
        "accounts/forgot.html",
        status_of(refusal) if refusal else 200,
        clinic=await only_card(request.app[UNITS]),
        sent=sent,
        error=translate(refusal.message) if refusal else None,
    )
    if refusal is not None and refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


DOORS = [
    Door("GET", "/set-up", Action.PUBLIC, set_up_page),
    Door("POST", "/set-up/peek", Action.PUBLIC, peek),
    Door("POST", "/set-up", Action.PUBLIC, set_up),
    Door("GET", "/forgot", Action.PUBLIC, forgot_page),
    Door("POST", "/forgot", Action.PUBLIC, post_forgot),
]
