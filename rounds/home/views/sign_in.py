"""Signing in between visits: ask for a code, show it or press the link, say who one is, go."""

from typing import Any

from aiohttp import web
from pydantic import Field

from rounds.accounts.browsers import browser_words
from rounds.accounts.cookies import device_cookie, drop_session, home_cookie, set_session
from rounds.accounts.devices import LASTS, leave_here, remember
from rounds.accounts.middleware import THROTTLE
from rounds.accounts.portal import ask_of_link, people_of, send_code, take_up, try_code
from rounds.accounts.reaching import addresses
from rounds.accounts.session import HOME_HOURS, open_home_session
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.home.views.frame import SIGN_IN, inside_my
from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import Gone, Invalid, Refusal, Unavailable
from rounds.kernel.ids import is_id, new_id
from rounds.kernel.words import N_
from rounds.people.card import only_card
from rounds.web.doors import Door
from rounds.web.errors import status_of
from rounds.web.keys import CLIENT_ADDRESS, PAGES, SETTINGS, SIGNER, TASKS, UNITS
from rounds.web.request import Body, actor, form_body, language, page, writing

ASK, WHO = "my code", "my who"
ASK_SECONDS, WHO_SECONDS = 15 * 60, 10 * 60
NO_FIT = N_(
    "That code does not fit, or it is too old. Look at the newest message, or ask for another."
)
RUN_OUT = N_("This has run out. Please try again.")


class AddressForm(Body):
    """A telephone number or an e-mail address, and where to go afterwards."""

    address: str = Field("", max_length=254)
    next: str = Field("", max_length=200)


class Choice(Body):
    """What goes along on the way in: whether to remember the device, and where to go."""

    remember: str = Field("", max_length=8)
    next: str = Field("", max_length=200)


class CodeForm(Choice):
    """The code, and the wish it was sent for."""

    ask: str = Field(max_length=400)
    code: str = Field("", max_length=40)


class LinkForm(Choice):
    """A link's token, taken from the fragment by the page."""

    token: str = Field("", max_length=128)


class WhoForm(Choice):
    """Who of those whom the address reaches."""

    who: str = Field(max_length=400)
    person: str = Field(max_length=36)


async def sign_in_page(request: web.Request) -> web.StreamResponse:
    """Ask for the address, or go on for those who are in."""
    wanted = request.query.get("next", "")[:200]
    if actor(request).is_at_home:
        raise web.HTTPFound(inside_my(wanted))
    return await _address_page(request, AddressForm(next=wanted))


async def post_address(request: web.Request) -> web.Response:
    """Answer everybody alike; what can be sent is sent afterwards."""
    form = await form_body(request, AddressForm)
    app, ask = request.app, new_id()
    try:
        await app[THROTTLE].count_ask(request[CLIENT_ADDRESS])
        async with app[UNITS].reading(SYSTEM) as unit:
            typed = await addresses(unit, form.address)
    except (Invalid, Unavailable) as refusal:
        return _refused(refusal, await _address_page(request, form, refusal))
    app[TASKS].once("my-code", send_code(app[UNITS], app[SIGNER], ask, typed))
    return await _code_page(request, app[SIGNER].sign(ASK, ask), form.next)


async def post_code(request: web.Request) -> web.StreamResponse:
    """Go on with a code that fits."""
    form = await form_body(request, CodeForm)
    app = request.app
    try:
        await app[THROTTLE].check_link(request[CLIENT_ADDRESS])
        ask = str(app[SIGNER].read(ASK, form.ask, ASK_SECONDS))
        if not await try_code(app[UNITS], app[SIGNER], ask, form.code):
            await app[THROTTLE].count_link(request[CLIENT_ADDRESS])
            raise Invalid(NO_FIT)
    except Gone as refusal:
        return _refused(refusal, await _address_page(request, None, refusal))
    except (Invalid, Unavailable) as refusal:
        again = await _code_page(request, form.ask, form.next, form.remember, refusal)
        return _refused(refusal, again)
    return await _enter(request, ask, form)


async def link_page(request: web.Request) -> web.Response:
    """Show the page that reads the link; opening it changes nothing."""
    return page(request, "home/my_enter.html", clinic=await only_card(request.app[UNITS]))


async def post_link(request: web.Request) -> web.StreamResponse:
    """Go on with a link that fits."""
    form = await form_body(request, LinkForm)
    app = request.app
    await app[THROTTLE].check_link(request[CLIENT_ADDRESS])
    try:
        ask = await ask_of_link(app[UNITS], form.token)
        return await _enter(request, ask, form)
    except Gone as refusal:
        await app[THROTTLE].count_link(request[CLIENT_ADDRESS])
        return _refused(refusal, await _address_page(request, None, refusal))


