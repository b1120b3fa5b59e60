"""Builds what lives as long as the process and closes it in reverse order."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from rounds.accounts.passwords import Passwords
from rounds.accounts.throttle import Throttle
from rounds.kernel.bus import Bus
from rounds.kernel.clock import Clock, SystemClock
from rounds.kernel.config import Settings
from rounds.kernel.database import is_sqlite, make_engine, make_sessions
from rounds.kernel.signing import Signer
from rounds.kernel.straight import Straight
from rounds.kernel.tasks import Tasks
from rounds.kernel.unit import Units
from rounds.media.relay import Relay, read_addresses
from rounds.notices.credentials import read_secret
from rounds.web.assets import Assets
from rounds.web.languages import Languages
from rounds.web.templates import Pages


@dataclass(frozen=True, slots=True)
class Foundation:
    """Everything below the doors, without sockets and media."""

    settings: Settings
    engine: AsyncEngine
    bus: Bus
    clock: Clock
    tasks: Tasks
    units: Units
    signer: Signer
    pages: Pages
    passwords: Passwords
    throttle: Throttle
    straight: Straight

    async def close(self) -> None:
        """Stop the background, then let go of the database."""
        await self.tasks.stop()
        self.passwords.close()
        self.straight.close()
        await self.engine.dispose()


def lay_foundation(
    settings: Settings, clock: Clock | None = None, passwords: Passwords | None = None
) -> Foundation:
    """Build the foundation; raises PermissionError when the secret can be read by others."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    time = clock or SystemClock()
    engine = make_engine(settings.database_url)
    bus, straight = Bus(), Straight(engine)
    return Foundation(
        settings=settings,
        engine=engine,
        bus=bus,
        clock=time,
        tasks=Tasks(),
        units=Units(make_sessions(engine), bus, time, is_sqlite(engine), straight),
        signer=Signer(settings.secret()),
        pages=make_pages(settings.idle_minutes),
        passwords=passwords or Passwords(),
        throttle=Throttle(settings),
        straight=straight,
    )


def make_pages(idle_minutes: int) -> Pages:
    """Build the renderer over the files that ship with the product."""
    static = folder("static")
    locale = Path(__file__).parent / "locale"
    languages = Languages(locale)
    return Pages(folder("templates"), Assets(static), languages, static / "icons", idle_minutes)


def relay_of(settings: Settings) -> Relay | None:
    """Return the relay people may use; `doctor` and start refuse one that is set up by half."""
    secret = read_secret(settings.turn_secret_file)
    addresses = read_addresses(settings.turn_urls)
    return Relay(addresses, secret) if addresses and secret else None


def folder(name: str) -> Path:
    """Return `static` or `templates`: beside the package in a checkout, inside it in a wheel."""
    inside = Path(__file__).parent / name
    return inside if inside.is_dir() else Path(__file__).parent.parent / name
