"""Signs people of the demo clinic in and shows what was sent to them, on this machine only."""

from aiohttp import web
from pydantic import Field

from rounds.accounts.cookies import set_session, staff_cookie
from rounds.accounts.session import STAFF_HOURS
from rounds.accounts.signin import open_session_of
from rounds.demo.links import account_of_token, demo_clinic
from rounds.demo.messages import read_messages
from rounds.kernel.errors import Gone, NotFound, Refusal
from rounds.messages import make_texts
from rounds.web.doors import PUBLIC, Door
from rounds.web.keys import PAGES, SETTINGS, SIGNER
from rounds.web.request import Body, json_body, page, reading, writing


class DemoForm(Body):
    """A demo link's token."""

    token: str = Field(min_length=1, max_length=1024)


async def demo_page(request: web.Request) -> web.Response:
    """Show the page that posts the link's token; elsewhere there is no such page."""
    async with reading(request) as unit:
        try:
            await demo_clinic(unit, request.app[SETTINGS])
        except Refusal:
            raise NotFound("There is nothing here for you.") from None
    return page(request, "accounts/demo.html")


async def post_demo(request: web.Request) -> web.Response:
    """Open a session for the person of the link."""
    form = await json_body(request, DemoForm)
    settings = request.app[SETTINGS]
    async with writing(request) as unit:
        try:
            await demo_clinic(unit, settings)
        except Refusal:
            raise NotFound("There is nothing here for you.") from None
        account = await account_of_token(unit, request.app[SIGNER], form.token)
        if account is None:
            raise Gone("This demo has other people now. Please print new links.")
        token = await open_session_of(unit, account)
    response = web.json_response({"location": "/today"})
    set_session(response, settings, staff_cookie(settings), token, STAFF_HOURS * 3600)
    return response


async def messages(request: web.Request) -> web.Response:
    """Show every message as its person would see it; elsewhere there is no such page."""
    return page(request, "demo/messages.html", messages=await _read_messages(request))


async def messages_json(request: web.Request) -> web.Response:
    """Return the same for the page's module, which looks again every few seconds."""
    return web.json_response({"messages": await _read_messages(request)})


async def _read_messages(request: web.Request) -> list[dict[str, object]]:
    app = request.app
    texts = make_texts(app[PAGES], app[SETTINGS], app[SIGNER])
    async with reading(request) as unit:
        try:
            clinic = await demo_clinic(unit, app[SETTINGS])
        except Refusal:
            raise NotFound("There is nothing here for you.") from None
        return await read_messages(unit, clinic, texts)


DOORS = [
    Door("GET", "/demo", PUBLIC, demo_page),
    Door("POST", "/demo/sign-in", PUBLIC, post_demo),
    Door("GET", "/demo/messages", PUBLIC, messages),
    Door("GET", "/demo/messages.json", PUBLIC, messages_json),
]
