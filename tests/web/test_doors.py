"""Every way in declares what its rule will ask, and is held to it."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.rooms.socket import RoomsNamespace
from rounds.web.doors import PUBLIC, Door, add_doors
from rounds.web.namespace import Connection, Event, Namespace, Nothing, event
from rounds.web.request import Body, reading
from tests.making.ground import make_settings
from tests.making.house import House, running
from tests.making.people import make_clinic, make_staff

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "CANARY-the-patient-said"
ENGINE_IO = {"GET /socket.io/", "HEAD /socket.io/", "POST /socket.io/", "OPTIONS /socket.io/"}
"""The library's own routes; namespaces behind them declare their events."""

OPEN_TO_ALL = {
    "GET /",
    "POST /sign-in",
    "GET /sign-in/code",
    "POST /sign-in/code",
    "GET /sign-in/factor",
    "POST /sign-in/factor",
    "GET /set-up",
    "POST /set-up/peek",
    "POST /set-up",
    "GET /forgot",
    "POST /forgot",
    "GET /j",
    "POST /j/peek",
    "POST /j/redeem",
    "POST /j/test",
    "POST /j/test/down",
    "POST /j/test/up",
    "POST /j/test/report",
    "GET /confirm",
    "POST /confirm/look",
    "POST /confirm",
    "POST /sms/reply",
    "GET /worker.js",
    "GET /demo/messages",
    "GET /demo/messages.json",
    "GET /j/lost",
    "POST /j/lost",
    "GET /my/sign-in",
    "POST /my/sign-in",
    "POST /my/code",
    "GET /my/enter",
    "POST /my/enter",
    "POST /my/who",
    "GET /my/verify",
    "POST /my/verify",
    "GET /demo",
    "POST /demo/sign-in",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "POST /csp-report",
    "GET /favicon.ico",
    "GET /static/{name}",
}
"""What a stranger may ask for; each of them is looked at when it is added here."""

EVENTS_OPEN_TO_THE_CONNECTED = {
    ("/rooms", "heartbeat"),
    ("/rooms", "look"),
    ("/rooms", "announce"),
    # A signed pass is asked for at its door, and leads into a room of one.
    ("/echo", "publish"),
    ("/echo", "answer"),
}


async def silent(request: web.Request) -> web.Response:
    """A door whose rule forgets to ask."""
    async with reading(request):
        return web.json_response({"note": SECRET})


async def asking_for_something_else(request: web.Request) -> web.Response:
    async with reading(request) as unit:
        require(unit, Action.PUBLIC, Thing("note"))
    return web.json_response({"note": SECRET})


class Silent(Namespace):
    """A namespace whose events forget to ask."""

    enter_action = PUBLIC

    async def enter(self, sid: str, connection: Connection, auth: dict[str, object]) -> None:
        """Let everybody in."""

    @event("tell", Action.ROOM_SPEAK)
    async def tell(self, sid: str, _: Body) -> Mapping[str, str]:
        """Tell too much."""
        return {"note": SECRET}


class SilentDoor(Silent):
    """A namespace that lets in without asking."""

    enter_action = Action.ROOM_ENTER


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(folder: Path) -> AsyncIterator[House]:
    doors = [
        Door("GET", "/silent", Action.TODAY, silent),
        Door("GET", "/else", Action.TODAY, asking_for_something_else),
    ]
    async with running(make_settings(folder, ""), doors=doors) as served:
        yield served


def declared(app: web.Application) -> dict[str, Door | None]:
    found = {}
    for route in app.router.routes():
        path = route.resource.canonical if route.resource is not None else ""
        if route.method != "HEAD" or f"{route.method} {path}" in ENGINE_IO:
            found[f"{route.method} {path}"] = getattr(route.handler, "door", None)
    return found


async def test_every_route_declares_its_action(house: House) -> None:
    routes = declared(house.app)
    assert {name for name, door in routes.items() if door is None} == ENGINE_IO
    actions = {name: door.action for name, door in routes.items() if door is not None}
    assert {name for name, action in actions.items() if action not in set(Action)} == set()
    assert {name for name, action in actions.items() if action == PUBLIC} == OPEN_TO_ALL


async def test_every_event_declares_its_action(house: House) -> None:
    namespaces: dict[str, Namespace] = house.sockets.namespace_handlers
    assert set(namespaces) == {"/me", "/rooms", "/media", "/echo", "/careplan"}
    opened = set()
    for name, namespace in namespaces.items():
        by_pass = name == "/echo"
        assert namespace.enter_action in set(Action) - {Action.PUBLIC} or by_pass, name
        for one in namespace.events.values():
            assert one.action in set(Action), one
            if one.action == PUBLIC:
                opened.add((name, one.name))
    assert opened == EVENTS_OPEN_TO_THE_CONNECTED


async def test_only_declared_methods_are_events() -> None:
    names = {one.method for one in RoomsNamespace.events.values()}
    assert names < set(vars(RoomsNamespace))
    assert all(isinstance(one, Event) for one in RoomsNamespace.events.values())


async def test_a_route_without_an_action_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="declares no action"):
        add_doors(web.Application(), [Door("GET", "/x", "", silent)])


@pytest.mark.parametrize("path", ["/silent", "/else"])
async def test_a_door_whose_rule_does_not_ask_answers_nothing(house: House, path: str) -> None:
    clinic = await make_clinic(house.units)
    browser = await house.signed_in(await make_staff(house.units, clinic))
    answer = await browser.get(path)
    assert answer.status == 500
    assert SECRET not in answer.text


async def test_an_event_whose_rule_does_not_ask_answers_nothing(house: House) -> None:
    me = house.sockets.namespace_handlers["/me"]
    for name, kind in (("/silent", Silent), ("/silent-door", SilentDoor)):
        house.sockets.register_namespace(
            kind(name, house.units, me._languages, me._identify, me._refresh)
        )
    assert Nothing.model_fields == {}
    line = await house.browser().line("/silent", {})
    answer = await line.send("tell", {})
    told = "Something went wrong here. Please try again."
    assert answer == {"error": {"code": "unavailable", "message": told}}
    with pytest.raises(Exception, match="unavailable"):
        await house.browser().line("/silent-door", {})
    for name in ("/silent", "/silent-door"):
        del house.sockets.namespace_handlers[name]
