"""Around every request: its id, whose door it knocks at, headers, and refusals as answers."""

import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from rounds.kernel.errors import Collision, Refusal
from rounds.kernel.ids import new_id
from rounds.kernel.logs import get_logger
from rounds.web.client import client_address, networks
from rounds.web.doors import DOOR
from rounds.web.errors import answer, answer_status
from rounds.web.headers import permissions, security_headers
from rounds.web.keys import ASKED, CLIENT_ADDRESS, PAGES, REQUEST_ID, SETTINGS

log = get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SOCKETS = "/socket.io/"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Asked by browsers about themselves and by the gateway that signs what it sends: no page does it.
NOT_OF_PAGES = frozenset({"/csp-report", "/sms/reply"})


@web.middleware
async def identify(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id, the client's address and an empty list of what was asked."""
    settings = request.app[SETTINGS]
    request[REQUEST_ID] = new_id()
    request[ASKED] = set()
    request[CLIENT_ADDRESS] = client_address(
        request.remote,
        request.headers.get("X-Forwarded-For", ""),
        networks(settings.trusted_proxies),
    )
    return await handler(request)


@web.middleware
async def refuse_strange_hosts(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer only under our own addresses: a rebound name is nobody we know."""
    hosts = {urlsplit(origin).netloc.lower() for origin in request.app[SETTINGS].origins}
    host = request.headers.get("Host", "").lower()
    known = host in hosts or re.sub(r":(80|443)$", "", host) in hosts
    if not known and request.path not in ("/healthz", "/readyz"):
        raise web.HTTPMisdirectedRequest
    return await handler(request)


@web.middleware
async def refuse_strange_origins(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let only our own pages do things: no write from another site, with or without its cookie."""
    if request.method not in SAFE and request.path not in NOT_OF_PAGES:
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site")
        # Under Referrer-Policy: no-referrer a form of our own page is sent with Origin "null"
        # (Fetch, "append a request Origin header"); Sec-Fetch-Site tells it from a stranger's.
        ours = {*request.app[SETTINGS].origins, *(("null",) if site == "same-origin" else ())}
        if origin is not None and origin not in ours:
            raise web.HTTPForbidden
        if site is not None and site not in ("same-origin", "none"):
            raise web.HTTPForbidden
        if origin is None and site is None:
            raise web.HTTPForbidden
    return await handler(request)


@web.middleware
async def translate_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn refusals and faults into answers that say what happened and what to do next."""
    try:
        return await _handled(request, handler)
    except Refusal as refusal:
        return await answer(request, refusal)
    except web.HTTPException as told:
        if told.status < 400:
            raise
        response = await answer_status(request, told.status)
        if "Allow" in told.headers:
            response.headers["Allow"] = told.headers["Allow"]
        return response
    except ConnectionResetError:
        # The browser went while it was being answered; nobody is left to be told.
        return web.Response(status=400)
    except Exception:  # noqa: BLE001 - the last line: a fault must not show its inside
        log.exception("request_failed", request=request[REQUEST_ID], method=request.method)
        return await answer_status(request, 500)


async def _handled(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Collision:
        # Reading a page locks, too, what it notes in the trail; whoever reads need not know.
        if request.method not in SAFE:
            raise
        log.info("reading_repeated", request=request[REQUEST_ID])
        return await handler(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on every answer, static files and errors included."""
    settings, pages = request.app[SETTINGS], request.app[PAGES]
    for name, value in security_headers(settings, pages.assets.import_map_hash).items():
        response.headers.setdefault(name, value)
    door = request.get(DOOR)
    response.headers["Permissions-Policy"] = permissions(bool(door and door.media))
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.pop("Server", None)


MIDDLEWARES = (identify, translate_refusals, refuse_strange_hosts, refuse_strange_origins)
