"""Confirming an address: the page of the link, and the button on it."""

from aiohttp import web
from pydantic import Field

from rounds.accounts.middleware import THROTTLE
from rounds.accounts.portal import confirm
from rounds.consent.actions import Action
from rounds.kernel.errors import Gone
from rounds.people.card import only_card
from rounds.web.doors import Door
from rounds.web.keys import CLIENT_ADDRESS, UNITS
from rounds.web.request import Body, form_body, page


class VerifyForm(Body):
    """A link's token, taken from the fragment by the page."""

    token: str = Field("", max_length=128)


async def verify_page(request: web.Request) -> web.Response:
    """Show the page that reads the link; opening it changes nothing."""
    return await _page(request, "ask")


async def post_verify(request: web.Request) -> web.Response:
    """Note that the address reaches whoever pressed."""
    form = await form_body(request, VerifyForm)
    throttle, address = request.app[THROTTLE], request[CLIENT_ADDRESS]
    await throttle.check_link(address)
    try:
        await confirm(request.app[UNITS], form.token)
    except Gone:
        await throttle.count_link(address)
        return await _page(request, "gone", 410)
    return await _page(request, "done")


async def _page(request: web.Request, state: str, status: int = 200) -> web.Response:
    clinic = await only_card(request.app[UNITS])
    return page(request, "home/my_verify.html", status, clinic=clinic, state=state)


DOORS = [
    Door("GET", "/my/verify", Action.PUBLIC, verify_page),
    Door("POST", "/my/verify", Action.PUBLIC, post_verify),
]
