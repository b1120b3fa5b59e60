"""Base of our namespaces: who it is, in order, validated, acknowledged, refused in words."""

import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, TypeVar

import socketio
from aiohttp import web
from pydantic import BaseModel, ValidationError

from rounds.kernel.actor import Actor
from rounds.kernel.errors import Forbidden, Invalid, Refusal, Unavailable
from rounds.kernel.ids import new_id
from rounds.kernel.logs import get_logger
from rounds.kernel.unit import Unit, Units
from rounds.web.doors import PUBLIC
from rounds.web.errors import problem
from rounds.web.languages import Languages
from rounds.web.request import Body, invalid

log = get_logger(__name__)

EVENTS_PER_SECOND = 10.0
BURST = 40.0
UNKNOWN_EVENTS = 3
# So many refusals without a calm of four seconds are no page of ours.
HASTIEST = 200
PAGES_PER_SESSION = 20

Identify = Callable[[web.Request, dict[str, Any]], Awaitable[Actor]]
Refresh = Callable[[Unit, Actor], Awaitable[Actor]]
Handler = TypeVar("Handler", bound=Callable[..., Awaitable[Any]])


class Nothing(Body):
    """A payload without anything in it."""


@dataclass(frozen=True, slots=True)
class Event:
    """A client's event: its name, the action its rule asks for, the form of its payload."""

    name: str
    action: str
    form: type[BaseModel]
    method: str


class Sockets(Protocol):
    """What a namespace needs of the server beyond the library's own interface."""

    async def close_connection(self, sid: str, namespace: str) -> None:
        """End a client's connection."""


@dataclass(slots=True)
class Connection:
    """One client on one namespace; `agent` is what its browser says of itself."""

    actor: Actor
    agent: str = ""
    asked: set[str] = field(default_factory=set)
    unknown: int = 0
    hasty: int = 0
    per_second: float = EVENTS_PER_SECOND
    burst: float = BURST
    tokens: float = BURST
    refilled: float = field(default_factory=time.monotonic)
    settings: dict[str, Any] = field(default_factory=dict)

    def take_token(self) -> bool:
        """Count an event; say no when there were too many in a short time."""
        now = time.monotonic()
        gained = (now - self.refilled) * self.per_second
        self.tokens, self.refilled = min(self.burst, self.tokens + gained), now
        if self.tokens == self.burst:
            self.hasty = 0
        if self.tokens < 1:
            self.hasty += 1
            return False
        self.tokens -= 1
        return True


def event(name: str, action: str, form: type[BaseModel] = Nothing) -> Callable[[Handler], Handler]:
    """Declare a method as the handler of a client's event."""

    def declare(handler: Handler) -> Handler:
        handler.__event__ = Event(name, action, form, handler.__name__)  # type: ignore[attr-defined]
        return handler

    return declare


