"""A demo clinic whose people speak the made-up language, served by this process."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path

from aiohttp import web
from sqlalchemy import update

from rounds.accounts.passwords import Passwords
from rounds.app import make_app
from rounds.demo.clinic import keep_a_visit_open, make_clinic
from rounds.demo.links import list_links
from rounds.kernel.actor import SYSTEM
from rounds.kernel.config import Settings
from rounds.migrations.runner import migrate
from rounds.people.model import Person
from rounds.resources import folder, lay_foundation
from rounds.web.languages import Languages
from rounds.web.templates import Pages
from tests.browser.ways import Links
from tests.making.ground import free_port
from tests.pseudo import write_catalogue


@contextlib.asynccontextmanager
async def speaking(language: str, data: Path) -> AsyncIterator[Links]:
    """Serve the clinic and give its links, one open visit for each way that binds a device."""
    write_catalogue(data / "locale", language)
    settings = Settings(
        port=free_port(),
        data=data / "clinic",
        media_processes=1,
        media_late_milliseconds=10_000,
    )
    foundation = lay_foundation(settings)
    languages = Languages(data / "locale")
    pages = Pages(
        folder("templates"), foundation.pages.assets, languages, folder("static") / "icons", 15
    )
    foundation = replace(foundation, pages=pages)
    await migrate(foundation.engine)
    await make_clinic(
        foundation.units, foundation.passwords, foundation.signer, "never asked for here"
    )
    async with foundation.units(SYSTEM) as unit:
        await unit.session.execute(update(Person).values(language=language))
    await keep_a_visit_open(foundation.units, Passwords(), settings.secret())
    runner = web.AppRunner(make_app(foundation), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, settings.host, settings.port).start()
    try:
        yield asdict(await list_links(foundation.units, settings, foundation.signer))
    finally:
        await runner.cleanup()
        await foundation.close()
