"""Addresses, messages and answers, and what carries messages outside of the house."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import count
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from aiosmtpd.smtp import Envelope as Letter

from rounds.kernel.actor import SYSTEM
from rounds.kernel.signing import Signer
from rounds.kernel.unit import Units
from rounds.notices.model import Channel, Meaning, Notice, NoticeState, Reply
from rounds.notices.outbox import Message, queue
from rounds.notices.parcel import Parcel
from rounds.notices.replies import note_reply
from rounds.people.contacts import add_contact, verify_contact
from rounds.people.model import ContactPoint, Person, System
from tests.making.ground import free_port
from tests.making.people import Someone

_numbers = count(1)


async def give_address(
    units: Units,
    signer: Signer,
    person: Someone,
    system: System,
    value: str = "",
    proved: bool = True,
) -> str:
    """Enter an address of somebody, a fresh one if none is given; return its id."""
    number = next(_numbers)
    fresh = f"+44770090{number:04d}" if system is System.SMS else f"someone{number}@home.example"
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Person, person.id)
        contact = await add_contact(unit, signer, row, system, value or fresh, "GB")
        if proved:
            await verify_contact(unit, contact)
    return contact.id


async def make_notice(units: Units, person: Someone, kind: str = "visit_pin", **values: Any) -> str:
    """Queue a message to somebody who has an address; return its id."""
    given = {
        key: values.pop(key) for key in ("about", "due_at", "expires_at", "key") if key in values
    }
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Person, person.id)
        made = await queue(unit, row, Message(kind, {"pin": "123456"} | values, **given))
    assert made is not None, "nobody to write to"
    return made.id


async def make_reply(units: Units, person: Someone, meaning: Meaning, text: str = "") -> str:
    """Note an answer of somebody; return its id."""
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Person, person.id)
        made = await note_reply(unit, row, f"test:{next(_numbers)}", meaning, text)
    return made.id


async def notice(units: Units, id: str) -> Notice:
    """Read a message."""
    async with units.reading(SYSTEM) as unit:
        return await unit.session.get_one(Notice, id)


async def address(units: Units, id: str) -> ContactPoint:
    """Read an address."""
    async with units.reading(SYSTEM) as unit:
        return await unit.session.get_one(ContactPoint, id)


async def reply(units: Units, id: str) -> Reply:
    """Read an answer."""
    async with units.reading(SYSTEM) as unit:
        return await unit.session.get_one(Reply, id)


async def state(units: Units, id: str) -> tuple[NoticeState, str]:
    """How far a message has come, and what went wrong."""
    row = await notice(units, id)
    return NoticeState(row.state), row.fault


@dataclass(slots=True)
class Hand:
    """A carrier in the test's own hand: it keeps what it is given, or does as it is told."""

    given: list[Parcel] = field(default_factory=list)
    then: Callable[[Parcel], Any] = lambda _: ()

    async def send(self, parcel: Parcel) -> Any:
        self.given.append(parcel)
        done = self.then(parcel)
        return await done if asyncio.iscoroutine(done) else done

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.given]


def hands() -> dict[Channel, Hand]:
    """A hand for every channel."""
    return {channel: Hand() for channel in Channel}


@dataclass(slots=True)
class Mailbox:
    """A mail server: real SMTP on loopback; `answer` is what it says to a recipient."""

    port: int
    letters: list[Letter] = field(default_factory=list)
    answer: str = "250 OK"
    wants: tuple[str, str] | None = None

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: Any, session: Any, letter: Letter, to: str, options: Any
    ) -> str:
        if self.answer.startswith("250"):
            letter.rcpt_tos.append(to)
        return self.answer

    async def handle_DATA(self, server: Any, session: Any, letter: Letter) -> str:  # noqa: N802
        self.letters.append(letter)
        return "250 kept"

    def authenticate(
        self, server: Any, session: Any, envelope: Any, how: str, data: Any
    ) -> AuthResult:
        right = isinstance(data, LoginPassword) and self.wants == (
            data.login.decode(), data.password.decode(),
        )  # fmt: skip
        return AuthResult(success=right, handled=right)

    def parsed(self) -> list[EmailMessage]:
        """Every letter, parsed."""
        found = []
        for letter in self.letters:
            assert isinstance(letter.content, bytes)
            made = message_from_bytes(letter.content, policy=default)
            assert isinstance(made, EmailMessage)
            found.append(made)
        return found

    def newest(self) -> EmailMessage:
        """The newest letter, parsed."""
        return self.parsed()[-1]


@contextlib.asynccontextmanager
async def mailbox(wants: tuple[str, str] | None = None) -> AsyncIterator[Mailbox]:
    """Serve a mailbox until the block ends; it may want a name and a password."""
    box = Mailbox(free_port(), wants=wants)
    loop = asyncio.get_running_loop()
    options: dict[str, Any] = {"hostname": "localhost", "loop": loop}
    if wants is not None:
        options |= {
            "authenticator": box.authenticate,
            "auth_require_tls": False,
            "auth_required": True,
        }
    server = await loop.create_server(lambda: SMTP(box, **options), "127.0.0.1", box.port)
    try:
        yield box
    finally:
        server.close()
        await server.wait_closed()


@dataclass(slots=True)
class Service:
    """An HTTP service on loopback that keeps what is posted and answers as it is told."""

    url: str
    posted: list[tuple[Any, bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    async def take(self, request: web.Request) -> web.Response:
        self.posted.append((request.headers.copy(), await request.read()))
        status = self.statuses.pop(0) if self.statuses else 201
        return web.Response(status=status, headers=self.headers, body=self.body)


@contextlib.asynccontextmanager
async def service() -> AsyncIterator[Service]:
    """Serve it until the block ends."""
    port = free_port()
    served = Service(f"http://127.0.0.1:{port}/take")
    app = web.Application()
    app.router.add_post("/take", served.take)
    app.router.add_post("/elsewhere", served.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield served
    finally:
        await runner.cleanup()