class Namespace(socketio.AsyncNamespace):  # type: ignore[misc]
    """Subclasses declare events and say in `enter` who may come in."""

    events: ClassVar[dict[str, Event]] = {}
    enter_action: ClassVar[str] = ""
    rings_while_locked: ClassVar[bool] = False
    events_per_second: ClassVar[float] = EVENTS_PER_SECOND
    burst: ClassVar[float] = BURST

    def __init_subclass__(cls) -> None:
        """Collect the declared events of the class."""
        declared = [getattr(value, "__event__", None) for value in vars(cls).values()]
        cls.events = {one.name: one for one in declared if one is not None}

    def __init__(
        self, name: str, units: Units, languages: Languages, identify: Identify, refresh: Refresh
    ) -> None:
        """Serve `name`; `identify` reads the cookie, `refresh` asks whether it still holds."""
        super().__init__(name)
        self._units = units
        self._languages = languages
        self._identify = identify
        self._refresh = refresh
        self.connections: dict[str, Connection] = {}

    async def enter(self, sid: str, connection: Connection, auth: dict[str, Any]) -> None:
        """Let a client in or raise a Refusal."""
        raise Forbidden("This is not open to you.")

    def entering(self, connection: Connection) -> str:
        """Return the action that `enter` has to ask for."""
        return self.enter_action

    async def left(self, sid: str, connection: Connection) -> None:
        """Take note that a client is gone."""

    @contextlib.asynccontextmanager
    async def writing(self, sid: str) -> AsyncIterator[Unit]:
        """Open a transaction for the client, after asking whether its session still holds."""
        connection = self._connection(sid)
        async with self._units.reading(connection.actor) as unit:
            now = await self._refresh(unit, connection.actor)
        if now.session is None:
            raise Forbidden("You are signed out.")
        connection.actor = now
        _check_open(now)
        async with self._units(connection.actor, new_id()) as unit:
            try:
                yield unit
            finally:
                connection.asked |= unit.asked

    @contextlib.asynccontextmanager
    async def reading(self, sid: str) -> AsyncIterator[Unit]:
        """Open a transaction that keeps nothing, for a client whose session still holds."""
        connection = self._connection(sid)
        async with self._units.reading(connection.actor, new_id()) as unit:
            now = await self._refresh(unit, connection.actor)
            if now.session is None:
                raise Forbidden("You are signed out.")
            unit.actor = connection.actor = now
            _check_open(now)
            try:
                yield unit
            finally:
                connection.asked |= unit.asked

    async def trigger_event(self, name: str, *values: Any) -> Any:
        """Serve connect, disconnect and the declared events; answer everything."""
        if name == "connect":
            return await self._connect(*values)
        sid = values[0]
        if name == "disconnect":
            gone = self.connections.pop(sid, None)
            if gone is not None:
                await self.left(sid, gone)
            return None
        connection = self.connections.get(sid)
        if connection is None:
            return None
        return await self._serve(name, sid, connection, values[1:])

    async def close(self, sid: str) -> None:
        """End a client's connection."""
        await self.server.close_connection(sid, self.namespace)

    async def close_session(self, session: str, reason: str) -> None:
        """End every connection of a session, saying why."""
        for sid, connection in list(self.connections.items()):
            if connection.actor.session == session:
                await self.emit("closed", {"reason": reason}, to=sid)
                await self.close(sid)

    async def close_ended(self) -> None:
        """End the connections whose session has run out."""
        sessions = {one.actor.session: one.actor for one in self.connections.values()}
        for session, actor in sessions.items():
            async with self._units.reading(actor) as unit:
                now = await self._refresh(unit, actor)
            if session is not None and now.session is None:
                await self.close_session(session, "signed_out")

    async def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        request: web.Request = environ["aiohttp.request"]
        try:
            if request.headers.get("Origin") is None:
                # Cookies alone prove nothing about the page that asks.
                raise Forbidden("This is not open to you.")
            wish = auth if isinstance(auth, dict) else {}
            agent = request.headers.get("User-Agent", "")[:400]
            actor = await self._identify(request, wish)
            connection = Connection(
                actor, agent, per_second=self.events_per_second, burst=self.burst, tokens=self.burst
            )
            self._check_pages(connection.actor)
            if not self.rings_while_locked:
                _check_open(connection.actor)
            self.connections[sid] = connection
            await self.enter(sid, connection, wish)
            self._check_asked(self.entering(connection), connection, "connect")
        except Refusal as refusal:
            self.connections.pop(sid, None)
            told = problem(refusal, self._languages.translator("en"))
            raise socketio.exceptions.ConnectionRefusedError(refusal.message, told) from None
        except Exception:  # noqa: BLE001 - an unanswered connect would leave the browser waiting
            self.connections.pop(sid, None)
            log.exception("socket_connect_failed", namespace=self.namespace)
            raise socketio.exceptions.ConnectionRefusedError(
                "unavailable", {"code": "unavailable", "message": ""}
            ) from None

    async def _serve(
        self, name: str, sid: str, connection: Connection, values: tuple[Any, ...]
    ) -> dict[str, Any]:
        connection.asked.clear()
        try:
            declared = self.events.get(name)
            if declared is None:
                await self._count_unknown(sid, connection)
                raise Invalid("This server does not know that.")
            if not connection.take_token():
                if connection.hasty >= HASTIEST:
                    await self.close(sid)
                raise Unavailable("One moment, please.", retry_after=1, throttled=True)
            form = _payload(declared.form, values)
            result = await getattr(self, declared.method)(sid, form)
            self._check_asked(declared.action, connection, name)
            return {"ok": {} if result is None else result}
        except Refusal as refusal:
            translate = self._languages.translator(connection.actor.language)
            return {"error": problem(refusal, translate)}
        except Exception:  # noqa: BLE001 - an unanswered event would leave the browser waiting
            log.exception("socket_event_failed", namespace=self.namespace, handler=name[:40])
            return {"error": {"code": "unavailable", "message": ""}}

    def _check_pages(self, actor: Actor) -> None:
        pages = sum(one.actor.session == actor.session for one in self.connections.values())
        if actor.session is not None and pages >= PAGES_PER_SESSION:
            raise Unavailable("Please close some of your windows first.", 10, throttled=True)

    def _check_asked(self, action: str, connection: Connection, name: str) -> None:
        if action != PUBLIC and action not in connection.asked:
            log.error("door_did_not_ask", namespace=self.namespace, handler=name, action=action)
            raise Unavailable("Something went wrong here. Please try again.")

    async def _count_unknown(self, sid: str, connection: Connection) -> None:
        connection.unknown += 1
        if connection.unknown >= UNKNOWN_EVENTS:
            await self.close(sid)

    def _connection(self, sid: str) -> Connection:
        connection = self.connections.get(sid)
        if connection is None:
            raise Forbidden("You are signed out.")
        return connection


def _check_open(actor: Actor) -> None:
    # Not "forbidden": the page waits and tries again, and its call goes on meanwhile.
    if actor.locked:
        raise Unavailable("The screen is locked.", retry_after=2, locked=True)


def _payload(form: type[BaseModel], values: tuple[Any, ...]) -> BaseModel:
    sent = values[0] if values else {}
    if len(values) > 1 or not isinstance(sent, dict):
        raise Invalid("Something in this is not as it should be.")
    try:
        return form.model_validate(sent)
    except ValidationError as fault:
        raise invalid(fault) from None
