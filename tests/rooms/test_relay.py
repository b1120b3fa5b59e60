"""The relay's credentials: in every ticket of the admitted, and in nothing anybody else gets."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.making.browser import Line
from tests.making.clock import StoppedClock
from tests.making.fixtures import light_passwords
from tests.making.ground import make_settings
from tests.making.house import House, running
from tests.making.visits import MadeVisit, make_visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

URLS = "turn:turn.example:3478?transport=udp,turns:turn.example:443?transport=tcp"
SECRET = "relay-secret-of-this-test-0123456789abcdef"


@contextlib.asynccontextmanager
async def serving(folder: Path, **settings: object) -> AsyncIterator[House]:
    with_relay = make_settings(folder, "", **settings)
    async with running(with_relay, StoppedClock(), passwords=light_passwords()) as house:
        yield house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(folder: Path) -> AsyncIterator[House]:
    """A server that has a relay."""
    secret = folder / "relay"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    async with serving(folder, turn_urls=URLS, turn_secret_file=secret) as one:
        yield one


async def both(house: House) -> tuple[MadeVisit, Line, Line]:
    """A visit, its GP's line and the line of its patient who waits."""
    visit = await make_visit(house.units)
    link = visit.link(visit.patient)
    console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    guest = await (await house.guest(link)).guest_room(link)
    await guest.ask("knock")
    return visit, console, guest


async def test_whoever_waits_gets_none(house: House) -> None:
    visit, console, guest = await both(house)
    assert await guest.refused("ticket") == "forbidden"
    assert "turn:" not in json.dumps(await guest.ask("state"))
    await console.ask("admit_all")
    assert (await guest.ask("ticket"))["ice_servers"]
    await console.ask("send_back", seat=visit.seat(visit.patient))
    assert await guest.refused("ticket") == "forbidden"
    assert "turn:" not in json.dumps(await guest.ask("state"))


async def test_the_admitted_get_their_own_with_every_ticket(house: House) -> None:
    visit, console, guest = await both(house)
    await console.ask("admit_all")
    (server,) = (await guest.ask("ticket"))["ice_servers"]
    assert server["urls"] == URLS.split(",")
    expiry, holder = server["username"].split(":")
    assert holder == visit.seat(visit.patient)
    assert int(expiry) == int(house.clock.now().timestamp()) + 300
    (gps,) = (await console.ask("ticket"))["ice_servers"]
    assert gps["username"].split(":")[1] == visit.seat(visit.gp)
    assert gps["credential"] != server["credential"]
    house.pass_time(seconds=200)
    (later,) = (await guest.ask("ticket"))["ice_servers"]
    assert int(later["username"].split(":")[0]) == int(expiry) + 200
    assert SECRET not in json.dumps([server, gps, later])


async def test_a_visit_that_has_ended_gives_none(house: House) -> None:
    _, console, guest = await both(house)
    await console.ask("admit_all")
    await console.ask("end")
    assert await guest.refused("ticket") in ("gone", "forbidden", "not_found")


async def test_without_a_relay_tickets_name_none(tmp_path: Path) -> None:
    async with serving(tmp_path) as house:
        _, console, _ = await both(house)
        assert "ice_servers" not in await console.ask("ticket")
