"""Doors: every way in declares the action its rule will ask for, and is held to it."""

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


def add_doors(app: web.Application, doors: list[Door]) -> None:
    """Open the doors; a route without a declared action cannot be made through here."""
    for door in doors:
        if not door.action:
            raise ValueError(f"{door.method} {door.path} declares no action")
        view = guarded(door)
        view.door = door  # type: ignore[attr-defined]
        if door.method == "GET":
            app.router.add_get(door.path, view)  # HEAD with it
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
