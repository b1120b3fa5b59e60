"""The page for a lost link: the same answer for everybody, the work afterwards."""

from aiohttp import web
from pydantic import Field

from rounds.accounts.middleware import THROTTLE
from rounds.accounts.reaching import addresses
from rounds.consent.actions import Action
from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import Invalid, Unavailable
from rounds.people.card import only_card
from rounds.visits.lost import send_lost_links
from rounds.web.doors import Door
from rounds.web.errors import status_of
from rounds.web.keys import CLIENT_ADDRESS, PAGES, SIGNER, TASKS, UNITS
from rounds.web.request import Body, form_body, language, page


class LostForm(Body):
    """A telephone number or an e-mail address."""

    address: str = Field("", max_length=254)


async def lost_page(request: web.Request) -> web.Response:
    """Ask where the link went."""
    return await _page(request)


async def post_lost(request: web.Request) -> web.Response:
    """Answer everybody alike; what can be sent is sent afterwards."""
    form = await form_body(request, LostForm)
    app = request.app
    try:
        await app[THROTTLE].count_ask(request[CLIENT_ADDRESS])
        async with app[UNITS].reading(SYSTEM) as unit:
            typed = await addresses(unit, form.address)
    except (Invalid, Unavailable) as refusal:
        translate = app[PAGES].languages.translator(language(request))
        words = translate(refusal.message)
        response = await _page(request, form.address, words, status=status_of(refusal))
        if isinstance(refusal, Unavailable) and refusal.retry_after:
            response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    app[TASKS].once("lost-link", send_lost_links(app[UNITS], app[SIGNER], typed))
    return await _page(request, sent=True)


async def _page(
    request: web.Request,
    address: str = "",
    error: str | None = None,
    sent: bool = False,
    status: int = 200,
) -> web.Response:
    clinic = await only_card(request.app[UNITS])
    values = {"clinic": clinic, "address": address, "error": error, "sent": sent}
    return page(request, "visits/lost.html", status, **values)


DOORS = [
    Door("GET", "/j/lost", Action.PUBLIC, lost_page),
    Door("POST", "/j/lost", Action.PUBLIC, post_lost),
]
