"""Doors: every way in declares the action its rule will ask for, and is held to it."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from rounds.kernel.logs import get_logger
from rounds.web.keys import ASKED

log = get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Door:
    """One HTTP route: method, path, the declared action, the view, and whether it may film."""

    method: str
    path: str
    action: str
    view: Handler
    media: bool = False


DOOR = web.RequestKey("door", Door)
READABLE: web.AppKey[list[re.Pattern[str]]] = web.AppKey("readable")


def add_doors(app: web.Application, doors: list[Door]) -> None:
    """Open the doors; a route without a declared action cannot be made through here."""
    if READABLE not in app:
        app[READABLE] = []
    for door in doors:
        if not door.action:
            raise ValueError(f"{door.method} {door.path} declares no action")
        view = guarded(door)
        view.door = door  # type: ignore[attr-defined]
        if door.method == "GET":
            app.router.add_get(door.path, view)  # HEAD with it
            app[READABLE].append(_pattern(door.path))
        else:
            app.router.add_route(door.method, door.path, view)


def guarded(door: Door) -> Handler:
    """Wrap a view: what it answers leaves only if its rule asked for the declared action."""

    async def view(request: web.Request) -> web.StreamResponse:
        request[DOOR] = door
        response = await door.view(request)
        if door.action != PUBLIC and door.action not in request[ASKED]:
            log.error("door_did_not_ask", route=door.path, action=door.action)
            raise web.HTTPInternalServerError
        return response

    return view


def page_above(request: web.Request, otherwise: str) -> str:
    """Return the page at the request's path, else the nearest one above it.

    A form is sent to a path below the page it stands on; whoever has to leave it for a moment
    comes back there.
    """
    path = request.path
    while path.strip("/"):
        if any(pattern.fullmatch(path) for pattern in request.app[READABLE]):
            return path
        path = path.rpartition("/")[0]
    return otherwise


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{\w+(?::([^{}]+))?\}", path)
    # Between two texts stands what the braces allow: their own pattern, or one part of a path.
    texts, kinds = parts[::2], parts[1::2]
    shape = re.escape(texts[0])
    for kind, text in zip(kinds, texts[1:], strict=True):
        shape += f"(?:{kind or '[^/]+'})" + re.escape(text)
    return re.compile(shape)
