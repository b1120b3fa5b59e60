"""A browser without pages: cookies, requests as ours send them, and sockets."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from json import loads
from typing import Any

import aiohttp
import socketio
from aiohttp import ClientSession, CookieJar

from tests.making.people import PASSWORD
from tests.making.visits import Link

PATIENCE = 30.0
"""Seconds after which something that should happen has not."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: Mapping[str, Any]

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return loads(self.body)


class Refused(Exception):
    """A socket was not let in; `code` is the server's word for why."""

    def __init__(self, told: Any) -> None:
        super().__init__(str(told))
        self.told = told
        data = told.get("data") if isinstance(told, dict) else None
        self.code = data.get("code") if isinstance(data, dict) else None


class Line:
    """One connection to one namespace, with everything it was told."""

    def __init__(self, session: ClientSession, transport: str) -> None:
        self._transport = transport
        self.client = socketio.AsyncClient(
            reconnection=False, handle_sigint=False, http_session=session
        )
        self.heard: list[tuple[str, Any]] = []
        self._news = asyncio.Condition()
        self._refusal: Any = None
        self.namespace = ""

    async def open(self, address: str, namespace: str, auth: object, headers: Any) -> None:
        self.namespace = namespace
        self.client.on("*", self._hear, namespace=namespace)
        self.client.on("connect_error", self._note_refusal, namespace=namespace)
        self.client.on("disconnect", self._ended, namespace=namespace)
        try:
            await self.client.connect(
                address, headers, auth, [self._transport], [namespace], wait_timeout=PATIENCE
            )
        except socketio.exceptions.ConnectionError as fault:
            await self.client.disconnect()
            raise Refused(self._refusal or str(fault)) from None

    async def send(self, event: str, *payload: Any) -> Any:
        """Ask something; return the whole acknowledgement."""
        sent = payload[0] if len(payload) == 1 else tuple(payload)
        return await self.client.call(event, sent, self.namespace, timeout=PATIENCE)

    async def ask(self, event: str, **payload: Any) -> Any:
        """Ask something; return what it gives or fail with the refusal."""
        answer = await self.send(event, payload)
        assert "ok" in answer, answer
        return answer["ok"]

    async def refused(self, event: str, **payload: Any) -> str:
        """Ask something that is refused; return the code."""
        answer = await self.send(event, payload)
        assert "error" in answer, answer
        return str(answer["error"]["code"])

    def told(self, event: str) -> list[Any]:
        """Everything told under that name so far."""
        return [payload for name, payload in self.heard if name == event]

    @property
    def state(self) -> Any:
        """The newest state of the room that was sent."""
        return max(self.told("room_changed"), key=lambda one: one["version"])

    async def until(self, event: str, wanted: Callable[[Any], object] = lambda _: True) -> Any:
        """Wait until something told under that name is wanted; return it."""

        def found() -> bool:
            return any(wanted(one) for one in self.told(event))

        await self._wait(found, f"{event} after {self.heard[-3:]}")
        return next(one for one in reversed(self.told(event)) if wanted(one))

    async def shows(self, seen: Callable[[Any], object]) -> Any:
        """Wait until the newest state of the room is as wanted; return it."""
        return await self.until("room_changed", lambda one: one is self.state and seen(one))

    async def until_closed(self, seconds: float = PATIENCE) -> None:
        """Wait until the server has ended the connection."""
        await self._wait(lambda: ("", "closed") in self.heard, "an end", seconds)

    async def close(self) -> None:
        await self.client.disconnect()

    async def _wait(self, found: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        async with self._news:
            try:
                await asyncio.wait_for(self._news.wait_for(found), seconds)
            except TimeoutError:
                raise AssertionError(f"waited in vain for {what}") from None

    async def _hear(self, event: str, payload: Any = None) -> None:
        async with self._news:
            self.heard.append((event, payload))
            self._news.notify_all()

    async def _note_refusal(self, told: Any = None) -> None:
        self._refusal = told

    async def _ended(self, *_: object) -> None:
        await self._hear("", "closed")


class Browser:
    """Sends what a page of ours would send; tests may leave out or change any of it."""

    def __init__(self, address: str, transport: str = "websocket") -> None:
        self.address = address
        self.transport = transport
        self.jar = CookieJar(unsafe=True)
        # The library's client says nothing of a page in what it posts, as every browser does.
        headers = {"Origin": address} if transport == "polling" else None
        self.http = ClientSession(
            cookie_jar=self.jar,
            connector=aiohttp.TCPConnector(limit=0),
            auto_decompress=True,
            headers=headers,
        )
        self.lines: list[Line] = []

    async def request(self, method: str, path: str, **given: Any) -> Answer:
        """Send a request as it is given."""
        given.setdefault("allow_redirects", False)
        async with self.http.request(method, self.address + path, **given) as response:
            body = await response.read()
            return Answer(response.status, response.headers, body, response.cookies)

    async def get(self, path: str, **given: Any) -> Answer:
        return await self.request("GET", path, **given)

    async def post(self, path: str, json: Any = None, **given: Any) -> Answer:
        """Post JSON, or a form given as `data`, from a page of this very server."""
        headers = {"Origin": self.address} | given.pop("headers", {})
        if json is not None:
            given["json"] = json
        return await self.request("POST", path, headers=headers, **given)

    async def sign_in(self, email: str, password: str = PASSWORD, then: str = "") -> Answer:
        form = {"email": email, "password": password, "next": then}
        answer = await self.post("/sign-in", data=form)
        assert answer.status in (303, 422, 429), answer
        return answer

    async def redeem(self, link: Link) -> Answer:
        wish = {"token": link.token} | ({"pin": link.pin} if link.pin else {})
        answer = await self.post("/j/redeem", wish)
        assert answer.status == 200, answer
        return answer

    async def line(
        self, namespace: str, auth: object, headers: Mapping[str, str] | None = None
    ) -> Line:
        """Join a namespace, or raise Refused."""
        line = Line(self.http, self.transport)
        self.lines.append(line)
        sent = {"Origin": self.address} if headers is None else dict(headers)
        await line.open(self.address, namespace, auth, sent)
        return line

    async def staff_room(self, visit: str) -> Line:
        return await self.line("/rooms", {"door": "staff", "visit": visit})

    async def guest_room(self, link: Link) -> Line:
        return await self.line("/rooms", {"door": "guest", "invitation": link.invitation})

    def cookie(self, name: str) -> str:
        """The value of a cookie, or nothing."""
        return next((one.value for one in self.jar if one.key == name), "")

    async def close(self) -> None:
        for line in self.lines:
            await line.close()
        await self.http.close()
