"""The whole product, running: a real server on loopback with its media process."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from sqlalchemy import func, select
from yarl import URL

from rounds.accounts.cookies import home_cookie
from rounds.accounts.passwords import Passwords
from rounds.accounts.session import open_home_session
from rounds.app import make_app
from rounds.audit.model import AuditEntry
from rounds.home.views import PRESENCE
from rounds.kernel.actor import SYSTEM
from rounds.kernel.config import Settings
from rounds.kernel.unit import Units
from rounds.people.model import Person
from rounds.resources import Foundation
from rounds.rooms.presence import Presence
from rounds.web.doors import Door, add_doors
from rounds.web.keys import MEDIA
from rounds.web.sockets import SocketServer
from tests.making.browser import Browser
from tests.making.clock import StoppedClock
from tests.making.ground import ground
from tests.making.people import Someone
from tests.making.visits import Link


@dataclass(slots=True)
class House:
    """A running server, its clock and everybody who visits it."""

    foundation: Foundation
    app: web.Application
    clock: StoppedClock
    browsers: list[Browser] = field(default_factory=list)
    transport: str = "websocket"
    """By which those who come from now on join; `polling` as well."""

    @property
    def settings(self) -> Settings:
        return self.foundation.settings

    @property
    def units(self) -> Units:
        return self.foundation.units

    @property
    def presence(self) -> Presence:
        return self.app[PRESENCE]

    @property
    def media(self) -> Any:
        return self.app[MEDIA]

    @property
    def sockets(self) -> SocketServer:
        """The Socket.IO server, found where its route leads."""
        handlers = (
            getattr(route.handler, "__self__", None)
            for route in self.app.router.routes()
            if route.resource is not None and route.resource.canonical == "/socket.io/"
        )
        engine: Any = next(one for one in handlers if one is not None)
        served: SocketServer = engine.handlers["message"].__self__
        return served

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    def browser(self) -> Browser:
        """A browser that has not been here before."""
        opened = Browser(self.address, self.transport)
        self.browsers.append(opened)
        return opened

    async def signed_in(self, person: Someone) -> Browser:
        """A browser in which a member of staff has signed in."""
        opened = self.browser()
        await opened.sign_in(person.email)
        return opened

    async def at_home(self, person: Someone) -> Browser:
        """A browser in which a patient or relative is signed in between visits."""
        async with self.units(SYSTEM) as unit:
            row = await unit.session.get_one(Person, person.id)
            token = await open_home_session(unit, row, person.role, None, "a browser")
        opened = self.browser()
        opened.jar.update_cookies({home_cookie(self.settings): token}, URL(self.address))
        return opened

    async def guest(self, link: Link) -> Browser:
        """A browser that has redeemed a link."""
        opened = self.browser()
        await opened.redeem(link)
        return opened

    def pass_time(self, **by: float) -> None:
        """Let time go by while every open page keeps beating: nobody is called absent for it."""
        self.clock.move(**by)
        for socket in self.presence.sockets.values():
            socket.beat = self.presence.clock()

    async def trail(self, **wanted: object) -> list[AuditEntry]:
        """The audit lines whose columns have these values, in order."""
        statement = select(AuditEntry).filter_by(**wanted).order_by(AuditEntry.id)
        async with self.units.reading(SYSTEM) as unit:
            return list((await unit.session.execute(statement)).scalars())

    async def counted(self, **wanted: object) -> int:
        """How many deeds the audit lines with these values stand for; a line may be several."""
        statement = select(func.coalesce(func.sum(AuditEntry.count), 0)).filter_by(**wanted)
        async with self.units.reading(SYSTEM) as unit:
            return int(await unit.session.scalar(statement) or 0)


@contextlib.asynccontextmanager
async def running(
    settings: Settings,
    clock: StoppedClock | None = None,
    doors: Sequence[Door] = (),
    passwords: Passwords | None = None,
) -> AsyncIterator[House]:
    """Serve until the block ends, with further doors; presence follows the stopped clock."""
    time = clock or StoppedClock()
    async with ground(settings, time, passwords) as foundation:
        app = make_app(foundation)
        app[PRESENCE].clock = time.seconds
        add_doors(app, list(doors))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", settings.port).start()
        house = House(foundation, app, time)
        try:
            yield house
        finally:
            for opened in house.browsers:
                await opened.close()
            await runner.cleanup()
