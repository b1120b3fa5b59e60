"""Lets somebody in whose password was right: by the second factor, or at once."""

from aiohttp import web

from rounds.accounts.browsers import browser_words
from rounds.accounts.cookies import drop_session, half_cookie, set_session, staff_cookie
from rounds.accounts.model import Account
from rounds.accounts.session import STAFF_HOURS, sign_out
from rounds.accounts.signin import (
    AGAIN,
    HALF_SECONDS,
    Half,
    Step,
    half_token,
    open_session_of,
    read_half,
    step_of,
)
from rounds.kernel.actor import STRANGER
from rounds.kernel.errors import Gone
from rounds.people.model import Clinic
from rounds.web.keys import SETTINGS, SIGNER, UNITS
from rounds.web.request import writing

NEXT_PAGE = {Step.CODE: "/sign-in/code", Step.FACTOR: "/sign-in/factor"}


async def go_on(
    request: web.Request, response: web.StreamResponse, account: Account, path: str
) -> str:
    """Give `response` the cookie of what comes next; return the path of its page.

    That is the second factor for those who have one or need one; else a session, and `path`.
    """
    async with request.app[UNITS].reading(STRANGER) as unit:
        clinic = await unit.session.get_one(Clinic, account.clinic_id)
    step = step_of(account, clinic)
    if step is Step.NOTHING:
        await let_in(request, response, account)
        return path
    token = half_token(request.app[SIGNER], account, path)
    settings = request.app[SETTINGS]
    set_session(response, settings, half_cookie(settings), token, HALF_SECONDS)
    return NEXT_PAGE[step]


async def let_in(request: web.Request, response: web.StreamResponse, account: Account) -> None:
    """Open a session and give `response` its cookie."""
    # What this browser was before ends: a session never outlives a new sign-in beside it.
    async with writing(request) as unit:
        await sign_out(unit)
    label = browser_words(request.headers.get("User-Agent", ""))
    async with request.app[UNITS](STRANGER) as unit:
        token = await open_session_of(unit, account, label)
    settings = request.app[SETTINGS]
    set_session(response, settings, staff_cookie(settings), token, STAFF_HOURS * 3600)
    if half_cookie(settings) in request.cookies:
        drop_session(response, settings, half_cookie(settings))


async def half_in(request: web.Request, step: Step) -> Half:
    """Return who is half signed in here and has to do `step`; others are sent to sign in."""
    token = request.cookies.get(half_cookie(request.app[SETTINGS]), "")
    try:
        if not token:
            raise Gone(AGAIN)
        async with request.app[UNITS].reading(STRANGER) as unit:
            half = await read_half(unit, request.app[SIGNER], token)
    except Gone:
        raise web.HTTPSeeOther("/") from None
    if half.step is not step:
        raise web.HTTPSeeOther(NEXT_PAGE.get(half.step, "/"))
    return half
