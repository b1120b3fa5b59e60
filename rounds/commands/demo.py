"""rounds demo: a believable clinic, served on this machine."""

import asyncio
import os
import secrets
from collections.abc import Sequence

from rounds.commands.links import print_links
from rounds.commands.serve import Refused, serve
from rounds.demo.clinic import keep_a_visit_open, make_clinic
from rounds.kernel.actor import SYSTEM
from rounds.kernel.config import Settings
from rounds.kernel.errors import Forbidden
from rounds.media.sfu.process import MediaProcess
from rounds.migrations.runner import migrate
from rounds.people.queries import clinics
from rounds.resources import Foundation, lay_foundation


async def demo(settings: Settings, media: Sequence[MediaProcess]) -> None:
    """Make the demo clinic where the database is empty, open a visit and print the links.

    Serve it, where there are media processes to serve with.
    """
    foundation = lay_foundation(settings)
    try:
        await migrate(foundation.engine)
        password = await _fill(foundation)
        try:
            await print_links(foundation, as_json=False)
            print(f"\nWhat people get by text and e-mail: {settings.origin}/demo/messages")
        except Forbidden:
            print("This demo can be reached by others: people sign in with e-mail and password,")
            print("and guests' links are made in the visit (Coming, New link).")
        print(f"\nPassword of every demo account (such as amara@harbour.example): {password}\n")
    finally:
        await foundation.close()
    if media:
        await serve(settings, media)


async def _fill(foundation: Foundation) -> str:
    settings = foundation.settings
    async with foundation.units.reading(SYSTEM) as unit:
        known = await clinics(unit.session)
    if known and not known[0].is_demo:
        raise Refused(
            "This database belongs to a real clinic; the demo leaves it alone.\n"
            "  Fix: choose another folder, such as ROUNDS_DATA=demo-data"
        )
    password = await asyncio.to_thread(_password, settings)
    if not known:
        await make_clinic(foundation.units, foundation.passwords, foundation.signer, password)
    await keep_a_visit_open(foundation.units, foundation.passwords, settings.secret())
    return password


def _password(settings: Settings) -> str:
    path = settings.data / "demo-password"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as file:
            file.write("-".join(secrets.token_hex(2) for _ in range(4)))
    return path.read_text()