async def post_who(request: web.Request) -> web.StreamResponse:
    """Go on as one of those who share an address."""
    form = await form_body(request, WhoForm)
    try:
        ask = str(request.app[SIGNER].read(WHO, form.who, WHO_SECONDS))
        if not is_id(form.person):
            raise Gone(RUN_OUT)
        return await _sign_in(request, ask, form, form.person)
    except Gone as refusal:
        return _refused(refusal, await _address_page(request, None, refusal))


async def post_sign_out(request: web.Request) -> web.StreamResponse:
    """End the session here, and forget this device."""
    async with writing(request) as unit:
        require(unit, Action.SIGN_OUT, Thing("session", unit.actor.session))
        await leave_here(unit)
    raise signed_out(request)


def signed_out(request: web.Request) -> web.HTTPSeeOther:
    """Return the way out of a browser that is signed in no longer."""
    settings = request.app[SETTINGS]
    found = web.HTTPSeeOther(SIGN_IN)
    found.headers["Clear-Site-Data"] = '"cache"'
    drop_session(found, settings, home_cookie(settings))
    drop_session(found, settings, device_cookie(settings))
    return found


async def _enter(request: web.Request, ask: str, form: Choice) -> web.StreamResponse:
    """Sign the only person in whom the address reaches, or ask who it is."""
    async with writing(request) as unit:
        people = await people_of(unit, ask)
    if len(people) == 1:
        return await _sign_in(request, ask, form, people[0].person.id)
    values: dict[str, Any] = {
        "who": request.app[SIGNER].sign(WHO, ask),
        "people": [
            {"id": one.person.id, "name": one.person.given_name or one.person.name}
            for one in people
        ],
        "remember": form.remember,
        "next": form.next,
    }
    if not people:
        raise Gone(RUN_OUT)
    return page(request, "home/my_who.html", clinic=await only_card(request.app[UNITS]), **values)


async def _sign_in(request: web.Request, ask: str, form: Choice, person: str) -> web.Response:
    app, settings = request.app, request.app[SETTINGS]
    words = browser_words(request.headers.get("User-Agent", ""))
    cookie = None
    async with app[UNITS](actor(request)) as unit:
        chosen = await take_up(unit, ask, person)
        # Whoever was signed in here before is not any more: one browser, one person.
        await leave_here(unit)
        device = None
        if form.remember == "yes":
            row, cookie = await remember(unit, app[SIGNER], chosen.person, words)
            device = row.id
        token = await open_home_session(unit, chosen.person, chosen.role, device, words)
    found = web.HTTPSeeOther(inside_my(form.next))
    lasts = HOME_HOURS * 3600 if cookie else 3600
    set_session(found, settings, home_cookie(settings), token, lasts)
    if cookie is not None:
        seconds = int(LASTS.total_seconds())
        set_session(found, settings, device_cookie(settings), cookie, seconds)
    else:
        drop_session(found, settings, device_cookie(settings))
    raise found


async def _address_page(
    request: web.Request, form: AddressForm | None, refusal: Refusal | None = None
) -> web.Response:
    values: dict[str, Any] = {
        "address": form.address if form else "",
        "next": form.next if form else "",
        "error": _words(request, refusal),
        "safety": request.query.get("safety") == "1",
    }
    return page(
        request, "home/my_sign_in.html", clinic=await only_card(request.app[UNITS]), **values
    )


async def _code_page(
    request: web.Request,
    ask: str,
    further: str,
    remember: str = "",
    refusal: Refusal | None = None,
) -> web.Response:
    values: dict[str, Any] = {
        "ask": ask,
        "next": further,
        "remember": remember,
        "error": _words(request, refusal),
    }
    return page(request, "home/my_code.html", clinic=await only_card(request.app[UNITS]), **values)


def _refused(refusal: Refusal, response: web.Response) -> web.Response:
    response.set_status(status_of(refusal))
    if isinstance(refusal, Unavailable) and refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _words(request: web.Request, refusal: Refusal | None) -> str | None:
    translate = request.app[PAGES].languages.translator(language(request))
    return translate(refusal.message) if refusal is not None else None


DOORS = [
    Door("GET", "/my/sign-in", Action.PUBLIC, sign_in_page),
    Door("POST", "/my/sign-in", Action.PUBLIC, post_address),
    Door("POST", "/my/code", Action.PUBLIC, post_code),
    Door("GET", "/my/enter", Action.PUBLIC, link_page),
    Door("POST", "/my/enter", Action.PUBLIC, post_link),
    Door("POST", "/my/who", Action.PUBLIC, post_who),
    Door("POST", "/my/sign-out", Action.SIGN_OUT, post_sign_out),
]
